"""Which addresses may be connected to."""

import socket

import pytest

from rag.errors import FetchError
from rag.fetching.addresses import checked, is_public, parse_url, resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
        "ff02::1", "ff0e::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::",
        "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1", "2001:0:7f00:1::1",
    ],
)  # fmt: skip
def test_what_is_inside_a_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])  # fmt: skip
def test_what_is_outside_is(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "0x7f000001", "0"])
def test_other_spellings_of_a_loopback_address_are_refused(host):
    with pytest.raises(FetchError, match=r"no public address; set SHAWAHID_FETCH_PRIVATE"):
        checked(host, 80, resolve, private=False)


def test_one_closed_address_among_several_is_enough():
    with pytest.raises(FetchError, match=r"news.example is at 10.0.0.5"):
        checked("news.example", 80, lambda *_: ["8.8.8.8", "10.0.0.5"], private=False)


def test_a_private_address_may_be_allowed():
    assert checked("x", 80, lambda *_: ["10.0.0.5"], private=True) == ["10.0.0.5"]


def test_a_name_that_is_unknown_is_told():
    def nobody(*_):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(FetchError, match=r"nowhere.example is unknown"):
        checked("nowhere.example", 80, nobody, private=False)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://news.example/a", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("javascript:alert(1)", "http:// or https://"),
        ("news.example/a", "http:// or https://"),
        ("خبر", "http:// or https://"),
        ("http://", "http:// or https://"),
        ("http://user:secret@news.example/", "password"),
        ("http://0177.0.0.1/", "is no address"),
        ("http://news.example:99999/", "wrong port"),
        ("http://news.example/\n", "is no address"),
        ("http://xn--/", "is no address"),
        ("http://news.example/" + "a" * 3000, "2048 characters"),
    ],
)
def test_what_is_no_web_address_is_refused(url, said):
    with pytest.raises(FetchError, match=said) as refused:
        parse_url(url)
    assert "secret" not in str(refused.value)


def test_letters_of_any_script_make_an_address():
    url = parse_url("https://موقع.مثال/أخبار/٢٠٢٠?س=ш#قسم")
    assert url.raw_host.startswith(b"xn--")
    assert (url.path, url.fragment) == ("/أخبار/٢٠٢٠", "")

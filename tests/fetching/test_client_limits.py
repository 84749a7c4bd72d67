"""Bodies: only such as articles come in, within limits of size and time, whatever a host sends."""

import gzip
import socket
import time
import zlib

import pytest

from rag.errors import FetchError


@pytest.mark.parametrize(
    "kind", ["application/pdf", "image/png", "video/mp4", "application/json", "text/css"]
)
def test_other_kinds_are_refused_before_they_are_read(site, make_client, kind):
    with pytest.raises(FetchError, match="expected a web page"):
        make_client().get(site.page("/a", b"x" * 1000, kind))


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_page_is_unpacked(site, make_client, pack):
    coding = "gzip" if pack is gzip.compress else "deflate"
    text = "نص طويل " * 20_000
    url = site.page("/a", pack(text.encode()), **{"Content-Encoding": coding})
    assert make_client().get(url).data.decode() == text


def test_a_bomb_is_refused_at_the_limit(site, make_client):
    url = site.page("/a", gzip.compress(b"\0" * 50 * 1024**2), **{"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match=r"more than 1 MB.*SHAWAHID_FETCH_MEGABYTES"):
        make_client(fetch_megabytes=1).get(url)


@pytest.mark.parametrize(
    ("coding", "body", "said"),
    [
        ("br", b"x", "packed as 'br'"),
        ("gzip, gzip", b"x", "packed as"),
        ("gzip", b"no gzip at all", "damaged"),
        ("gzip", gzip.compress(b"abc" * 999)[:-9], "breaks off"),
    ],
)
def test_what_cannot_be_unpacked_is_told(site, make_client, coding, body, said):
    with pytest.raises(FetchError, match=said):
        make_client().get(site.page("/a", body, **{"Content-Encoding": coding}))


def endless(handler, piece, pause):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(piece)
            time.sleep(pause)
    except OSError:
        pass


def test_a_feed_that_never_ends_is_refused_at_the_limit(site, make_client):
    site.pages["/a"] = lambda handler: endless(handler, b"<item><title>x</title></item>" * 999, 0)
    with pytest.raises(FetchError, match="more than 1 MB"):
        make_client(fetch_megabytes=1).get(site.base + "/a")


def test_a_body_that_drips_is_refused_at_the_deadline(site, make_client):
    site.pages["/a"] = lambda handler: endless(handler, b"<p>", 0.05)
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"does not arrive in time.*SHAWAHID_FETCH_TIMEOUT_S"):
        make_client(fetch_timeout_s=0.5).get(site.base + "/a")
    assert time.monotonic() - began < 3


def test_headers_that_drip_are_refused_at_the_deadline(site, make_client):
    def drip(handler):
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                handler.wfile.write(b"X: y\r\n")
                time.sleep(0.05)
        except OSError:
            pass

    site.pages["/a"] = drip
    with pytest.raises(FetchError, match="does not arrive in time"):
        make_client(fetch_timeout_s=0.5).get(site.base + "/a")


def test_a_host_that_accepts_and_says_nothing_is_left(make_client):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(FetchError, match="does not arrive in time"):
            make_client(fetch_timeout_s=0.4).get(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert time.monotonic() - began < 3


def test_a_host_that_is_not_there_is_told(make_client):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(FetchError, match="can't be reached"):
        make_client().get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("raw", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Type: text/html\r\n\r\nshort", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000])  # fmt: skip
def test_what_is_no_http_is_told(site, make_client, raw):
    def speak(handler):
        handler.wfile.write(raw)
        handler.close_connection = True

    site.pages["/a"] = speak
    with pytest.raises(FetchError, match=r"can't be reached|does not arrive"):
        make_client().get(site.base + "/a")

"""Requests: bounded in time, size and redirects, polite, and never into a private network."""

import pytest

from rag.errors import FetchError
from rag.fetching.client import AGENT


def test_a_page_is_fetched_by_a_client_that_tells_its_name(site, make_client):
    reply = make_client().get(site.page("/a", "<p>x</p>", "Text/HTML; Charset=windows-1256"))
    assert (reply.kind, reply.charset, reply.data) == ("text/html", "windows-1256", b"<p>x</p>")
    assert AGENT.startswith("shawahid/")
    assert {headers["User-Agent"] for _, headers in site.asked} == {AGENT}
    assert site.asked[0][1]["Host"] == f"127.0.0.1:{site.port}"


def test_loopback_is_refused_by_default(site, make_client):
    with pytest.raises(FetchError, match="SHAWAHID_FETCH_PRIVATE=true"):
        make_client(fetch_private=False).get(site.page("/a", "x"))
    assert site.asked == []


def test_a_name_is_resolved_once_and_its_checked_address_connected_to(site, make_client):
    """Otherwise a name could lead elsewhere between the check and the connection."""
    asked = []

    def resolve_name(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    url = site.page("/a", "x").replace("127.0.0.1", "news.example")
    site.page("/robots.txt", "", "text/plain")
    assert make_client(resolve_name).get(url).url == url
    assert asked == ["news.example"]  # the second request goes over the same connection
    assert {headers["Host"] for _, headers in site.asked} == {f"news.example:{site.port}"}


def test_a_name_that_turns_private_later_is_not_followed_there(site, make_client):
    answers = iter([["8.8.8.8", "10.0.0.7"], ["127.0.0.1"]])
    client = make_client(lambda *_: next(answers), fetch_private=False)
    with pytest.raises(FetchError, match=r"news.example is at 10.0.0.7"):
        client.get(f"http://news.example:{site.port}/a")
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(site, make_client, monkeypatch):
    """The first host is taken for public; what it redirects to is checked like any other."""
    monkeypatch.setattr("rag.fetching.addresses.is_public", lambda address: address == "127.0.0.1")
    site.page("/a", "", status=302, Location="http://169.254.169.254/latest/meta-data/")
    with pytest.raises(FetchError, match=r"169.254.169.254, no public address"):
        make_client(fetch_private=False).get(site.base + "/a")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://x/", "javascript:1", "http://u:p@x/"]
)
def test_a_redirect_to_another_scheme_is_refused(site, make_client, target):
    site.page("/a", "", status=301, Location=target)
    with pytest.raises(FetchError, match="redirects to what"):
        make_client().get(site.base + "/a")


def test_redirects_are_followed_to_the_page(site, make_client):
    arabic = "/%D8%AE%D8%A8%D8%B1"
    site.page("/a", "", status=301, Location="b?x=1")
    site.page("/b?x=1", "", status=307, Location="/خبر".encode().decode("latin-1"))
    site.page(arabic, "", status=308, Location=f"{site.base}/c#top")
    site.page("/c", "here")
    reply = make_client().get(site.base + "/a")
    assert (reply.url, reply.data) == (f"{site.base}/c", b"here")


def test_a_circle_of_redirects_ends(site, make_client):
    site.page("/a", "", status=302, Location="/b")
    site.page("/b", "", status=302, Location="/a")
    with pytest.raises(FetchError, match="in a circle"):
        make_client().get(site.base + "/a")


def test_a_chain_of_redirects_ends(site, make_client):
    for number in range(20):
        site.page(f"/{number}", "", status=302, Location=f"/{number + 1}")
    with pytest.raises(FetchError, match="over 5 times"):
        make_client().get(site.base + "/0")
    assert len(site.asked) == 7  # robots.txt, the page, five redirects


@pytest.mark.parametrize(("status", "said"), [(404, "404 .not found.; check"), (500, "500 .*later"), (410, "gone"), (204, "204"), (799, "799")])  # fmt: skip
def test_a_status_that_is_no_page_is_told(site, make_client, status, said):
    with pytest.raises(FetchError, match=said):
        make_client().get(site.page("/a", "", status=status))


def test_a_host_that_asks_to_wait_is_left_alone(site, make_client):
    site.page("/a", "", status=429, **{"Retry-After": "3600"})
    site.page("/b", "x")
    client = make_client()
    with pytest.raises(
        FetchError, match=r"429 \(too many requests\); try again later; it asks to wait 3600 s"
    ):
        client.get(site.base + "/a")
    with pytest.raises(
        FetchError, match=r"asks to wait 36\d\d s more|asks to wait 3[56]\d\d s more"
    ):
        client.get(site.base + "/b")
    assert "/b" not in site.paths()


def test_a_date_to_wait_for_is_understood(site, make_client):
    site.page("/a", "", status=503, **{"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"})
    with pytest.raises(FetchError, match=r"503 \(service unavailable\); try again later$"):
        make_client().get(site.base + "/a")


def test_hosts_are_spared(site, make_client):
    slept = []
    client = make_client(sleep=slept.append, fetch_delay_s=2)
    client.get(site.page("/a", "x"))
    client.get(site.page("/b", "x"))
    assert len(slept) == 2  # before each page; robots.txt came first
    assert all(1.5 < seconds <= 2 for seconds in slept)


def test_robots_txt_is_obeyed(site, make_client):
    rules = "User-agent: *\nDisallow: /private\nDisallow: /سري\nCrawl-delay: 7\n"
    site.page("/robots.txt", rules, "text/plain")
    slept = []
    client = make_client(sleep=slept.append)
    client.get(site.page("/open", "x"))
    client.get(site.base + "/open")
    assert 6 < slept[-1] <= 7
    for path in ("/private/a", "/سري/١"):
        with pytest.raises(FetchError, match=r"robots.txt of 127.0.0.1 asks programs not to"):
            client.get(site.base + path)
    assert site.paths() == ["/robots.txt", "/open", "/open"]


def test_robots_txt_holds_where_a_redirect_leads(site, make_client):
    site.page("/robots.txt", "User-agent: shawahid\nDisallow: /b", "text/plain")
    site.page("/a", "", status=302, Location="/b")
    with pytest.raises(FetchError, match=r"robots.txt"):
        make_client().get(site.base + "/a")


def test_a_robots_txt_that_fails_forbids(site, make_client):
    site.page("/robots.txt", "", status=500)
    with pytest.raises(FetchError, match=r"robots.txt of 127.0.0.1 is answered with 500"):
        make_client().get(site.page("/a", "x"))


def test_a_robots_txt_that_is_not_there_allows(site, make_client):
    site.page("/robots.txt", "no", status=403)
    assert make_client().get(site.page("/a", "x")).data == b"x"


def test_no_proxy_is_taken_from_the_environment(site, make_client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    assert make_client().get(site.page("/a", "x")).data == b"x"

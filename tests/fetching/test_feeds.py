"""Feeds of each kind, and broken ones."""

import contextlib
import time
from datetime import date

import pytest

from rag.errors import FetchError
from rag.fetching.feeds import is_feed, read_feed

BOM = b"\xef\xbb\xbf"
RSS = """<?xml version="1.0" encoding="windows-1256"?>
<?xml-stylesheet href="x.xsl"?><!-- made by hand -->
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>صحيفة النهر</title><image><title>logo</title></image><language>ar-SY</language>
<item><title>جسر &amp;quot;كورا&amp;quot; &lt;b&gt;الجديد&lt;/b&gt; AT&amp;amp;T 3 &lt; 5</title><link>/a?x=1&amp;y=٢</link>
<pubDate>Tue, 24 Mar 2020 00:30:00 +0300</pubDate><dc:creator>سمير حداد</dc:creator>
<content:encoded><![CDATA[<p>نص كامل</p>]]></content:encoded></item>
<item><title>ثان</title><guid>https://news.example/b</guid><dc:date>٢٠٢٠-٠٣-٢٥</dc:date></item>
<item><title>ثالث</title><guid isPermaLink="false">77</guid><description>ملخص</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title type="html">Le &amp;amp; Journal</title>
<entry><title type="html">L&amp;#39;été «عربي»</title><link rel="self" href="/s"/><link href="b.html"/>
<updated>2023-05-01T23:30:00-05:00</updated><author><name>Anne Lefèvre</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Texte <b>ici</b>.</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><title>Вестник</title></channel><item><title>Порт закрыт</title><link>http://x.example/1</link></item></rdf:RDF>"""


def test_rss_is_read_in_its_own_encoding():
    data = RSS.replace("٢٠٢٠-٠٣-٢٥", "2020-03-25").replace("٢", "2").encode("cp1256")
    feed = read_feed(data, "http://news.example/feed", 9)
    assert (feed.title, feed.language) == ("صحيفة النهر", "ar-SY")
    first = feed.entries[0]
    assert first.title == 'جسر "كورا" الجديد AT&T 3 < 5'
    assert first.url == "http://news.example/a?x=1&y=2"
    assert first.author == "سمير حداد"
    assert first.body == "<p>نص كامل</p>"


def test_what_was_turned_into_utf8_is_read_so_whatever_the_declaration_says():
    feed = read_feed(BOM + RSS.encode(), "http://news.example/feed", 9)
    assert [e.title for e in feed.entries][1:] == ["ثان", "ثالث"]
    assert [e.url for e in feed.entries][1:] == ["https://news.example/b", None]
    assert feed.entries[1].published == date(2020, 3, 25)


def test_the_day_is_that_of_the_outlet():
    assert read_feed(RSS.encode("cp1256", "ignore"), "http://x/", 1).entries[0].published == date(
        2020, 3, 24
    )
    assert read_feed(ATOM.encode(), "http://x/", 1).entries[0].published == date(2023, 5, 1)


def test_atom_is_read():
    feed = read_feed(ATOM.encode(), "http://news.example/dir/feed", 9)
    (entry,) = feed.entries
    assert (feed.title, feed.language) == ("Le & Journal", "fr")
    assert (entry.title, entry.author) == ("L'été «عربي»", "Anne Lefèvre")
    assert entry.url == "http://news.example/dir/b.html"
    assert "<b>ici</b>" in entry.body


def test_rdf_is_read():
    feed = read_feed(RDF.encode(), "http://x.example/", 9)
    assert (feed.title, feed.entries[0].title, feed.entries[0].url) == (
        "Вестник",
        "Порт закрыт",
        "http://x.example/1",
    )


def test_only_the_first_articles_are_taken():
    assert len(read_feed(RSS.encode("cp1256", "ignore"), "http://x/", 2).entries) == 2


@pytest.mark.parametrize(("text", "told"), [(RSS, True), (ATOM, True), (RDF, True), ("<html><body><rss></html>", False), ("rss", False), ("", False), ("<!DOCTYPE html><html>", False)])  # fmt: skip
def test_a_feed_is_told_by_its_root(text, told):
    assert is_feed(BOM + text.encode()) is told


def test_a_feed_that_breaks_off_gives_what_came_before():
    data = RSS.encode()[: RSS.encode().index("ثالث".encode())]
    assert len(read_feed(BOM + data, "http://x/", 9).entries) == 2


@pytest.mark.parametrize("body", ["", "<channel></channel>", "<channel><title>x"])
def test_a_feed_without_articles_is_refused(body):
    with pytest.raises(FetchError, match="without articles"):
        read_feed(f"<rss>{body}".encode(), "http://x/", 9)


def with_entities(declared, title):
    return f"<!DOCTYPE rss [{declared}]><rss><channel><item><title>{title}</title><link>http://x/1</link></item></channel></rss>".encode()


def test_a_bomb_of_entities_is_not_expanded():
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    began = time.monotonic()
    with pytest.raises(FetchError, match="broken"):
        read_feed(with_entities(f'<!ENTITY e0 "lol">{bomb}', "&e9;"), "http://x/", 9)
    assert time.monotonic() - began < 1


def test_files_are_not_read_through_entities(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    data = with_entities(f'<!ENTITY f SYSTEM "{secret.as_uri()}">', "a &f; b")
    assert "hidden" not in read_feed(data, "http://x/", 9).entries[0].title


@pytest.mark.parametrize(
    "piece", ["<item>", "<b/>", "<a ", "<title>&lt;b", "<!--", "<![CDATA[", "<guid>", "&#1;"]
)
def test_hostile_feeds_take_bounded_time(piece):
    data = b"<rss><channel><item><title>" + piece.encode() * (1_000_000 // len(piece))
    began = time.monotonic()
    with contextlib.suppress(FetchError):
        read_feed(data, "http://x/", 20)
    assert time.monotonic() - began < 5


def test_an_author_is_a_name_and_no_address():
    item = "<rss><channel><item><link>http://x/1</link><author>{}</author></item></channel></rss>"
    told = [read_feed(item.format(a).encode(), "http://x/", 1).entries[0].author for a in ("a@b.example (Илья Белов)", "a@b.example", "سمير")]  # fmt: skip
    assert told == ["Илья Белов", None, "سمير"]

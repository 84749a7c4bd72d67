"""From an address to article files: pages and feeds in several languages, and what happens the second time."""

from datetime import date

import pytest

from rag.errors import CorpusError, UsageError
from rag.fetching.fetch import fetch
from rag.indexing.readers import iter_files, read_file


@pytest.fixture
def run(open_settings):
    def ran(*urls, limit=20):
        return list(fetch(urls, open_settings, limit))

    return ran


@pytest.fixture
def articles(open_settings):
    def read():
        corpus = open_settings.corpus
        return [a for path in iter_files(corpus) for a in read_file(path, corpus).articles]

    return read


HEAD = (
    '<meta property="article:published_time" content="{day}"><meta property="og:site_name" content="{source}">'
    '<meta name="author" content="{author}"><link rel="canonical" href="{url}">'
)


def test_a_page_becomes_an_article_with_its_particulars(
    site, run, articles, page_of, paragraphs_of
):
    url = site.base + "/أخبار/٢٠٢٠/جسر-كورا.html"
    head = HEAD.format(
        day="2020-06-11T00:30:00+03:00", source="صحيفة النهر", author="هناء سليمان", url=url
    )
    path = "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D9%A2%D9%A0%D9%A2%D9%A0/%D8%AC%D8%B3%D8%B1-%D9%83%D9%88%D8%B1%D8%A7.html"
    site.page(path, page_of("ar", "افتتاح جسر Kora في ٢٠٢٠", head=head))
    (fetched,) = run(url)
    (article,) = articles()
    assert fetched.outcome == "saved"
    assert article.text == "\n\n".join(paragraphs_of["ar"])
    assert (article.title, article.published, article.source) == (
        "افتتاح جسر Kora في ٢٠٢٠",
        date(2020, 6, 11),
        "صحيفة النهر",
    )
    assert (article.author, article.language) == ("هناء سليمان", "ar")
    assert article.url.startswith(site.base)
    assert fetched.file.endswith(f"{article.id}.md")
    assert article.id == "127.0.0.1-أخبار-٢٠٢٠-جسر-كورا"


@pytest.mark.parametrize(
    ("charset", "header", "meta"),
    [
        ("windows-1251", "; charset=windows-1251", "x"),
        ("windows-1251", "", "windows-1251"),
        ("windows-1251", "", "x"),
        ("koi8-r", "; charset=koi8-r", "utf-8"),
        ("koi8-r", "", "koi8-r"),
        ("utf-8", "; charset=iso-8859-1", "windows-1251"),
        ("utf-8", "; charset=nonsense", "x"),
    ],
)
def test_letters_arrive_whoever_tells_the_charset(  # noqa: PLR0913 - fixtures
    site, run, articles, page_of, charset, header, meta
):
    page = page_of("ru", "Порт закрыт", charset=meta)
    run(site.page("/a", page.encode(charset), f"text/html{header}"))
    (article,) = articles()
    assert "сообщили в управлении порта во вторник" in article.text
    assert (article.title, article.language) == ("Порт закрыт", "ru")


def feed_of(items, title="Le Journal"):
    rows = "".join(
        f"<item><title>{t}</title><link>{url}</link><pubDate>{day}</pubDate></item>"
        for t, url, day in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><language>fr</language>{rows}</channel></rss>'


def test_a_feed_brings_its_articles(site, run, articles, page_of, paragraphs_of):
    site.page("/1", page_of("fr", "Le musée rouvre — المتحف"))
    site.page(
        "/2",
        page_of("fr", "Deuxième", paragraphs=[p + " Et puis 12." for p in paragraphs_of["fr"]]),
    )
    items = [("Le musée rouvre — المتحف", "/1", "Wed, 03 May 2023 23:30:00 -0500"), ("Deuxième", "/2", ""), ("Troisième", "/3", "")]  # fmt: skip
    site.page("/feed", feed_of(items), "application/rss+xml")
    fetched = run(site.base + "/feed")
    assert [f.outcome for f in fetched] == ["saved", "saved", "refused"]
    assert "404" in fetched[2].reason
    first = next(a for a in articles() if a.url == site.base + "/1")
    assert first.text == "\n\n".join(paragraphs_of["fr"])
    assert (first.title, first.published, first.source) == (
        "Le musée rouvre — المتحف",
        date(2023, 5, 3),
        "Le Journal",
    )


def test_a_feed_is_one_whatever_its_type(site, run, page_of):
    site.page("/1", page_of("fr", "Un"))
    assert [f.outcome for f in run(site.page("/f", feed_of([("Un", "/1", "")]), "text/html"))] == [
        "saved"
    ]


def test_only_so_many_articles_of_a_feed_are_asked_for(site, run, page_of):
    site.page("/feed", feed_of([(f"n {n}", f"/{n}", "") for n in range(9)]), "text/xml")
    assert len(run(site.base + "/feed", limit=2)) == 2
    assert site.paths() == ["/robots.txt", "/feed", "/0", "/1"]


def test_an_article_that_only_the_feed_carries_is_taken_from_it(site, run, articles, paragraphs_of):
    body = "".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in paragraphs_of["ru"])
    item = f"<item><title>Порт</title><link>/gone</link><description>x</description><content:encoded>{body}</content:encoded></item>"
    feed = f'<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Вестник</title>{item}<item><title>Без</title></item></channel></rss>'
    fetched = run(site.page("/feed", feed, "application/xml"))
    (article,) = articles()
    assert [f.outcome for f in fetched] == ["saved", "refused"]
    assert "carries no text" in fetched[1].reason
    assert article.text == "\n\n".join(paragraphs_of["ru"])
    assert article.url == site.base + "/gone"


def test_plain_text_is_an_article_too(site, run, articles, paragraphs_of):
    text = "افتتاح جسر كورا\n\n" + "\n\n".join(paragraphs_of["ar"])
    run(
        site.page(
            "/a.txt",
            text.encode("cp1256", "replace").replace(b"?", b"0"),
            "text/plain; charset=windows-1256",
        )
    )
    assert articles()[0].title == "افتتاح جسر كورا"


def test_the_second_time_only_what_changed_is_written(site, run, page_of, open_settings):
    url = site.page("/a", page_of("ar", "عنوان أول للخبر"))
    (first,) = run(url)
    path = next(open_settings.corpus.iterdir())
    before = path.read_bytes()
    assert [f.outcome for f in run(url, url + "#part", url + "/")] == [
        "unchanged",
        "unchanged",
        "refused",
    ]
    assert path.read_bytes() == before
    site.page("/a", page_of("ar", "عنوان ثان للخبر"))
    (third,) = run(url)
    assert (third.outcome, third.file) == ("updated", first.file)
    assert "عنوان ثان" in path.read_text("utf-8")
    assert [p.name for p in open_settings.corpus.iterdir()] == [path.name]


def test_a_file_that_a_person_changed_is_kept(site, run, page_of, open_settings):
    url = site.page("/a", page_of("ar", "عنوان أول للخبر"))
    run(url)
    path = next(open_settings.corpus.iterdir())
    path.write_text(path.read_text("utf-8") + "\nملاحظة بقلم قارئ.\n", "utf-8")
    mine = path.read_bytes()
    (fetched,) = run(url)
    assert (fetched.outcome, path.read_bytes()) == ("kept", mine)
    assert "move it away" in fetched.reason


@pytest.mark.parametrize("name", ["mine.md", "mine.jsonl"])
def test_an_article_that_a_person_wrote_under_the_address_is_kept(
    site, run, page_of, open_settings, name
):
    url = site.page("/a", page_of("ar", "عنوان"))
    open_settings.corpus.mkdir()
    text = {
        "mine.md": f"---\nurl: {url}\n---\nنص كتبته.\n",
        "mine.jsonl": f'{{"url": "{url}", "text": "نص"}}\n',
    }[name]
    (open_settings.corpus / name).write_text(text, "utf-8")
    assert [f.outcome for f in run(url)] == ["kept"]
    assert (open_settings.corpus / name).read_text("utf-8") == text


def test_an_id_or_a_name_that_is_taken_gets_a_number(site, run, page_of, open_settings):
    corpus = open_settings.corpus
    corpus.mkdir()
    (corpus / "127.0.0.1-a.md").write_text("نص كتبته أنا هنا.", "utf-8")
    (corpus / "other.md").write_text("---\nid: 127.0.0.1-a-2\n---\nنص آخر كتبته.", "utf-8")
    (fetched,) = run(site.page("/a", page_of("fr", "Un")))
    assert fetched.file == str(corpus / "127.0.0.1-a-3.md")
    assert (corpus / "127.0.0.1-a.md").read_text("utf-8") == "نص كتبته أنا هنا."


def test_a_page_may_not_speak_for_another_host(site, run, articles, page_of):
    head = '<link rel="canonical" href="https://other.example/real">'
    run(site.page("/a?utm=1", page_of("fr", "Un", head=head)))
    assert articles()[0].url == site.base + "/a?utm=1"


def test_a_page_without_text_is_refused_and_the_rest_goes_on(site, run, page_of):
    good = site.page("/good", page_of("fr", "Un"))
    fetched = run(site.page("/empty", "<html><body></body></html>"), site.page("/x", "<?xml version='1.0'?><urlset/>", "text/xml"), good)  # fmt: skip
    assert [f.outcome for f in fetched] == ["refused", "refused", "saved"]
    assert "no text" in fetched[0].reason
    assert "neither a feed nor a web page" in fetched[1].reason


def test_no_address_is_fetched_when_one_is_wrong(site, run, page_of):
    with pytest.raises(UsageError, match="'ftp://x/' is no web address"):
        run(site.page("/a", page_of("fr", "Un")), "ftp://x/")
    assert site.asked == []


def test_a_corpus_that_is_a_file_is_told(site, run, page_of, open_settings):
    open_settings.corpus.write_text("x")
    with pytest.raises(CorpusError, match="is a file"):
        run(site.page("/a", page_of("fr", "Un")))


def test_nothing_is_left_behind_when_the_disk_fails(site, run, page_of, open_settings, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(CorpusError, match="No space left on device"):
        run(site.page("/a", page_of("fr", "Un")))
    assert list(open_settings.corpus.iterdir()) == []

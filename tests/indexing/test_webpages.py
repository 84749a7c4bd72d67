"""Saved web pages: the story whole, what stands around it gone, metadata from the page."""

from datetime import date

import pytest

from eval.html_pages import KINDS, LANGUAGES, make_html_page
from rag.errors import ArticleError

STORY = (
    "أعلنت مُدِيرة البلدية بدء الأعمال في المرفأ يوم الخميس، وقالت إن «وقف إطـ.ـلاق» الأعمال القديمة انتهى.",
    "وتبلغ مساحة المبنى ثلاثة آلاف متر مربع، ويضم 64 محلاً وغرفتين للتبريد e\u0301te\u0301.",
    "وقالت إن السفن ستحوّل إلى الرصيف الشرقي حتى نهاية الصيف، وإن الطريق الساحلي سيغلق أمام الشاحنات.",
)


def page(head="", body="", attributes='lang="ar"'):
    story = "".join(f"<p>{text}</p>" for text in STORY)
    return (
        f"<!doctype html><html {attributes}><head><meta charset='utf-8'><title>توسعة المرفأ</title>{head}</head>"
        f"<body><article><h1>توسعة المرفأ</h1>{body}{story}</article><footer>© 2019</footer></body></html>"
    ).encode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_story_is_whole_and_alone(read_data, kind, language):
    for seed in range(2):
        made = make_html_page(kind, language, seed)
        article = read_data("a.html", made.data).articles[0]
        assert article.text.split("\n\n") == list(made.story)
        assert article.title == made.title
        assert article.language == language
        if made.is_dated:
            assert (article.published, article.published_origin) == (date(2022, 5, 12), "metadata")


def test_letters_are_the_pages_own(read_data):
    assert read_data("a.htm", page()).articles[0].text.split("\n\n") == list(STORY)


def test_endings_in_capitals_are_read(read_data):
    assert read_data("A.HTML", page()).articles[0].id == "A"


def test_metadata_of_the_page(read_data):
    head = (
        '<meta property="og:site_name" content="صحيفة المرفأ"><link rel="canonical" href="https://e.example/a?x=1">'
        '<meta name="author" content="سلمى الحداد">'
        '<meta property="article:published_time" content="2022-05-12T23:30:00+03:00">'
    )
    article = read_data("a.html", page(head)).articles[0]
    assert (article.source, article.url) == ("صحيفة المرفأ", "https://e.example/a?x=1")
    assert (article.author, article.language) == ("سلمى الحداد", "ar")
    assert (article.published, article.published_origin) == (date(2022, 5, 12), "metadata")


def test_a_template_in_another_script_does_not_tell_the_language(read_data):
    assert read_data("a.html", page(attributes='lang="en-US"')).articles[0].language == "ar"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ""),
        ('<meta property="article:modified_time" content="2022-05-12T10:00:00Z">', ""),
        ('<meta property="article:published_time" content="1970-01-01T00:00:00Z">', ""),
        ('<meta name="date" content="2022">', ""),
        ('<meta name="date" content="03/04/2022">', ""),
        ('<link rel="canonical" href="https://e.example/2022/05/12/a">', ""),
        ("", '<time itemprop="dateModified" datetime="2022-05-12">أمس</time>'),
        ("", '<aside><time datetime="2022-05-12">خبر آخر</time></aside>'),
        (
            '<script type="application/ld+json">{"@type":"Event","datePublished":"2022-05-12"}</script>',
            "",
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","dateModified":"2022-05-12"}</script>',
            "",
        ),
        ('<script type="application/ld+json">{broken</script>', ""),
    ],
)
def test_no_day_is_made_up(read_data, head, body):
    article = read_data("a.html", page(head, body)).articles[0]
    assert (article.published, article.published_origin) == (None, "unknown")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta itemprop="datePublished" content="2022-05-12">', ""),
        ('<meta name="DC.date.issued" content="٢٠٢٢-٠٥-١٢">', ""),
        ('<meta name="pubdate" content="12 أيار 2022">', ""),
        ('<meta name="publish-date" content="11 شوال 1443">', ""),
        (
            '<script type="application/ld+json">[{"@graph":[{"@type":["NewsArticle"],"datePublished":"2022-05-12T10:00Z"}]}]</script>',
            "",
        ),
        (
            "",
            '<time datetime="2022-05-12T09:00">الخميس</time><time datetime="2022-05-14" class="updated">السبت</time>',
        ),
        (
            "",
            '<time datetime="2021-01-01" class="modified-date">x</time><time pubdate datetime="2022-05-12">x</time>',
        ),
    ],
)
def test_days_named_as_published(read_data, head, body):
    article = read_data("a.html", page(head, body)).articles[0]
    assert (article.published, article.published_origin) == (date(2022, 5, 12), "metadata")


def test_the_visible_stamp_dates_a_page_without_metadata(read_data):
    body = "<div>آخر تحديث: 14 مايو 2022</div><div>نُشر في: ١٢ أيار ٢٠٢٢</div>"
    article = read_data("a.html", page("", body)).articles[0]
    assert (article.published, article.published_origin) == (date(2022, 5, 12), "text")
    assert article.text.split("\n\n") == list(STORY)


def test_a_declared_code_page_is_followed(read_data):
    data = page().decode().replace("utf-8", "windows-1256").replace("e\u0301te\u0301", "")
    article = read_data("a.html", data.encode("windows-1256")).articles[0]
    assert article.text.startswith(STORY[0])


def test_rows_of_a_data_table_are_lines(read_data):
    rows = "<table><tr><th>المرفأ</th><th>عدد السفن</th></tr><tr><td>الميناء الكبير</td><td>335</td></tr></table>"
    data = page().decode().replace(f"<p>{STORY[1]}</p>", f"<p>{STORY[1]}</p>{rows}").encode()
    assert "الميناء الكبير | 335" in read_data("a.html", data).articles[0].text


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", b"<html><body><script>var a = 'text here';</script>", b"<p>  </p>"],
)
def test_a_page_without_text_is_refused(read_data, data):
    with pytest.raises(ArticleError, match="holds no text"):
        read_data("a.html", data)

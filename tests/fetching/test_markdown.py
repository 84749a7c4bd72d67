"""A saved article is read back as it was, whatever its text looks like to Markdown."""

import dataclasses
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fetching.markdown import render, to_markdown, untouched_digest
from rag.indexing.lines import normalise
from rag.indexing.markdown import to_plain
from rag.indexing.readers import read_file
from rag.records import Article

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def back(text):
    return to_plain(to_markdown(text))[1]


@pytest.mark.parametrize(
    "text",
    [
        "# وقف إطلاق النار",
        "#سوريا #وقف_إطلاق_النار",
        "- قال الوزير\n- نعم",
        "1. أولاً\n2) ثانياً",
        "١. أولاً",
        "٢٠٢٠. عام",
        "2020. Год",
        "العنوان\n=====\nنص\n-----\nنص",
        "* * *\n***\n___\n---",
        "a | b\n--- | ---\n1 | 2",
        "a\n:--\n|--|",
        "> мы > вы",
        "~~~\nнет\n~~~\n```\nnon\n```",
        "<b>x</b> <!-- --> <http://a.example> 3 < 5 <3",
        "AT&amp;T &#39; &copy; A&B Q & A",
        "[1] [a](b) ![c](d)\n[a]: http://x",
        "*a* _b_ __c__ a_b_c a__b _ ___ x_ _y",
        r"C:\new\*",
        "`code` ``",
        "https://news.example/a_b?x=1&y=2#z",
        "   اليوم،    \n\n\n\n    indented",
        "\u200fقال: «نعم» \u202b(no)\u202c",
        "a  \nb\\\nc",
        "x" * 30_000 + " *a*",
    ],
)
def test_text_that_looks_like_markup_stays_text(text):
    lines = normalise("\n".join(line.strip() for line in text.split("\n")))
    assert back(text) == lines


def test_ordinary_text_is_not_touched():
    text = "قال الوزير (أمس) إن الكلفة 3.5 مليون - أي 10% - و«نعم»!\n\nEt l'été: 340 œuvres; c'est tout..."
    assert to_markdown(text) == text


@given(
    st.text(
        alphabet=st.sampled_from("ab 1١.)-+*_#>`~[]()<>!&;|:=\\\n\n\tкأ\u0651\u200f"), max_size=60
    )
)
def test_any_text_is_read_back(text):
    assert back(text) == normalise("\n".join(line.strip() for line in text.split("\n")))


ARTICLE = Article(
    id="0012",
    text="افتُتح الجسر في ١٠ يونيو ٢٠٢٠ بحضور الوزير والمهندسين.\n\n# ليس عنوانًا، قال Omar *Said*.",
    title='Opening: «جسر» "x" # 1',
    published=date(2020, 6, 10),
    published_origin="metadata",
    source="yes",
    url="https://news.example/a?b=1#c",
    language="no",
    author="- Anne",
)


def test_a_file_is_read_as_the_article_it_was_written_from(tmp_path):
    path = tmp_path / "x.md"
    path.write_text(render(ARTICLE, NOW), "utf-8")
    (read,) = read_file(path, tmp_path).articles
    assert read == dataclasses.replace(ARTICLE, published_origin=read.published_origin)


def test_an_empty_particular_is_left_out():
    front = render(Article("a", "نص."), NOW).split("---")[1]
    assert set(front.replace("\n", " ").split(": ")[0].split()) == {"id"}
    assert all(name not in front for name in ("title", "published", "source", "author"))


def test_whether_a_file_is_as_it_was_written_can_be_told():
    data = render(ARTICLE, NOW).encode()
    later = render(ARTICLE, NOW.replace(year=2025)).encode()
    assert untouched_digest(data) == untouched_digest(later) is not None
    assert untouched_digest(data.replace(b"\n", b"\r\n")) is not None  # a checkout on Windows
    for changed in (
        data + "وأضاف.".encode(),
        data.replace(b"2020-06-10", b"2020-06-11"),
        data.replace(b"author:", b"reviewed: true\nauthor:"),
        b"---\ntitle: mine\n---\ntext",
        b"text",
        b"---\ntitle: [",
    ):
        assert untouched_digest(changed) is None

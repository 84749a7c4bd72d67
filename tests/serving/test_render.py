"""Escaping and marking: whatever the text holds, it is shown and never becomes structure."""

from __future__ import annotations

import dataclasses
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.records import Answer, Article, Citation
from rag.serving.ui.articles import article_page, span
from rag.serving.ui.conversation import Exchange, messages, number_at
from rag.serving.ui.panel import answer_copy, panel_html, reference, status_words
from rag.serving.ui.render import (
    Html,
    answer_markdown,
    article_href,
    date_html,
    marked,
    plain_markdown,
    web_address,
)

NASTY = st.text(
    st.sampled_from("<>&\"'${}\\`[]()!#*_-+.|~:/@=\n\t 0١٢aعبЖ\u202e\u200f\ud800\0;xu")
    | st.characters(),
    max_size=60,
)
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


class _Structure(HTMLParser):
    """Tags, attribute names and text of a document."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@given(NASTY)
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    html = Html("<p title='{}'>{}</p>").format(text, text)
    assert unescape(str(html)).count(_shown(text)) >= 2 or "\0" in text or "\r" in text
    assert not set(str(html)[len("<p title='") : -len("</p>")]) & set("${}`\\")
    assert _Structure(str(html)).tags == ["p"]


@given(NASTY)
def test_markdown_of_any_text_holds_no_structure(text: str) -> None:
    rendered = MARKDOWN.render(plain_markdown(text))
    assert set(_Structure(rendered).tags) <= {"p", "br"}
    words = _shown(text).replace("\0", "\ufffd").split()
    assert _Structure(rendered).text.split() == words


def test_markdown_check_can_fail() -> None:
    assert "img" in _Structure(MARKDOWN.render('<img src="x">')).tags
    assert "code" in _Structure(MARKDOWN.render("    code")).tags


@given(NASTY, st.sets(st.integers(1, 9)))
def test_answer_links_lead_to_its_own_cards_only(text: str, markers: set[int]) -> None:
    rendered = MARKDOWN.render(
        answer_markdown(text + " [1] [2] [12](http://evil.example)", 3, markers)
    )
    found = _Structure(rendered)
    assert set(found.tags) <= {"p", "br", "a"}
    assert set(found.links) <= {f"#t3-s{marker}" for marker in markers}
    assert ("#t3-s1" in found.links) == (1 in markers)


def test_unknown_marker_stays_text() -> None:
    assert (
        _Structure(MARKDOWN.render(answer_markdown("كلمة [7].", 1, {1}))).text.strip()
        == "كلمة [7]."
    )


def test_marker_keeps_its_word_and_full_stop() -> None:
    assert answer_markdown("كلمة [1]. ثم [2] شيء", 2, {1, 2}) == (
        "كلمة\u00a0[1](#t2-s1)&#46; ثم\u00a0[2](#t2-s2) شيء"
    )


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("قال الوزير إنّ الإعـــارة مجّانية في ١٢ آذار. ثم غادر.", "الإعـــارة مجّانية في ١٢ آذار"),
        ("Before it. The cost was 3.2 million. After it.", "The cost was 3.2 million"),
        ("До. Билет стоит 40 рублей. После.", "Билет стоит 40 рублей"),
        ("قال Bridge (OPAC 2.0) ثم <b>مضى</b>", "(OPAC 2.0) ثم <b>"),
    ],
)
def test_mark_is_the_quotation_by_offsets(text: str, quote: str) -> None:
    start = text.index(quote)
    html = str(marked(text, start, start + len(quote)))
    assert unescape(html.split("<mark>")[1].split("</mark>")[0]) == quote
    assert _Structure(html).text == text


def test_long_context_is_cut_between_words() -> None:
    text = "كلمة " * 200 + "الشاهد هنا" + " word" * 200
    html = str(marked(text, 1000, 1010))
    shown = _Structure(html).text
    assert shown.startswith("… كلمة ")
    assert shown.endswith(" word …")
    assert 400 < len(shown) < 480


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/ب", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_linked(url: str | None, safe: bool) -> None:
    assert (web_address(url) == url and url is not None) == safe


def test_article_address_holds_any_id() -> None:
    assert (
        article_href("a/b «ج»?#", 3, 9) == "/article/a%2Fb%20%C2%AB%D8%AC%C2%BB%3F%23?s=3&e=9#mark"
    )


def test_date_tells_where_it_came_from(library: Article, bridge: Article) -> None:
    assert "14 سبتمبر 2021" in date_html(library, "ar")
    assert "(" not in date_html(library, "ar")
    assert "(found in the text)" in date_html(bridge, "en")
    assert "Date unknown" in date_html(dataclasses.replace(bridge, published=None), "en")


def test_reference_names_what_is_known(made_answer: Answer) -> None:
    first, second = made_answer.citations
    assert reference(first, "ar").endswith(
        "— المكتبة العامة تفتح أبوابها بعد سنتين من الترميم، صحيفة الضفة، 14 سبتمبر 2021"
    )
    assert "Outlet unknown, 3 February 2020" in reference(second, "en")
    assert answer_copy(made_answer, "en").count("\n[") == 2


def test_sources_are_counted_by_article(made_answer: Answer) -> None:
    assert status_words(made_answer, "ar") == "✓ موثَّق · مصدران"
    twice = dataclasses.replace(made_answer, citations=made_answer.citations[:1] * 2)
    assert status_words(twice, "en") == "✓ Supported · 1 source"


def test_panel_of_hostile_content_holds_only_our_structure(hostile_answer: Answer) -> None:
    found = _Structure(str(panel_html([_exchange(1, hostile_answer)], "ar")))
    known = {
        "div",
        "h2",
        "h3",
        "button",
        "span",
        "section",
        "p",
        "article",
        "header",
        "bdi",
        "blockquote",
    }
    known |= {"mark", "footer", "a", "details", "summary", "ul", "li", "small"}
    assert set(found.tags) <= known
    assert not {name for name in found.names if name.startswith("on")}
    assert all(link.startswith("/article/evil%22%3E%3Cscript") for link in found.links)


def test_old_turns_leave_the_panel_and_their_links(made_answer: Answer) -> None:
    exchanges = [_exchange(number, made_answer) for number in range(1, 15)]
    panel = str(panel_html(exchanges, "en"))
    assert 'id="t2"' not in panel
    assert 'id="t3"' in panel
    assert panel.count("<section") - panel.count(" hidden>") == 1
    texts = [message["content"] for message in messages(exchanges, "en")]
    assert "#t2-s1" not in "".join(texts)
    assert "#t3-s1" in "".join(texts)


def test_message_index_leads_to_its_exchange(made_answer: Answer) -> None:
    exchanges = [_exchange(1, made_answer), Exchange(2, "ثانٍ"), _exchange(3, made_answer)]
    assert [number_at(exchanges, "ar", index) for index in (0, 2, 3, 4, 5, 7)] == [1, 1, 2, 2, 3, 3]
    assert [number_at(exchanges, "ar", bad) for bad in (-1, None, "1", True, [])] == [None] * 5


@given(NASTY, NASTY, st.integers(0, 70), st.integers(0, 70))
def test_article_page_shows_any_text_with_its_mark(
    title: str, text: str, first: int, last: int
) -> None:
    article = Article("x", text, title, source=title, url=text, author=text, language=title)
    quote = span(text, str(first), str(last))
    found = _Structure(str(article_page(article, quote, "ar", "")))
    assert set(found.tags) <= {
        "html", "head", "meta", "title", "link", "body", "header", "a", "span", "nav", "main",
        "article", "h1", "p", "bdi", "div", "mark",
    }  # fmt: skip
    assert ("mark" in found.tags) == (first < last <= len(text))
    assert not {name for name in found.names if name.startswith("on")}


@pytest.mark.parametrize(
    "place", [("", ""), ("5", "3"), ("0", "99"), ("-1", "4"), ("a", "4"), ("١", "٤" * 12)]
)
def test_impossible_offsets_mark_nothing(place: tuple[str, str]) -> None:
    assert span("نص قصير", *place) is None


def _exchange(number: int, made: Answer) -> Exchange:
    return Exchange(number, made.question, answer=made, state="answered")


@pytest.fixture
def library(made_answer: Answer) -> Article:
    return made_answer.citations[0].article


@pytest.fixture
def bridge(made_answer: Answer) -> Article:
    return made_answer.citations[1].article


@pytest.fixture
def made_answer(assistant: object) -> Answer:
    return assistant.ask("المكتبة")  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def hostile_answer(assistant: object) -> Answer:
    made: Answer = assistant.ask("evil")  # type: ignore[attr-defined]
    assert isinstance(made.citations[0], Citation)
    return made

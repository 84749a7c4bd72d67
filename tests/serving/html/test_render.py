"""Escaping and marking: whatever the text holds, it is shown and never becomes structure."""

from __future__ import annotations

import dataclasses
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.serving.ui.render import (
    Html,
    answer_markdown,
    article_href,
    date_html,
    isolated,
    marked,
    plain_markdown,
    web_address,
)

if TYPE_CHECKING:
    from rag.records import Article

NASTY = st.text(
    st.sampled_from("<>&\"'${}\\`[]()!#*_-+.|~:/@=\n\t 0١٢aعبЖ\u202e\u200f\ud800\0;xu")
    | st.characters(),
    max_size=60,
)
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@given(NASTY)
def test_escaped_text_is_read_back_as_it_was(read_html: Any, text: str) -> None:
    html = Html("<p title='{}'>{}</p>").format(text, text)
    assert unescape(str(html)).count(_shown(text)) >= 2 or "\0" in text or "\r" in text
    assert not set(str(html)[len("<p title='") : -len("</p>")]) & set("${}`\\")
    assert read_html(str(html)).tags == ["p"]


@given(NASTY)
def test_markdown_of_any_text_holds_no_structure(read_html: Any, text: str) -> None:
    rendered = MARKDOWN.render(plain_markdown(text))
    assert set(read_html(rendered).tags) <= {"p", "br"}
    words = _shown(text).replace("\0", "\ufffd").split()
    assert read_html(rendered).text.split() == words


def test_markdown_check_can_fail(read_html: Any) -> None:
    assert "img" in read_html(MARKDOWN.render('<img src="x">')).tags
    assert "code" in read_html(MARKDOWN.render("    code")).tags


@given(NASTY, st.sets(st.integers(1, 9)))
def test_answer_links_lead_to_its_own_cards_only(
    read_html: Any, text: str, markers: set[int]
) -> None:
    rendered = MARKDOWN.render(
        answer_markdown(text + " [1] [2] [12](http://evil.example)", 3, markers)
    )
    found = read_html(rendered)
    assert set(found.tags) <= {"p", "br", "a"}
    assert set(found.links) <= {f"#t3-s{marker}" for marker in markers}
    assert ("#t3-s1" in found.links) == (1 in markers)


def test_unknown_marker_stays_text(read_html: Any) -> None:
    assert (
        read_html(MARKDOWN.render(answer_markdown("كلمة [7].", 1, {1}))).text.strip() == "كلمة [7]."
    )


def test_marker_keeps_its_word_and_full_stop() -> None:
    assert answer_markdown("كلمة [1]. ثم [2] شيء", 2, {1, 2}) == (
        "كلمة\u00a0[1](#t2-s1)&#46; ثم\u00a0[2](#t2-s2) شيء"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("مقال (14 مايو 2021): «Мост закрыт.» [1]", "مقال (<14 مايو 2021>): «<Мост закрыт.>» [1]"),
        ("Post (23 مارس 2020): «Three (3) jets.»", "Post (<23 مارس 2020>): «<Three (<3>) jets.>»"),
        ("held: “عدد الوفيات…” (2022).", "held: “<عدد الوفيات…>” (<2022>)."),
        ("قال «السفينة «إيفر غيفن» سارت»", "قال «<السفينة «<إيفر غيفن>» سارت>»"),
        ("1) first «open\nnext» (a «b)", "1) first «open\nnext» (<a «b>)"),
    ],
)
def test_what_stands_in_marks_has_a_direction_of_its_own(text: str, shown: str) -> None:
    assert isolated(text) == shown.replace("<", "\u2068").replace(">", "\u2069")


@given(st.text("«»“”()x\n", max_size=40))
def test_isolates_are_balanced_on_every_line_and_add_nothing_else(text: str) -> None:
    made = isolated(text)
    assert made.replace("\u2068", "").replace("\u2069", "") == text
    for line in made.split("\n"):
        depth = 0
        for sign in line:
            depth += (sign == "\u2068") - (sign == "\u2069")
            assert depth >= 0
        assert depth == 0


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("قال الوزير إنّ الإعـــارة مجّانية في ١٢ آذار. ثم غادر.", "الإعـــارة مجّانية في ١٢ آذار"),
        ("Before it. The cost was 3.2 million. After it.", "The cost was 3.2 million"),
        ("До. Билет стоит 40 рублей. После.", "Билет стоит 40 рублей"),
        ("قال Bridge (OPAC 2.0) ثم <b>مضى</b>", "(OPAC 2.0) ثم <b>"),
    ],
)
def test_mark_is_the_quotation_by_offsets(read_html: Any, text: str, quote: str) -> None:
    start = text.index(quote)
    html = str(marked(text, start, start + len(quote)))
    assert unescape(html.split("<mark>")[1].split("</mark>")[0]) == quote
    assert read_html(html).text == text


def test_long_context_is_cut_between_words(read_html: Any) -> None:
    text = "كلمة " * 200 + "الشاهد هنا" + " word" * 200
    html = str(marked(text, 1000, 1010))
    shown = read_html(html).text
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
    assert "(من ترويسة الملف)" in date_html(library, "ar")
    assert "(" not in date_html(dataclasses.replace(library, published_origin="?"), "ar")
    assert "(found in the text)" in date_html(bridge, "en")
    assert "Date unknown" in date_html(dataclasses.replace(bridge, published=None), "en")

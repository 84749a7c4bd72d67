"""Sources, conversation and article pages as HTML, with harmless and with hostile content."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Answer, Article, Citation
from rag.serving.ui.articles import article_main, span
from rag.serving.ui.browsing.document import Frame
from rag.serving.ui.cards import copied_answer, reference
from rag.serving.ui.conversation import messages, number_at
from rag.serving.ui.exchange import Exchange
from rag.serving.ui.panel import panel_html
from rag.serving.ui.states import status_words

NASTY = st.text(
    st.sampled_from("<>&\"'${}\\`[]()!#*_-+.|~:/@=\n\t 0١٢aعبЖ\u202e\u200f\ud800\0;xu")
    | st.characters(),
    max_size=60,
)


def test_reference_names_what_is_known(made_answer: Answer) -> None:
    first, second = made_answer.citations
    assert reference(first, "ar").endswith(
        "— المكتبة العامة تفتح أبوابها بعد سنتين من الترميم، صحيفة الضفة، 14 سبتمبر 2021"
    )
    assert "Outlet unknown, 3 February 2020" in reference(second, "en")
    assert copied_answer(made_answer, "en").count("\n[") == 2


def test_sources_are_counted_by_article(made_answer: Answer) -> None:
    assert status_words(made_answer, "ar") == "✓ موثَّق · مصدران"
    twice = dataclasses.replace(made_answer, citations=made_answer.citations[:1] * 2)
    assert status_words(twice, "en") == "✓ Supported · 1 source"


def test_panel_of_hostile_content_holds_only_our_structure(
    read_html: Any, hostile_answer: Answer
) -> None:
    found = read_html(str(panel_html([_exchange(1, hostile_answer)], "ar")))
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
    read_html: Any, title: str, text: str, first: int, last: int
) -> None:
    article = Article("x", text, title, source=title, url=text, author=text, language=title)
    quote = span(text, str(first), str(last))
    frame = Frame("ar", "", "/article/x", "/article/x?lang=")
    found = read_html(str(article_main(article, quote, (), frame)))
    assert set(found.tags) <= {"article", "h1", "p", "bdi", "div", "mark", "span", "a"}
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
def hostile_answer(assistant: object) -> Answer:
    made: Answer = assistant.ask("evil")  # type: ignore[attr-defined]
    assert isinstance(made.citations[0], Citation)
    return made

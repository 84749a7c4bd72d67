"""What the browser kept and sends back: taken where it makes sense, its quotations checked again."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Filters
from rag.serving.ui.conversation import messages
from rag.serving.ui.exchange import Exchange
from rag.serving.ui.kept import MOST_TURNS, kept_json, restored
from rag.serving.ui.panel import panel_html
from rag.serving.ui.states import state_of
from tests.serving.material import ARTICLES, HOSTILE

if TYPE_CHECKING:
    from rag.records import Answer, Article

LONGEST = 2000


def lookup(article_id: str) -> Article | None:
    return next((article for article in ARTICLES if article.id == article_id), None)


@pytest.fixture
def row(made_answer: Answer) -> dict[str, Any]:
    filters = Filters(sources=("صوت النهر",))
    exchange = Exchange(
        3, made_answer.question, filters, answer=made_answer, state="answered", followups=("ثم؟",)
    )
    return dict(json.loads(kept_json(exchange)))


def test_an_exchange_comes_back_whole(row: dict[str, Any], made_answer: Answer) -> None:
    (back,) = restored([row], lookup, LONGEST)
    assert (back.number, back.state, back.lost, back.is_restored) == (1, "answered", 0, True)
    assert back.answer is not None
    assert back.answer.citations == tuple(
        dataclasses.replace(c, support=round(c.support, 4)) for c in made_answer.citations
    )
    assert back.answer.text == made_answer.text
    assert back.filters.sources == ("صوت النهر",)
    assert back.followups == ("ثم؟",)
    assert [p.article.id for p in back.answer.passages] == [
        p.article.id for p in made_answer.passages
    ]


def test_a_quotation_that_the_article_does_not_hold_is_no_citation(row: dict[str, Any]) -> None:
    row["answer"]["citations"][0]["quote"] = "بلغت كلفة الترميم 99 مليونًا"
    (back,) = restored([row], lookup, LONGEST)
    assert back.answer is not None
    assert [c.marker for c in back.answer.citations] == [2]
    assert (back.lost, back.answer.status) == (1, "partial")
    shown = messages([back], "ar")
    assert "t1-s1" not in str(shown)
    assert "حُذفت: 1" in str(shown[1]["content"]).replace("&#58;", ":")


def test_an_answer_without_quotations_left_is_not_called_supported(row: dict[str, Any]) -> None:
    for citation in row["answer"]["citations"]:
        citation["article_id"] = "gone"
    (back,) = restored([row], lookup, LONGEST)
    assert back.answer is not None
    assert state_of(back.answer) == "lost"
    assert "✓" not in str(messages([back], "ar")[1]["metadata"])


def test_a_moved_quotation_is_found_at_its_new_place(row: dict[str, Any]) -> None:
    citation = row["answer"]["citations"][0]
    citation["start"] += 5
    citation["end"] += 5
    (back,) = restored([row], lookup, LONGEST)
    assert back.answer is not None
    kept = back.answer.citations[0]
    assert kept.article.text[kept.start : kept.end] == kept.quote == citation["quote"]


@pytest.mark.parametrize(
    "spoil",
    [
        {"version": 2},
        {"question": "  "},
        {"question": "x" * (LONGEST + 1)},
        {"question": "a\0b"},
        {"answer": None},
        {"answer": {"status": "proven", "language": "ar", "text": "x"}},
        {"answer": {"status": "answered", "language": "ar", "text": "x" * 50_000}},
        {"seconds": -1},
        {"filters": {"since": "yesterday"}},
    ],
)
def test_what_makes_no_sense_is_left_out(row: dict[str, Any], spoil: dict[str, Any]) -> None:
    (back,) = restored([row | spoil, row], lookup, LONGEST)
    assert back.question == row["question"]


@pytest.mark.parametrize("rows", [None, {}, "[]", 3, [None], [[]], [{}]])
def test_nonsense_is_no_conversation(rows: object) -> None:
    assert restored(rows, lookup, LONGEST) == []


def test_only_the_latest_turns_are_taken(row: dict[str, Any]) -> None:
    rows = [copy.deepcopy(row) | {"question": f"سؤال {n}"} for n in range(MOST_TURNS + 5)]
    back = restored(rows, lookup, LONGEST)
    assert [back[0].question, len(back)] == ["سؤال 5", MOST_TURNS]
    assert [exchange.number for exchange in back] == list(range(1, MOST_TURNS + 1))


@given(st.sampled_from([HOSTILE, '"><script>x</script>', "`${x}`", "\\u0061{{x}}"]), st.data())
def test_hostile_text_from_the_browser_stays_text(read_html: Any, text: str, data: Any) -> None:
    status = data.draw(st.sampled_from(["answered", "partial", "not_found", "ambiguous"]))
    kept = {
        "version": 1,
        "question": text,
        "answer": {
            "status": status,
            "language": text[:20],
            "text": text,
            "writer": text,
            "near_misses": [{"article_id": "market", "why": text}],
            "unsupported": [text],
            "notices": [text],
        },
        "followups": [text],
    }
    back = restored([kept], lookup, LONGEST)
    found = read_html(str(panel_html(back, "ar", keep_all=True)))
    assert not {name for name in found.names if name.startswith("on")}
    assert "script" not in found.tags
    assert all(link.startswith("/article/") for link in found.links)

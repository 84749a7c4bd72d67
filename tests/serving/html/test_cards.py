"""Cards for rare answers: sources that differ, events to choose from, and what may follow."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from rag.records import Answer, Article, Citation, NearMiss
from rag.serving.ui.cards import choice, differ_card, near_cards
from rag.serving.ui.exchange import Exchange
from rag.serving.ui.followups import MOST, followups
from rag.serving.ui.panel import panel_html
from rag.serving.ui.states import state_of, status_words

EARLY = Article(
    "early",
    "The flood killed 40 people in the valley. More rain is expected in March 2021.",
    "Flood in the valley",
    date(2021, 3, 2),
    "front matter",
    "River Post",
    language="en",
)
LATE = Article(
    "late",
    "The flood killed 55 people in the valley. On 9 March 2021 the road opened again.",
    "Road open again",
    date(2021, 3, 9),
    "front matter",
    "Hill Times",
    language="en",
)


def _cite(marker: int, article: Article) -> Citation:
    quote = article.text.split(".")[0] + "."
    return Citation(marker, article, quote, 0, len(quote), 0.9, "verbatim")


@pytest.fixture
def differing() -> Answer:
    return Answer(
        "How many people did the flood kill?",
        "en",
        "answered",
        "The sources differ:\n55 [1]. 40 [2].",
        0.9,
        "extractive",
        citations=(_cite(1, LATE), _cite(2, EARLY)),
    )


def test_sources_that_differ_say_what_by_date(read_html: Any, differing: Answer) -> None:
    assert state_of(differing) == "differ"
    assert status_words(differing, "en") == "⇄ Reports differ · 2 sources"
    html = str(differ_card(4, differing, "en"))
    found = read_html(html)
    assert found.links == ["#t4-s2", "#t4-s1"]  # the earlier report first
    assert found.text.index("River Post") < found.text.index("Hill Times")
    assert "<strong>40" in html
    assert "differ" in str(panel_html([Exchange(4, "?", answer=differing)], "en"))


def test_an_answer_that_only_mentions_differing_is_supported(differing: Answer) -> None:
    said = dataclasses.replace(differing, text="55 [1]. The sources differ: 40 [2].")
    assert state_of(said) == "answered"


@pytest.fixture
def ambiguous(differing: Answer) -> Answer:
    misses = (NearMiss(LATE, "9 March 2021"), NearMiss(EARLY, "2 March 2021"), NearMiss(LATE, "x"))
    return dataclasses.replace(differing, status="ambiguous", near_misses=misses)


def test_each_event_is_asked_about_on_one_card(ambiguous: Answer) -> None:
    html = str(panel_html([Exchange(1, ambiguous.question, answer=ambiguous)], "en"))
    assert html.count('data-act="choose"') == 3
    assert len(near_cards(1, ambiguous, "en")) == 1  # the event that no quotation tells of
    assert choice(ambiguous.question, ambiguous.near_misses[0]) in html


def test_what_follows_comes_from_the_articles_and_was_not_asked(differing: Answer) -> None:
    found = followups(differing, [differing.question], "en")
    assert "What happened on 9 March 2021?" in found
    assert any("Flood in the valley" in q or "Road open again" in q for q in found)
    assert len(found) <= MOST
    assert found[0] not in followups(differing, [found[0]], "en")


def test_what_follows_speaks_the_questions_language(differing: Answer) -> None:
    arabic = dataclasses.replace(differing, language="ar")
    assert all("\u0600" <= question[0] <= "\u06ff" for question in followups(arabic, [], "en"))
    russian = dataclasses.replace(differing, language="ru")
    assert followups(russian, [], "en") == followups(differing, [], "en")


def test_nothing_follows_an_ambiguous_answer_or_one_without_articles(ambiguous: Answer) -> None:
    assert followups(ambiguous, [], "en") == ()
    bare = dataclasses.replace(ambiguous, status="not_found", citations=(), near_misses=())
    assert followups(bare, [], "en") == ()


@pytest.mark.parametrize(
    ("title", "is_offered"),
    [
        ("Worst flood since 2011", False),
        ("أول فيضان منذ 2011", False),
        ("Flood of 9 March 2021", True),
        ("Flood of 2021", True),
    ],
)
def test_a_title_that_names_another_time_asks_nothing(
    differing: Answer, title: str, is_offered: bool
) -> None:
    article = dataclasses.replace(LATE, title=title, language="ar" if "أ" in title else "en")
    missed = dataclasses.replace(
        differing, status="not_found", citations=(), near_misses=(NearMiss(article, "near"),)
    )
    assert any(title in question for question in followups(missed, [], "en")) == is_offered


def test_near_misses_are_offered_where_nothing_answers(differing: Answer) -> None:
    missed = dataclasses.replace(
        differing, status="not_found", citations=(), near_misses=(NearMiss(EARLY, "another year"),)
    )
    assert status_words(missed, "en") == "∅ Not in the articles · 1 near miss"
    assert any("Flood in the valley" in question for question in followups(missed, [], "en"))

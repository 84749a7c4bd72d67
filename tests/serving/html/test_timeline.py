"""Articles in time: bins, the drawing, and the dates of an answer."""

from __future__ import annotations

import time
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.records import Answer, Article, Citation, DateMention
from rag.serving.ui.browsing.library import make_shelf
from rag.serving.ui.timelines.answer import answer_timeline, times_of
from rag.serving.ui.timelines.bins import MOST_BINS, timeline_of
from rag.serving.ui.timelines.plot import plot_html
from rag.serving.ui.timelines.words import period


def mention(first: date | None, last: date | None) -> DateMention:
    return DateMention(0, 1, first, last)


def made(
    days: list[date | None], mentions: dict[str, tuple[DateMention, ...]] | None = None
) -> Any:
    articles = [Article(str(n), "x", published=day) for n, day in enumerate(days)]
    return make_shelf("g", articles, {}, mentions or {})


@settings(deadline=None)
@given(
    st.lists(st.none() | st.dates(), max_size=30),
    st.lists(st.tuples(st.dates(), st.dates()).map(sorted), max_size=30),
    st.none() | st.dates(),
    st.none() | st.dates(),
)
def test_bins_are_few_without_gaps_and_lose_nothing(
    days: list[date | None], spans: list[list[date]], first: date | None, last: date | None
) -> None:
    mentions = {str(n): (mention(*span),) for n, span in enumerate(spans[: len(days)])}
    shelf = made(days, mentions)
    timeline = timeline_of(shelf.cards, shelf.mentions, (first, last))
    if timeline is None:
        assert not mentions
        assert not any(days)
        return
    bins = timeline.bins
    assert 1 <= len(bins) <= MOST_BINS
    assert all(a.last + timedelta(1) == b.first for a, b in pairwise(bins))
    shown = [d for d in days if d and bins[0].first <= d <= bins[-1].last]
    assert sum(b.published for b in bins) == len(shown)
    assert timeline.undated == days.count(None)
    if first is None and last is None:
        assert len(shown) == len([d for d in days if d and d.year < 9990])


@pytest.mark.parametrize(
    ("window", "unit", "bins"),
    [
        ((date(2020, 1, 1), date(2020, 1, 31)), "day", 31),
        ((date(2020, 1, 1), date(2020, 12, 31)), "month", 12),
        ((date(2000, 1, 1), date(2020, 12, 31)), "years", 21),
        ((date(1000, 1, 1), date(2020, 12, 31)), "years", 52),
        ((date(1, 1, 1), date(9999, 12, 31)), "years", 50),
    ],
)
def test_the_unit_follows_the_width(window: tuple[date, date], unit: str, bins: int) -> None:
    shelf = made([date(2020, 1, 2)])
    timeline = timeline_of(shelf.cards, {}, window)
    assert timeline is not None
    assert (timeline.unit, len(timeline.bins)) == (unit, bins)


def test_a_year_named_as_a_whole_is_not_put_into_its_january() -> None:
    whole = mention(date(2020, 1, 1), date(2020, 12, 31))
    day = mention(date(2020, 1, 9), date(2020, 1, 9))
    shelf = made([date(2020, 6, 1)] * 2, {"0": (whole, whole), "1": (day, day)})
    months = timeline_of(shelf.cards, shelf.mentions, (date(2020, 1, 1), date(2020, 12, 31)))
    years = timeline_of(shelf.cards, shelf.mentions, (date(2000, 1, 1), date(2020, 12, 31)))
    assert months is not None
    assert years is not None
    assert ([b.named for b in months.bins][:2], months.coarse) == ([1, 0], 1)
    assert (years.bins[-1].named, years.coarse) == (2, 0)


def test_one_far_date_does_not_squeeze_the_rest() -> None:
    near = [mention(date(2020, 1, n), date(2020, 1, n)) for n in range(1, 29)]
    far = mention(date(1258, 2, 10), date(1258, 2, 10))
    shelf = made([date(2020, 1, 5)], {"0": (*near, far)})
    timeline = timeline_of(shelf.cards, shelf.mentions)
    assert timeline is not None
    assert timeline.first.year == 2020
    assert timeline.reach[0] == date(1258, 2, 10)


@pytest.mark.parametrize(
    ("first", "last", "arabic", "english"),
    [
        (date(2020, 3, 5), date(2020, 3, 5), "5 مارس 2020", "5 March 2020"),
        (date(2020, 3, 1), date(2020, 3, 31), "مارس 2020", "March 2020"),
        (date(2020, 1, 1), date(2020, 12, 31), "2020", "2020"),
        (date(1960, 1, 1), date(1969, 12, 31), "1960–1969", "1960–1969"),
    ],
)
def test_periods_have_names(first: date, last: date, arabic: str, english: str) -> None:
    assert (period(first, last, "ar"), period(first, last, "en")) == (arabic, english)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_ten_thousand_articles_make_a_small_drawing_fast(read_html: Any, language: str) -> None:
    start = date(2015, 1, 1)
    days = [start + timedelta(n % 3650) for n in range(10_000)]
    mentions = {
        str(n): tuple(mention(day - timedelta(k), day - timedelta(k)) for k in range(8))
        for n, day in enumerate(days)
    }
    shelf = made(days, mentions)
    begin = time.process_time()
    timeline = timeline_of(shelf.cards, shelf.mentions)
    assert timeline is not None
    drawing = str(plot_html(timeline, language, lambda b: "/p", lambda b: "/n", lambda b: "/z"))
    assert time.process_time() - begin < 3
    assert len(drawing) < 40_000
    tags = read_html(drawing).tags
    assert set(tags) <= {"svg", "line", "a", "title", "rect", "text"}
    assert tags.count("rect") <= 4 * MOST_BINS


def places(drawing: str) -> list[float]:
    return [float(part.split('"')[0]) for part in drawing.split('class="label" x="')[1:]]


def test_time_runs_as_the_language_is_read() -> None:
    shelf = made([date(2020, 1, 1), date(2020, 12, 1)])
    timeline = timeline_of(shelf.cards, {})
    assert timeline is not None
    arabic, english = (
        places(str(plot_html(timeline, code, lambda b: "", lambda b: "", None)))
        for code in ("ar", "en")
    )
    assert arabic == sorted(arabic, reverse=True)
    assert english == sorted(english)


def cited(article: Article, quote: str, marker: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(marker, article, quote, start, start + len(quote), 0.9, "verbatim")


TEXTS = {
    "ar": (
        "قال المسؤول يوم ٣ آذار ٢٠٢٠ إن الجسر أُغلق. وكان قد افتُتح في يونيو 1998.",
        "إن الجسر أُغلق",
    ),
    "en": (
        "On 3 March 2020 the bridge was closed. It had opened in June 1998.",
        "the bridge was closed",
    ),
    "ru": ("3 марта 2020 года мост закрыли. Его открыли в июне 1998 года.", "мост закрыли"),
}


@pytest.mark.parametrize("language", TEXTS)
def test_times_near_a_quotation_are_found(language: str) -> None:
    text, quote = TEXTS[language]
    article = Article("a", text, "t", date(2020, 3, 4), language=language)
    times = times_of(cited(article, quote))
    assert [(t.kind, t.first) for t in times] == [
        ("published", date(2020, 3, 4)),
        ("named", date(2020, 3, 3)),
        ("named", date(1998, 6, 1)),
    ]


def test_dates_far_from_the_quotation_are_left_out() -> None:
    text = (
        "On 1 May 1990 it rained. " + "Nothing else happened here. " * 40 + "The bridge was closed."
    )
    article = Article("a", text, "t", date(2020, 3, 4), language="en")
    assert [t.kind for t in times_of(cited(article, "The bridge was closed"))] == ["published"]


def answer(*citations: Citation) -> Answer:
    return Answer("q", "en", "answered", "t", 0.9, "extractive", citations=citations)


def test_an_answers_dates_are_drawn_and_listed(read_html: Any) -> None:
    text, quote = TEXTS["en"]
    article = Article("a", text, '<b onclick="x">t</b>', date(2020, 3, 4), language="en")
    page = read_html(str(answer_timeline(answer(cited(article, quote)), "en")))
    assert page.tags.count("path") == 1
    assert page.tags.count("rect") == 2
    assert "Published 4 March 2020; Mentioned near the quotation 3 March 2020" in page.text
    assert "b" not in page.tags
    assert not {name for name in page.names if name.startswith("on")}


def test_an_answer_of_one_day_or_none_has_no_plot() -> None:
    article = Article("a", "Nothing here.", "t", date(2020, 3, 4), language="en")
    assert answer_timeline(answer(cited(article, "Nothing")), "en") == ""
    undated = Article("b", "Nothing here.", "t", language="en")
    assert answer_timeline(answer(cited(undated, "Nothing")), "en") == ""
    assert answer_timeline(answer(), "ar") == ""

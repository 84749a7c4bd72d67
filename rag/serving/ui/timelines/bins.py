"""Articles counted by time: when they were published, and which times their texts mention."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from rag.serving.ui.browsing.find import span_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.records import DateMention
    from rag.serving.ui.browsing.library import Card

MOST_BINS = 62  # two months of days, five years of months: what a plot shows at once
_FAR = 25  # one in so many mentioned days at each end may be left out at first
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
Unit = Literal["day", "month", "years"]


@dataclass(frozen=True, slots=True)
class Bin:
    """Days `first` to `last`; how many articles were published in them, and how many name a time within."""

    first: date
    last: date
    published: int = 0
    named: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bins in order without gaps. `reach` is the first and the last day known, shown or not.

    `undated` articles have no publication date, `coarse` ones mention a time longer than a bin.
    """

    bins: tuple[Bin, ...]
    unit: Unit
    reach: tuple[date, date]
    undated: int = 0
    coarse: int = 0

    @property
    def first(self) -> date:
        """First day shown."""
        return self.bins[0].first

    @property
    def last(self) -> date:
        """Last day shown."""
        return self.bins[-1].last


def timeline_of(
    cards: Sequence[Card],
    mentions: dict[str, tuple[DateMention, ...]],
    window: tuple[date | None, date | None] = (None, None),
) -> Timeline | None:
    """The articles over the window, or over all their dates; None where there is no date at all.

    An article counts once in a bin and lane. A mentioned time is placed where a bin holds it wholly.
    """
    days = [card.article.published for card in cards if card.article.published]
    spans = {card.article.id: _spans(mentions.get(card.article.id, ())) for card in cards}
    told = sorted(day for found in spans.values() for span in found for day in span)
    if not (days or told):
        return None
    first, last = _window(days, told, window)
    edges, unit = _edges(first, last)
    published = [0] * (len(edges) - 1)
    named: list[set[str]] = [set() for _ in published]
    coarse: set[str] = set()
    for day in days:
        place = _place(edges, day)
        if place is not None:
            published[place] += 1
    for article, found in spans.items():
        for begin, end in found:
            place = _place(edges, begin)
            if place is not None and place == _place(edges, end):
                named[place].add(article)
            elif begin < edges[-1] and end >= edges[0]:
                coarse.add(article)
    bins = tuple(
        Bin(edges[n], edges[n + 1] - timedelta(1), published[n], len(named[n]))
        for n in range(len(published))
    )
    reach = (min([*days, *told]), max([*days, *told]))
    return Timeline(bins, unit, reach, len(cards) - len(days), len(coarse))


def _window(
    days: Sequence[date], told: Sequence[date], window: tuple[date | None, date | None]
) -> tuple[date, date]:
    """What is shown unless it is said: all publications, and the mentioned times but for the far ones.

    One article that mentions the Middle Ages must not squeeze everything else into one bin.
    """
    cut = len(told) // _FAR
    near = told[cut : len(told) - cut]
    first = window[0] or min([*days, *near])
    last = window[1] or max([*days, *near])
    return min(first, last), max(first, last)


def _spans(mentions: Iterable[DateMention]) -> set[tuple[date, date]]:
    return {(first, last) for first, last in map(span_of, mentions) if first and last}


def _place(edges: Sequence[date], day: date) -> int | None:
    return bisect_right(edges, day) - 1 if edges[0] <= day < edges[-1] else None


def _edges(first: date, last: date) -> tuple[list[date], Unit]:
    """First days of the bins, and the first day after them."""
    last = min(last, date(9990, 12, 31))  # the day after the last bin must be one
    first = min(first, last)
    if (last - first).days < MOST_BINS:
        return [first + timedelta(n) for n in range((last - first).days + 2)], "day"
    start, stop = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    if stop - start < MOST_BINS:
        return [date(n // 12, n % 12 + 1, 1) for n in range(start, stop + 2)], "month"
    step = next((s for s in _YEARS if _bins(first, last, s) <= MOST_BINS), _YEARS[-1])
    begin = first.year // step * step
    years = [begin + step * n for n in range(_bins(first, last, step) + 1)]
    return [date(min(9999, max(1, year)), 1, 1) for year in years], "years"


def _bins(first: date, last: date, step: int) -> int:
    return last.year // step - first.year // step + 1

"""The time that a question asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.records import TimeRange
from rag.text.dates.mentions import mentions_with_parts

if TYPE_CHECKING:
    from datetime import date

    from rag.text.dates.combine import Found
    from rag.text.dates.intervals import Written


def question_range(question: str, today: date, language: str | None = None) -> TimeRange | None:
    """The days a question is about; None where it names no time.

    A bare year counts ("the 2020 meeting") unless things are counted ("2000 soldiers"). "After 2019" is open at
    one side; "after the 2019 meeting" is about 2019, when that was. Several times make the range that holds them
    all (None if that is all time); "after 2019" and "before 2021" together, what lies between.
    A day, month or weekday without its year ("on 23 March") constrains nothing: articles of any year may be meant.
    """
    return question_time(question, today, language)[0]


def question_time(
    question: str, today: date, language: str | None = None
) -> tuple[TimeRange | None, list[tuple[int, int]]]:
    """As `question_range`, with the spans `[start, end)` of the question that name the time."""
    mentions = [
        (mention, parts)
        for mention, parts in mentions_with_parts(question, today, language, asking=True)
        if any(map(_tells_the_year, parts.written))
    ]
    found = [parts for _, parts in mentions]
    span = (_between(found) or _hull(found)) if found else TimeRange()
    if span == TimeRange():
        return None, []
    return span, [(mention.start, mention.end) for mention, _ in mentions]


def _tells_the_year(written: Written) -> bool:
    """Whether the year is written, or follows from when the question is asked ("last March", "yesterday")."""
    return (written.year is not None and not written.is_anchored) or bool(
        written.days or written.shift is not None
    )


def _between(found: list[Found]) -> TimeRange | None:
    """What opposite open ranges have in common, or "from the 2016 derby until 2019"."""
    bounded = sum(one.first is not None and one.last is not None for one in found)
    if bounded:
        first, last = found[0].first, found[-1].last
        if (bounded, len(found)) == (1, 2) and first and last and first <= last:
            return TimeRange(first, last)
        return None
    firsts = [one.first for one in found if one.first]
    lasts = [one.last for one in found if one.last]
    if firsts and lasts and max(firsts) <= min(lasts):
        return TimeRange(max(firsts), min(lasts))
    return None


def _hull(found: list[Found]) -> TimeRange:
    firsts = [one.first for one in found]
    lasts = [one.last for one in found]
    return TimeRange(
        None if None in firsts else min(day for day in firsts if day),
        None if None in lasts else max(day for day in lasts if day),
    )

"""What the likeliest sentences give as the answer: where sources give several numbers or days, each is shown.

The reader tells which words of a sentence answer. Unlike `rag.answering.disagree`, which compares sentences by
what else they say, this compares answers alone, so it works across languages and between two figures of one
article; it holds only as far as the reader is sure of both.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from rag.text.dates import find_dates
from rag.text.numbers import numbers, same_rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.understand import Query
    from rag.answering.writers import Evidence

Value = Decimal | date

_COMPARED = 10  # best sentences
_LIKELY = 0.5  # least probability against the best sentence's
_REPORTS, _DAYS = timedelta(days=21), timedelta(days=10)  # beyond these, other events


def several_values(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence of each value given for what is asked; none where all give one, or none can be told."""
    if query.kind not in ("how_many", "when") or not evidence:
        return []
    least = _LIKELY * evidence[0].probability
    likely = [e for e in evidence[:_COMPARED] if e.probability >= least]
    read = _number if query.kind == "how_many" else _day
    found: list[tuple[Evidence, Value]] = []
    for one in likely:
        value = read(one)
        if value is None:
            if one is evidence[0]:
                return []
        elif all(_differ(one, value, *other) for other in found):
            found.append((one, value))
    return [one for one, _ in found] if len(found) > 1 else []


def _differ(one: Evidence, value: Value, other: Evidence, known: Value) -> bool:
    """Whether two sentences on one event give values that can't both be meant."""
    first, second = one.passage.article, other.passage.article
    if first.id != second.id:
        if first.published is None or second.published is None:
            return False
        if abs(first.published - second.published) > _REPORTS:
            return False
    if isinstance(value, Decimal) and isinstance(known, Decimal):
        return not same_rounded(value, known)
    if isinstance(value, date) and isinstance(known, date):
        return timedelta(0) < abs(value - known) <= _DAYS
    return False


def _number(evidence: Evidence) -> Decimal | None:
    """The one number in the words that answer, those of dates apart."""
    if evidence.answer is None:
        return None
    article = evidence.passage.article
    text = article.text[slice(*evidence.answer)]
    dates = find_dates(text, anchor=article.published, language=article.language)
    found = {
        n.value
        for n in numbers(text)
        if not any(d.start < n.end and n.start < d.end for d in dates)
    }
    return found.pop() if len(found) == 1 else None


def _day(evidence: Evidence) -> date | None:
    """The one day in the words that answer."""
    if evidence.answer is None:
        return None
    start, end = (place - evidence.start for place in evidence.answer)
    article = evidence.passage.article
    dates = find_dates(evidence.quote, anchor=article.published, language=article.language)
    named = [d for d in dates if d.start < end and start < d.end]
    only = named[0] if len(named) == 1 else None
    return only.first if only and only.first == only.last else None

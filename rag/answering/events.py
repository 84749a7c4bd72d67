"""Several events fit a question that names none of them: which one is meant?

Two meetings of the same two men, a year apart, answer "who came to the meeting?" each in its own way. Where the
question names no time, and sentences about events of different times answer it about as well, none may be
passed off as the answer: each is named with its date, and the reader is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rag.answering.time_fit import event_times
from rag.text.analysis import stems
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.answering.retrieve import Ranked
    from rag.answering.understand import Query
    from rag.answering.writers import Evidence
    from rag.store import ScoredChunk

# A rival's probability against the best sentence's. Higher asks back too seldom, lower too often.
_RIVAL = 0.6
_APART = timedelta(days=21)  # beyond this, two events rather than one told on different days
_MOST = 4  # events listed
_CLOSED_KINDS = ("compare", "list", "yes_no")
# Words that choose among events by their order, folded: the last, the first.
_LAST = re.compile(
    fold_text(
        r"\b(?:ال)?(?:اخر|اخير|اخيرة|احدث)\b|\b(?:latest|last|most recent|newest)\b|последн|недавн|dernier|dernière|"
        r"\bson\b|en son|letzte|jüngste|últim"
    )
)
_FIRST = re.compile(
    fold_text(
        r"\b(?:ال)?(?:اول|اولى)\b|\b(?:first|earliest)\b|перв|premier|première|\bilk\b|erste|primer"
    )
)


@dataclass(frozen=True, slots=True)
class Event:
    """The best sentence about an event, and the first day that it is about."""

    day: date
    evidence: Evidence


def rival_events(query: Query, evidence: Sequence[Evidence], found: Ranked) -> list[Event]:
    """The events that fit about equally well, earliest first; none or one where one is clearly meant."""
    if query.time is not None or query.kind in _CLOSED_KINDS or not evidence:
        return []
    scored = {passage.chunk.id: chunk for passage, chunk in found}
    best = evidence[0]
    events: list[Event] = []
    for one in evidence:
        day = _day(one, scored)
        if one.probability < _RIVAL * best.probability or day is None:
            continue
        same_words = _asked(query, one) >= _asked(query, best)
        if all(abs(day - event.day) > _APART for event in events) and (same_words or one is best):
            events.append(Event(day, one))
    if not events or events[0].evidence is not best:
        return []  # the best sentence has no day: nothing to tell events apart by
    return sorted(_chosen(query, events)[:_MOST], key=lambda event: event.day)


def _chosen(query: Query, events: list[Event]) -> list[Event]:
    """Only the last or first event where the question asks for it."""
    folded = fold_text(query.text)
    if _LAST.search(folded):
        return [max(events, key=lambda event: event.day)]
    if _FIRST.search(folded):
        return [min(events, key=lambda event: event.day)]
    return events


def _day(evidence: Evidence, scored: dict[str, ScoredChunk]) -> date | None:
    """The first day of the event that the sentence speaks of, else its article's date."""
    chunk = scored.get(evidence.passage.chunk.id)
    if chunk is None:
        return None
    named = event_times(chunk.article, chunk.mentions, evidence.start, evidence.end)
    return (named[0].first if named else None) or chunk.article.published


def _asked(query: Query, evidence: Evidence) -> int:
    """How many of the question's words stand in the sentence's article."""
    article = evidence.passage.article
    held = set(stems(f"{article.title}\n{article.text}", article.language))
    return sum(word.stem in held for word in query.content)

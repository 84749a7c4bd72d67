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

from rag.answering.name_fit import names_asked, share_spelt
from rag.answering.time_fit import event_times
from rag.text.analysis import stems
from rag.text.folding import fold_text
from rag.text.language import dominant_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.answering.retrieve import Ranked
    from rag.answering.understand import Query
    from rag.answering.writers import Evidence
    from rag.store import ScoredChunk

# A rival's probability against the best sentence's, before and (where its passage was read) after reading.
# Higher asks back too seldom, lower too often.
_RIVAL, _READ_RIVAL = 0.7, 0.5
_APART = timedelta(days=21)  # beyond this, two events rather than one told on different days
_MONTH = timedelta(days=31)
_MOST = 4  # events listed
_KINDS = (
    "who",
    "when",
    "where",
    "how_many",
)  # of questions about one event; others may range over several
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
    if query.time is not None or query.kind not in _KINDS or not evidence:
        return []
    scored = {passage.chunk.id: chunk for passage, chunk in found}
    best = evidence[0]
    events: list[Event] = []
    for one in evidence:
        day = _day(one, scored)
        if day is None or not _rivals(one, best):
            continue
        fits = one is best or (_asks_for(query, one, best) and _elsewhere(one, events))
        if fits and all(abs(day - event.day) > _APART for event in events):
            events.append(Event(day, one))
    if not events or events[0].evidence is not best:
        return []  # the best sentence has no day: nothing to tell events apart by
    return sorted(_chosen(query, events)[:_MOST], key=lambda event: event.day)


def _rivals(one: Evidence, best: Evidence) -> bool:
    """Whether a sentence answers about as well as the best; only the best passages were read."""
    if not best.prior:
        return one.probability >= _RIVAL * best.probability
    read = one.is_read and one.probability < _READ_RIVAL * best.probability
    return one.prior >= _RIVAL * best.prior and not read


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
    published = chunk.article.published
    if not named:
        return published
    first, last = named[0].first, named[0].last
    if published and first and last and first <= published <= last:
        return published if last - first > _MONTH else first  # "in 2020" is no day
    return first or published


def _elsewhere(one: Evidence, events: Sequence[Event]) -> bool:
    """Whether no event so far is told by the same article: an article tells its own events apart."""
    return all(e.evidence.passage.article.id != one.passage.article.id for e in events)


def _asks_for(query: Query, one: Evidence, best: Evidence) -> bool:
    """Whether the rival's article holds as much of the question as the best one's; all of it, across scripts."""
    told = _asked(query, one)
    if _in_script(query, one) == _in_script(query, best):
        return told is not None and told >= (_asked(query, best) or 0.0)
    return told == 1.0


def _asked(query: Query, evidence: Evidence) -> float | None:
    """Share of the question's words that stand in the sentence's article; in another script, of its names."""
    article = evidence.passage.article
    if not _in_script(query, evidence):
        names = names_asked(query)
        return share_spelt(names, f"{article.title}\n{article.text}") if names else None
    held = set(stems(f"{article.title}\n{article.text}", article.language))
    return sum(word.stem in held for word in query.content) / max(1, len(query.content))


def _in_script(query: Query, evidence: Evidence) -> bool:
    return dominant_script(evidence.passage.article.text) == query.script

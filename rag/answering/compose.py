"""A question on its way, and the answers that can come of it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answering.elide import other_times
from rag.answering.near import near_misses, not_found_text
from rag.answering.phrases import day_name, phrase
from rag.answering.writers import Brief
from rag.records import Answer, NearMiss

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.answering.events import Event
    from rag.answering.retrieve import Retrieved
    from rag.answering.understand import Query
    from rag.answering.verify import Verified
    from rag.answering.writers import Evidence


@dataclass(slots=True)
class Work:
    """A question understood, what was found for it, and how long each step took, in milliseconds."""

    query: Query
    found: Retrieved
    evidence: list[Evidence]
    confidence: float
    timings: dict[str, float] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)  # that fit about equally well
    differing: list[Evidence] = field(default_factory=list)  # sentences that contradict each other

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Time a step."""
        start = time.perf_counter()
        yield
        self.timings[step] = (time.perf_counter() - start) * 1000


def brief_of(work: Work) -> Brief:
    """What a writer is given: sentences about another time than the question's are kept from it."""
    query, found = work.query, work.found
    return Brief(
        query.text,
        query.language,
        [p for p, _ in found.fitting],
        work.evidence,
        other_times(query.time, found.fitting),
        work.differing,
        wide=query.only_time or query.kind in ("list", "compare", "said"),
    )


def abstention(work: Work, writer: str, notices: Sequence[str] = ()) -> Answer:
    """Says in the question's language that the articles do not answer, and names the nearest."""
    misses = near_misses(work.query, work.found, answered=False)
    return Answer(
        question=work.query.question,
        language=work.query.language,
        status="not_found",
        text=not_found_text(work.query.language, misses),
        confidence=work.confidence,
        writer=writer,
        passages=tuple(p for p, _ in work.found.fitting),
        near_misses=tuple(misses),
        notices=tuple(notices),
        timings_ms={"write": 0.0, "verify": 0.0, **work.timings},
    )


def cited(work: Work, checked: Verified, writer: str, notices: Sequence[str]) -> Answer:
    """The verified text with its citations; partial when a statement has no support."""
    shown = {(c.article.id, c.start) for c in checked.citations}
    differ = [(e.passage.article.id, e.start) for e in work.differing]
    preface = (
        phrase("differ", work.query.language) + "\n" if differ and shown.issuperset(differ) else ""
    )
    return Answer(
        question=work.query.question,
        language=work.query.language,
        status="partial" if checked.unsupported else "answered",
        text=preface + checked.text,
        confidence=work.confidence,
        writer=writer,
        citations=checked.citations,
        passages=tuple(p for p, _ in work.found.fitting),
        near_misses=tuple(near_misses(work.query, work.found, answered=True)),
        unsupported=checked.unsupported,
        contradicted=checked.contradicted,
        notices=tuple(notices),
        timings_ms=work.timings,
    )


def ambiguous(work: Work, checked: Verified, writer: str, notices: Sequence[str]) -> Answer:
    """Asks which event is meant; the verified text quotes each."""
    language = work.query.language
    named = [NearMiss(e.evidence.passage.article, day_name(e.day, language)) for e in work.events]
    answer = cited(work, checked, writer, notices)
    return replace(
        answer,
        status="ambiguous",
        text=f"{phrase('which_event', language)}\n{checked.text}",
        near_misses=tuple(named),
    )

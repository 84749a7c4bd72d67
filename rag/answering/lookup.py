"""Question understood → what was found for it: passages, weighed sentences, how sure they are, rival events."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering.abstain import Calibration, answer_probability, fitted_calibration
from rag.answering.compose import Work
from rag.answering.disagree import disagreements
from rag.answering.events import rival_events
from rag.answering.evidence import best_first, gather
from rag.answering.overview import overview, within
from rag.answering.reread import fitted_read_model, reread
from rag.answering.retrieve import Retrieved, retrieve
from rag.answering.telling import Told
from rag.answering.wording import written
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.events import Event
    from rag.answering.reader import Reader
    from rag.answering.rerank import Reranker
    from rag.answering.understand import Query
    from rag.answering.writers import Evidence
    from rag.embedding import Embedder
    from rag.records import Filters
    from rag.settings import Settings
    from rag.store import PassageStore

_TOLD = 0.02  # factor on the probability of a sentence quoted in the answer before
_COMPARED = 10  # best sentences among which sources are compared
_LIKELY = (
    0.3  # least probability against the best sentence's, for a source to count as contradicting it
)


@dataclass(frozen=True, slots=True)
class Engine:
    """What looking up takes. Reader and reranker are optional."""

    settings: Settings
    embedder: Embedder
    store: PassageStore
    reader: Reader | None = None
    reranker: Reranker | None = None

    @property
    def calibration(self) -> Calibration:
        """The one fitted with the reader, or without."""
        return fitted_calibration() if self.reader is None else fitted_read_model().calibration

    @property
    def threshold(self) -> float:
        """Least confidence at which an answer is given."""
        own = self.settings.answer_threshold
        return self.calibration.threshold if own is None else own


def look_up(query: Query, engine: Engine, filters: Filters, limit: int) -> Work:
    """Search, weigh, and tell how sure the evidence is."""
    begin = time.perf_counter()
    found = find(query, engine, filters, limit)
    retrieved = time.perf_counter()
    evidence = _evidence(query, engine, found)
    confidence = answer_probability(evidence, engine.calibration)
    work = Work(query, found, evidence, confidence)
    if query.only_time and evidence:
        work.confidence = evidence[0].probability
    else:
        if filters.since is None and filters.until is None:
            work.events = rival_events(query, evidence, found.fitting)
            work.evidence = _about(work.events, evidence)
        work.differing = _differing(query, work.evidence)
    work.timings["retrieve"] = (retrieved - begin) * 1000
    work.timings["weigh"] = (time.perf_counter() - retrieved) * 1000
    return work


def look_up_surest(queries: Sequence[Query], engine: Engine, filters: Filters, limit: int) -> Work:
    """What is found for the reading of a question that the articles answer most surely; of equal ones the first."""
    works = [look_up(query, engine, filters, limit) for query in queries]
    chosen = max(works, key=lambda work: work.confidence)
    chosen.timings = {step: sum(w.timings[step] for w in works) for step in chosen.timings}
    return chosen


def find(query: Query, engine: Engine, filters: Filters, limit: int) -> Retrieved:
    """Passages; where only a time is asked for, those of articles published in it before any others."""
    if query.only_time and query.time is not None:
        found = retrieve(query, engine, within(filters, query.time), limit)
        if found.fitting:
            return found
    return retrieve(query, engine, filters, limit)


def _evidence(query: Query, engine: Engine, found: Retrieved) -> list[Evidence]:
    if query.only_time:
        return overview(query, found.fitting)
    evidence = [_less_if_told(query, e) for e in gather(query, found.idf, found.fitting)]
    if engine.reader is None:
        return best_first(query, evidence)
    asked = written(query.asked, query.language)
    return best_first(query, reread(asked, evidence, engine.reader))


def _about(events: Sequence[Event], evidence: list[Evidence]) -> list[Evidence]:
    """Where one of several events is clearly meant ("the last"), what its article says of it, best first."""
    if len(events) != 1 or events[0].evidence is evidence[0]:
        return evidence
    meant = events[0].evidence
    own = [e for e in evidence if e.passage.article.id == meant.passage.article.id]
    return [meant, *(e for e in own if e is not meant)]


def _less_if_told(query: Query, evidence: Evidence) -> Evidence:
    """A follow-up asks for something new: what answered the question it leans on is less likely."""
    if query.answered and fold_text(evidence.quote) in fold_text(query.answered):
        return replace(evidence, probability=evidence.probability * _TOLD)
    return evidence


def _differing(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Sentences that contradict each other on what is asked: of several articles, or of one that reports several."""
    if not evidence:
        return []
    best = evidence[0].probability
    likely = {
        (e.passage.article.id, e.start, e.end): e
        for e in evidence[:_COMPARED]
        if e.probability >= _LIKELY * best
    }
    told = [Told(e.passage.article, *key[1:], f"{key}") for key, e in likely.items()]
    found = {
        key: likely[key]
        for one in disagreements(query.question, told)
        for key in ((v.told.article.id, v.told.start, v.told.end) for v in one.versions)
    }
    return list(found.values()) if evidence[0] in found.values() else []

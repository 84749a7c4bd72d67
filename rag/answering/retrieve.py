"""Query → ranked passages about the time asked for, and the near misses kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.diversity import spread
from rag.answering.evidence import rarity
from rag.answering.place_fit import missing_town
from rag.answering.rank import as_passages, asked_by, fitted_weights, fuse
from rag.answering.rerank import rerank
from rag.answering.time_fit import fitting_sentences
from rag.answering.wording import written

if TYPE_CHECKING:
    from rag.answering.lookup import Engine
    from rag.answering.understand import Query
    from rag.records import Filters, Passage
    from rag.store import ScoredChunk

Ranked = list[tuple["Passage", "ScoredChunk"]]


# Passages of one story among those returned, while others are to be had (`eval/measure_diversity.py`).
MOST_OF_A_STORY = 3


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages best first. `misses` would rank too, but speak of another time or town than the question."""

    fitting: Ranked
    misses: Ranked
    idf: dict[str, float]


def retrieve(query: Query, engine: Engine, filters: Filters, limit: int) -> Retrieved:
    """Search all legs, fuse, and keep passages apart that are not about the question's time and towns."""
    settings, store = engine.settings, engine.store
    vector = engine.embedder.embed_queries([written(query.topic, query.language)])[0]
    stems = [word.stem for word in query.content] or [word.stem for word in query.words]
    found = store.search(vector, stems, max(settings.candidates, limit), filters)
    frequencies, chunks = store.frequencies(stems), store.manifest.counts["chunks"]
    ranked = fuse(found, fitted_weights(), asked_by(query, frequencies, chunks))
    if engine.reranker:
        ranked = rerank(query.text, ranked, engine.reranker, settings.rerank_candidates)
    fits = [_fits(query, candidate) for _, candidate in ranked]
    fitting = [pair for pair, fit in zip(ranked, fits, strict=True) if fit]
    misses = [pair for pair, fit in zip(ranked, fits, strict=True) if not fit]
    idf = rarity(frequencies, chunks)
    return Retrieved(_ranked(fitting, limit), _ranked(misses, limit), idf)


def _fits(query: Query, candidate: ScoredChunk) -> bool:
    in_time = query.time is None or bool(fitting_sentences(query.time, candidate))
    return in_time and missing_town(query.towns, candidate.article) is None


def _ranked(pairs: list[tuple[float, ScoredChunk]], limit: int) -> Ranked:
    pairs = spread(pairs, limit, MOST_OF_A_STORY, lambda pair: pair[1].story or pair[1].article.id)
    return list(zip(as_passages(pairs, limit), (c for _, c in pairs[:limit]), strict=True))

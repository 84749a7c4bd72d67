"""Candidates → passages in order: a convex sum of the legs, dates respected, sources kept apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.records import Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.store import ScoredChunk


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the legs, and the share of a language's background cosine that is taken off both cosines."""

    dense: float
    sentence: float
    lexical: float
    centering: float


@cache
def fitted_weights() -> Weights:
    """The weights in `ranking.json`, fitted by `eval/fit_ranking.py`."""
    data = json.loads(files("rag.answering").joinpath("ranking.json").read_text("utf-8"))
    return Weights(**data["weights"])


def fuse(candidates: Sequence[ScoredChunk], weights: Weights) -> list[tuple[float, ScoredChunk]]:
    """Candidates with their fused score, best first; ties by chunk id, so the order is deterministic.

    Cosines keep their scale, which is the same for every question, less their language's background:
    otherwise any text in the question's language outranks the answer in another. BM25, whose scale is
    another for every question, is divided by the best of the candidates.
    """
    best = max((c.lexical for c in candidates), default=0.0) or 1.0
    usual = sum(c.background for c in candidates) / max(1, len(candidates))
    scored = [(_score(c, weights, best, usual), c) for c in candidates]
    return sorted(
        scored, key=lambda pair: (-pair[0], pair[1].chunk.article_id, pair[1].chunk.start)
    )


def _score(candidate: ScoredChunk, weights: Weights, best_lexical: float, usual: float) -> float:
    """The fused score; `usual` is the candidates' mean background.

    What is taken off is the difference to it, so that a score stays near the cosine it is made of.
    """
    off = weights.centering * (candidate.background - usual)
    dense = weights.dense * (candidate.dense - off) + weights.sentence * (
        candidate.best_sentence - off
    )
    return dense + weights.lexical * candidate.lexical / best_lexical


def as_passages(ranked: Sequence[tuple[float, ScoredChunk]], limit: int) -> list[Passage]:
    """The first `limit` as passages; ranks count from 1."""
    return [
        Passage(
            rank,
            score,
            c.chunk,
            c.article,
            {"dense": c.dense, "sentence": c.best_sentence, "lexical": c.lexical},
        )
        for rank, (score, c) in enumerate(ranked[:limit], 1)
    ]

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
    """Weights of the legs. `lexical` counts only where question and corpus share a script."""

    dense: float
    sentence: float
    lexical: float


@cache
def fitted_weights() -> Weights:
    """The weights in `ranking.json`, fitted by `eval/fit_ranking.py`."""
    data = json.loads(files("rag.answering").joinpath("ranking.json").read_text("utf-8"))
    return Weights(**data["weights"])


def fuse(candidates: Sequence[ScoredChunk], weights: Weights) -> list[tuple[float, ScoredChunk]]:
    """Candidates with their fused score, best first; ties by chunk id, so the order is deterministic.

    Cosines are taken as they are (their scale is the same for every question); BM25, whose scale is
    not, is divided by the best of the candidates.
    """
    best = max((c.lexical for c in candidates), default=0.0) or 1.0
    scored = [
        (weights.dense * c.dense + weights.sentence * c.best_sentence + weights.lexical * c.lexical / best, c)
        for c in candidates
    ]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].chunk.id))


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

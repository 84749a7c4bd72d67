"""Candidates → passages in order: a convex sum of the legs, dates respected, sources kept apart.

A passage's score is `dense` · cosine of the chunk + `sentence` · cosine of its nearest sentence
+ `lexical` · BM25 + `names` · names spelt. The cosines keep their scale, which is the same for every
question, less `centering` times the background of the passage's language: otherwise any text in the
question's language outranks the answer in another. BM25 is divided by the most that a passage could
get for the question, so its part is about the share of the question's rarity that the passage covers: a
question that has but a number or a foreign word in common with the corpus leaves the order to the
cosines, where dividing by the best candidate would give that word the full weight. The first
`NAMED` candidates, if they are in another script than the question, gain by the share of its names
that they spell. The five numbers are in `ranking.json`, fitted by `eval/fit_ranking.py`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.answering.name_fit import names_asked, share_spelt
from rag.records import Passage
from rag.text.language import dominant_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rag.answering.understand import Query
    from rag.store import ScoredChunk

Scored = list[tuple[float, "ScoredChunk"]]

_SATURATION = 1.2  # BM25's k1 in the lexical leg (tantivy)
NAMED = 12  # candidates whose text is compared with the names of the question


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the parts, and the share of a language's background cosine that is taken off the cosines."""

    dense: float
    sentence: float
    lexical: float
    names: float
    centering: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a question bears on the order of its candidates. `most_lexical`: see `most_bm25`."""

    most_lexical: float
    names: tuple[str, ...] = ()
    script: str = ""


@cache
def fitted_weights() -> Weights:
    """The weights in `ranking.json`, fitted by `eval/fit_ranking.py`."""
    data = json.loads(files("rag.answering").joinpath("ranking.json").read_text("utf-8"))
    return Weights(**data["weights"])


def asked_by(query: Query, frequencies: Mapping[str, int], chunks: int) -> Asked:
    """What bears on the order; `frequencies` are those of the stems searched for, of so many `chunks`."""
    most = most_bm25(frequencies.values(), chunks)
    return Asked(most, names_asked(query), query.script)


def most_bm25(frequencies: Iterable[int], chunks: int) -> float:
    """The bound that BM25 comes near where a text holds all the words again and again (Robertson, 2004)."""
    capped = (min(n, chunks) for n in frequencies)  # deleted chunks may be counted
    rarities = (math.log(1 + (chunks - n + 0.5) / (n + 0.5)) for n in capped)
    return (1 + _SATURATION) * sum(rarities)


def fuse(candidates: Sequence[ScoredChunk], weights: Weights, asked: Asked) -> Scored:
    """Candidates with their fused score, best first; ties by chunk, so the order is deterministic."""
    usual = sum(c.background for c in candidates) / max(1, len(candidates))
    most = asked.most_lexical or 1.0
    scored = _sorted((_score(c, weights, most, usual), c) for c in candidates)
    if not asked.names:
        return scored
    named = [(score + weights.names * names_spelt(asked, c), c) for score, c in scored[:NAMED]]
    return _sorted([*named, *scored[NAMED:]])


def _sorted(scored: Iterable[tuple[float, ScoredChunk]]) -> Scored:
    return sorted(
        scored, key=lambda pair: (-pair[0], pair[1].chunk.article_id, pair[1].chunk.start)
    )


def _score(candidate: ScoredChunk, weights: Weights, most_lexical: float, usual: float) -> float:
    """The fused score but for names; `usual` is the candidates' mean background.

    What is taken off is the difference to it, so that a score stays near the cosine it is made of.
    """
    off = weights.centering * (candidate.background - usual)
    dense = weights.dense * (candidate.dense - off) + weights.sentence * (
        candidate.best_sentence - off
    )
    return dense + weights.lexical * candidate.lexical / most_lexical


def names_spelt(asked: Asked, candidate: ScoredChunk) -> float:
    """The share of the question's names that a candidate in another script spells; 0 in the same one."""
    if dominant_script(candidate.chunk.text) == asked.script:
        return 0.0  # there names are words like any other
    return share_spelt(asked.names, f"{candidate.article.title}\n{candidate.chunk.text}")


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

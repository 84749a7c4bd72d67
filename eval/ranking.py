"""How well a ranking puts what is relevant on top. The measures are ir_measures' own.

MRR@10 is the mean of ir_measures' RR@10 (reciprocal rank, Voorhees 1999), R recall, nDCG with the
log2 discount of Järvelin and Kekäläinen (2002); Success@1 tells whether the first one is relevant, since
R@1 can't reach 1 where several are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import ir_measures
from ir_measures import RR, R, Success, nDCG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from eval.goldset import Quotation
    from rag.records import Passage

CUTOFF = 10
_MEASURES = {
    "Success@1": Success @ 1,
    "R@1": R @ 1,
    "R@5": R @ 5,
    "R@10": R @ CUTOFF,
    "MRR@10": RR @ CUTOFF,
    "nDCG@10": nDCG @ CUTOFF,
}
MEASURES = tuple(_MEASURES)


class Ranking(NamedTuple):
    """What a question's ranking should hold, and what it holds, best first without repetition."""

    relevant: Set[str]
    ranked: Sequence[str]


def ranking_scores(rankings: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """Every measure of `MEASURES` for each question id, in [0, 1].

    An empty ranking scores 0, it is never left out. Questions without anything relevant can't be
    scored and are the caller's to leave out.
    """
    qrels = [ir_measures.Qrel(q, doc, 1) for q, r in rankings.items() for doc in sorted(r.relevant)]
    run = [
        # Scores that fall by one: the engine breaks ties by document name, which is no ranking of ours.
        ir_measures.ScoredDoc(q, doc, float(len(r.ranked) - place))
        for q, r in rankings.items()
        for place, doc in enumerate(r.ranked)
    ]
    names = {measure: name for name, measure in _MEASURES.items()}
    scores: dict[str, dict[str, float]] = {q: {} for q in rankings}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        scores[metric.query_id][names[metric.measure]] = float(metric.value)
    return scores


def article_ranking(passages: Sequence[Passage], relevant: Set[str]) -> Ranking:
    """Articles by their best passage."""
    return Ranking(relevant, list(dict.fromkeys(passage.article.id for passage in passages)))


def quotation_ranking(passages: Sequence[Passage], quotations: Sequence[Quotation]) -> Ranking:
    """Passages; relevant is one whose span covers a gold quotation that none before it covers.

    Quotations that one passage covers together count as one relevant thing, for finding it finds both;
    a quotation never found counts for itself. A later passage with nothing new is irrelevant.
    """
    open_ = dict(enumerate(quotations))
    relevant: set[str] = set()
    ranked: list[str] = []
    for passage in passages:
        covered = [number for number, quotation in open_.items() if _covers(passage, quotation)]
        name = f"quotation {covered[0]}" if covered else f"passage {len(ranked)}"
        ranked.append(name)
        if covered:
            relevant.add(name)
        for number in covered:
            del open_[number]
    return Ranking(relevant | {f"quotation {number}" for number in open_}, ranked)


def _covers(passage: Passage, quotation: Quotation) -> bool:
    return passage.article.id == quotation.article and any(
        passage.chunk.start <= start and end <= passage.chunk.end for start, end in quotation.spans
    )

"""Questions of public sets as the fitting of a ranking sees them: scores of the candidates, and the gold one.

Half of the titles of a set are fitted on, chosen by hash.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.training import Question, build, open_store, paired, read_set, searched
from rag.answering.rank import NAMED, Asked, asked_by, names_spelt

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.answering.understand import Query
    from rag.embedding import Embedder
    from rag.store import ScoredChunk
    from rag.store.local import LocalStore

    Array = NDArray[np.float64]

MOST = 500  # questions of a half of a set


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates: (cosine of chunk, of best sentence, BM25's share), names spelt, gold."""

    legs: Array
    spelt: Array
    article: NDArray[np.intp]
    gold: int  # as in `article`; -1 where it is not among the candidates

    def gain(self, scores: Array) -> float:
        """nDCG@10 of the articles, each standing where its best chunk does."""
        if self.gold < 0:
            return 0.0
        best = np.full(int(self.article.max()) + 1, -np.inf)
        np.maximum.at(best, self.article, scores)
        rank = 1 + int((best > best[self.gold]).sum())
        return 1 / math.log2(1 + rank) if rank <= 10 else 0.0

    def scores(self, sentence: float, lexical: float, names: float = 0.0) -> Array:
        """As `rag.answering.rank.fuse` has them where all candidates are in one language."""
        scores: Array = self.legs @ np.array([1 - sentence, sentence, lexical])
        if names:
            first = np.argsort(-scores)[:NAMED]
            scores[first] += names * self.spelt[first]
        return scores


Halves = tuple[list[Case], list[Case]]  # fitted on, and not


def of_set(folder: Path, work: Path, embedder: Embedder) -> Halves:
    """A set's questions over its passages."""
    rows, questions = read_set(folder)
    return _halves(work, rows, questions, embedder)


def of_pair(folder: Path, asked: str, told: str, work: Path, embedder: Embedder) -> Halves:
    """A parallel set's questions in one language over its passages in another."""
    rows = [row for row in read_set(folder)[0] if row["lang"] == told]
    return _halves(work, rows, paired(folder, asked, told), embedder)


def _halves(
    work: Path, rows: list[dict[str, Any]], questions: list[Question], embedder: Embedder
) -> Halves:
    settings, _ = build(work, rows, embedder)
    titles = {row["id"]: row["title"] for row in rows}
    store = open_store(settings, embedder)
    halves: Halves = ([], [])
    for cases, fitted in zip(halves, (True, False), strict=True):
        wanted = [
            q
            for q in questions
            if q.answerable and q.passage and is_fitted(titles[q.passage]) == fitted
        ]
        drawn = wanted[:: math.ceil(len(wanted) / MOST)]
        for question, query, found in searched(drawn, store, embedder, settings):
            cases.append(_case(question, asked_of(query, store), found))
    store.close()
    return halves


def is_fitted(title: str) -> bool:
    """Whether questions on articles of this title are fitted on."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 2 == 0


def _case(question: Question, asked: Asked, found: list[ScoredChunk]) -> Case:
    most = asked.most_lexical or 1.0
    ids = sorted({c.article.id for c in found})
    return Case(
        np.array([(c.dense, c.best_sentence, c.lexical / most) for c in found]),
        np.array([names_spelt(asked, c) for c in found]),
        np.array([ids.index(c.article.id) for c in found]),
        ids.index(question.passage) if question.passage in ids else -1,
    )


def asked_of(query: Query, store: LocalStore) -> Asked:
    """What of a question bears on the order, as `rag.answering.retrieve` has it."""
    stems = [w.stem for w in query.content or query.words]
    return asked_by(query, store.frequencies(stems), store.manifest.counts["chunks"])

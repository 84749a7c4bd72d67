"""Questions as the fitting of a ranking sees them: scores of the candidates, and which of them are gold.

Half of the titles of a public set are fitted on, chosen by hash; a news set is fitted on as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from eval import news
from eval.goldset import load_goldset
from eval.training import Question, build, open_store, paired, read_set, searched
from rag.answering.place_fit import missing_town
from rag.answering.rank import NAMED, asked_by, names_spelt
from rag.answering.time_fit import fitting_sentences
from rag.answering.understand import understand
from rag.answering.wording import written
from rag.records import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.answering.rank import Asked, Weights
    from rag.answering.understand import Query
    from rag.embedding import Embedder
    from rag.store import PassageStore, ScoredChunk

    Array = NDArray[np.float64]

MOST = 500  # questions of a half of a set
MOST_OF_A_PAIR = 150  # where many pairs make one row
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Grid:
    """Values of each number; `dense` is what `sentence` leaves of 1."""

    sentence: Array
    lexical: Array
    centering: Array
    names: Array

    @classmethod
    def of(cls, w: Weights) -> Grid:
        """The one point."""
        return cls(*(np.array([v]) for v in (w.sentence, w.lexical, w.centering, w.names)))

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of a table over the grid."""
        return (len(self.sentence), len(self.lexical), len(self.centering), len(self.names))


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates, sorted by article. All arrays but `gold` are by candidate.

    `legs`: cosine of chunk, of best sentence, BM25's share. `background`: above the candidates' mean.
    `ranked`: whether it is, once it has counted among the `NAMED` first.
    `gold`: by article.
    """

    legs: Array
    background: Array
    spelt: Array
    ranked: NDArray[np.bool_]
    article: NDArray[np.intp]
    gold: NDArray[np.bool_]

    def gains(self, grid: Grid) -> Array:
        """nDCG@10 by the first gold article, each article standing where its best chunk does.

        Broadcasts to the grid's shape: an axis that cannot change the order has length 1.
        """
        scores = self._scores(grid)
        bonus = np.zeros_like(scores)
        names = grid.names if self.spelt.any() else np.zeros(1)
        if names.any():
            last = min(NAMED, scores.shape[-1]) - 1
            least = -np.partition(-scores, last, axis=-1)[..., last : last + 1]
            bonus = np.where(scores >= least, self.spelt, 0.0)
        return np.stack([self._gain(scores + n * bonus) for n in names], axis=-1)

    def _scores(self, grid: Grid) -> Array:
        """As `rag.answering.rank.fuse` has them but for names, shape (sentence, lexical, centering, candidates)."""
        dense, nearest, words = self.legs.T
        cosine = np.outer(1 - grid.sentence, dense) + np.outer(grid.sentence, nearest)
        centering = grid.centering if np.ptp(self.background) > 0 else np.zeros(1)
        legs = cosine[:, None, :] + np.outer(grid.lexical, words)
        scores: Array = legs[:, :, None, :] - np.outer(centering, self.background)
        return scores

    def _gain(self, scores: Array) -> Array:
        starts = np.flatnonzero(np.diff(self.article, prepend=-1))
        best = np.maximum.reduceat(np.where(self.ranked, scores, -np.inf), starts, axis=-1)
        gold = best[..., self.gold].max(axis=-1, initial=-np.inf)
        rank = 1 + (best > gold[..., None]).sum(axis=-1)
        return np.where((rank <= _DEPTH) & (gold > -np.inf), 1 / np.log2(1 + rank), 0.0)


Halves = tuple[list[Case], list[Case]]  # fitted on, and not


def mean_gain(cases: list[Case], grid: Grid) -> Array:
    """Mean nDCG@10, shape `grid.shape`."""
    total = np.zeros(grid.shape)
    for case in cases:
        total += case.gains(grid)
    return total / len(cases)


def of_set(folder: Path, work: Path, embedder: Embedder) -> Halves:
    """A set's questions over its passages: those fitted on, and the others."""
    rows, questions = read_set(folder)
    with closing(_Corpus(work, rows, embedder)) as corpus:
        return corpus.halves([q for q in questions if q.answerable and q.passage], MOST)


def of_pairs(
    folder: Path, asked: Iterable[str], told: str, work: Path, embedder: Embedder
) -> dict[str, Halves]:
    """A parallel set's questions in each of some languages over its passages in one."""
    rows = [row for row in read_set(folder)[0] if row["lang"] == told]
    with closing(_Corpus(work, rows, embedder)) as corpus:
        return {
            f"{folder.name} {language}>{told}": corpus.halves(paired(folder, language, told), MOST)
            for language in asked
        }


def of_languages(
    folder: Path, pairs: Iterable[tuple[str, str]], work: Path, embedder: Embedder
) -> Halves:
    """A parallel set's questions over its passages in all its languages, those in one of them being gold.

    What the gold passage is translated to is left out of the ranking.
    """
    halves: Halves = ([], [])
    with closing(_Corpus(work, read_set(folder)[0], embedder)) as corpus:
        for pair in pairs:
            found = corpus.halves(paired(folder, *pair), MOST_OF_A_PAIR, is_no_translation)
            for cases, more in zip(halves, found, strict=True):
                cases.extend(more)
    return halves


def of_news(name: str, work: Path, embedder: Embedder) -> list[Case]:
    """A news set's answerable questions without history, searched as they would be answered."""
    engine = news.open_engine(name, work, embedder)
    today = datetime.now(UTC).date()
    cases = []
    for gold in load_goldset(news.FOLDER / name / "questions.jsonl", engine.store.article):
        query = understand(gold.question.question, (), today)
        if not gold.question.answerable or gold.question.history or query.only_time:
            continue
        vector = embedder.embed_queries([written(query.topic, query.language)])[0]
        stems = [w.stem for w in query.content] or [w.stem for w in query.words]
        found = engine.store.search(vector, stems, engine.settings.candidates, Filters())
        fitting = [_fits(query, candidate) for candidate in found]
        cases.append(case_of(asked_of(query, engine.store), found, gold.question.articles, fitting))
    engine.store.close()
    return cases


class _Corpus:
    """Passages of a public set, indexed."""

    def __init__(self, work: Path, rows: list[dict[str, Any]], embedder: Embedder) -> None:
        self._settings, _ = build(work, rows, embedder)
        self._embedder = embedder
        self._titles = {row["id"]: row["title"] for row in rows}
        self._store = open_store(self._settings, embedder)

    def halves(
        self,
        questions: list[Question],
        most: int,
        is_ranked: Callable[[str, str], bool] = lambda _article, _gold: True,
    ) -> Halves:
        """At most so many questions of each half; `is_ranked` tells what of their candidates."""
        halves: Halves = ([], [])
        for cases, fitted in zip(halves, (True, False), strict=True):
            wanted = [q for q in questions if is_fitted(self._titles[str(q.passage)]) == fitted]
            drawn = wanted[:: max(1, math.ceil(len(wanted) / most))]
            for question, query, found in searched(
                drawn, self._store, self._embedder, self._settings
            ):
                gold = str(question.passage)
                ranked = [is_ranked(c.article.id, gold) for c in found]
                cases.append(case_of(asked_of(query, self._store), found, [gold], ranked))
        return halves

    def close(self) -> None:
        """Close the index."""
        self._store.close()


def is_fitted(title: str) -> bool:
    """Whether questions on articles of this title are fitted on."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 2 == 0


def asked_of(query: Query, store: PassageStore) -> Asked:
    """What of a question bears on the order, as `rag.answering.retrieve` has it."""
    stems = [w.stem for w in query.content or query.words]
    return asked_by(query, store.frequencies(stems), store.manifest.counts["chunks"])


def case_of(
    asked: Asked, found: list[ScoredChunk], gold: Collection[str], ranked: list[bool]
) -> Case:
    """`ranked`: whether each of the candidates is."""
    both = sorted(zip(found, ranked, strict=True), key=lambda pair: pair[0].article.id)
    found, ranked = [c for c, _ in both], [r for _, r in both]
    most = asked.most_lexical or 1.0
    ids = sorted({c.article.id for c in found})
    background = np.array([c.background for c in found])
    return Case(
        np.array([(c.dense, c.best_sentence, c.lexical / most) for c in found]),
        background - background.mean(),
        np.array([names_spelt(asked, c) for c in found]),
        np.array(ranked),
        np.array([ids.index(c.article.id) for c in found]),
        np.array([i in gold for i in ids]),
    )


def is_no_translation(article: str, gold: str) -> bool:
    """Whether a parallel set's passage is the gold one, or of another paragraph."""
    return article == gold or article.rsplit("-", 1)[1] != gold.rsplit("-", 1)[1]


def _fits(query: Query, candidate: ScoredChunk) -> bool:
    in_time = query.time is None or bool(fitting_sentences(query.time, candidate))
    return in_time and missing_town(query.towns, candidate.article) is None

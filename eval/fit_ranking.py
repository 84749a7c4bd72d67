"""Fit the weights of the legs: `python -m eval.fit_ranking DATA_DIR [--work DIR]`.

First a grid over the convex weight of chunk and best sentence and over BM25's share, to the best mean
nDCG@10 on training splits: the Arabic ARCD-train and the English SQuAD2-half-dev (answerable questions),
each counting alike. Then how much of a language's background is taken off the cosines, on XQuAD with its
six languages in one corpus, where only one language's passage of the gold paragraph is left in: as much
as costs pairs within a language next to nothing. Writes `rag/answering/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.training import Question, build, open_store, paired, read_set, searched
from rag.answering.rank import Weights, fuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.store import ScoredChunk

PAIRS_WITHIN = (("ar", "ar"), ("en", "en"), ("ru", "ru"), ("tr", "tr"))
PAIRS_ACROSS = (("en", "ar"), ("ru", "ar"), ("tr", "ar"), ("ar", "en"), ("ru", "en"), ("en", "ru"))
CENTERING = np.round(np.arange(0.0, 1.51, 0.1), 2)
GIVEN_UP = 0.002  # nDCG@10 within a language that may be paid for finding answers across languages
MOST_OF_A_PAIR = 200
SETS = ("arcd-train", "squad2-half-dev")
SENTENCE = np.round(np.arange(0.0, 1.01, 0.1), 2)
LEXICAL = np.round(np.concatenate([np.arange(0.0, 0.2, 0.01), np.arange(0.2, 0.5, 0.05)]), 2)
MOST = 700  # questions a set; the set's own order
TARGET = Path(__file__).parents[1] / "rag" / "answering" / "ranking.json"


def table(folder: Path, work: Path) -> NDArray[np.float64]:
    """nDCG@10 by sentence weight and lexical weight, mean over questions, shape (len(SENTENCE), len(LEXICAL))."""
    passages, questions = read_set(folder)
    settings, embedder = build(work, passages)
    store = open_store(settings, embedder)
    asked = [q for q in questions if q.answerable and q.passage][:MOST]
    rows = [
        _gains(question, found) for question, _, found in searched(asked, store, embedder, settings)
    ]
    return np.asarray(np.mean(rows, axis=0))


def _gains(question: Question, found: list[ScoredChunk]) -> NDArray[np.float64]:
    legs = np.array([(c.dense, c.best_sentence, c.lexical) for c in found])
    legs[:, 2] /= legs[:, 2].max() or 1.0
    gold = np.array([c.article.id == question.passage for c in found])
    gains = np.zeros((len(SENTENCE), len(LEXICAL)))
    for i, share in enumerate(SENTENCE):
        dense = (1 - share) * legs[:, 0] + share * legs[:, 1]
        for j, lexical in enumerate(LEXICAL):
            score = dense + lexical * legs[:, 2]
            rank = 1 + int((score > score[gold].max()).sum()) if gold.any() else 0
            gains[i, j] = 1 / math.log2(1 + rank) if 1 <= rank <= 10 else 0.0
    return gains


def centering_table(
    folder: Path, work: Path, legs: dict[str, float]
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """nDCG@10 by centering for each pair of languages, each shape (len(CENTERING),)."""
    passages, _ = read_set(folder)
    settings, embedder = build(work, passages)
    store = open_store(settings, embedder)
    found: dict[tuple[str, str], NDArray[np.float64]] = {}
    for pair in PAIRS_WITHIN + PAIRS_ACROSS:
        asked = paired(folder, *pair)[:: max(1, 1190 // MOST_OF_A_PAIR)]
        rows = [
            [_gain(question, hits, Weights(**legs, centering=float(c))) for c in CENTERING]
            for question, _, hits in searched(asked, store, embedder, settings)
        ]
        found[pair] = np.mean(rows, axis=0)
    return found


def _gain(question: Question, found: list[ScoredChunk], weights: Weights) -> float:
    """nDCG@10 with the gold paragraph's passages in other languages left out."""
    para = str(question.passage).rsplit("-", 1)[1]
    ranked = [c.article.id for _, c in fuse(found, weights)]
    left = [
        i for i in dict.fromkeys(ranked) if i == question.passage or i.rsplit("-", 1)[1] != para
    ]
    rank = left.index(question.passage) + 1 if question.passage in left else 11
    return 1 / math.log2(1 + rank) if rank <= 10 else 0.0


def fit(data: Path, work: Path) -> None:
    """Fit, print the neighbourhood of the optimum, write the weights."""
    tables = {name: table(data / name, work / name) for name in SETS}
    mean = np.mean(list(tables.values()), axis=0)
    i, j = np.unravel_index(int(mean.argmax()), mean.shape)
    for name, values in {**tables, "mean": mean}.items():
        print(
            f"{name}: nDCG@10 {values[i, j]:.4f}; dense {values[0, 0]:.4f}; sentences {values[-1, 0]:.4f}; own best {values.max():.4f}"
        )
    legs = {
        "dense": round(1 - float(SENTENCE[i]), 2),
        "sentence": float(SENTENCE[i]),
        "lexical": float(LEXICAL[j]),
    }
    pairs = centering_table(data / "xquad", work / "xquad", legs)
    within = np.mean([pairs[p] for p in PAIRS_WITHIN], axis=0)
    across = np.mean([pairs[p] for p in PAIRS_ACROSS], axis=0)
    centering = float(CENTERING[within >= within[0] - GIVEN_UP].max())
    print("centering      " + "  ".join(f"{c:.1f}  " for c in CENTERING))
    for name, row in {
        **{">".join(p): v for p, v in pairs.items()},
        "within": within,
        "across": across,
    }.items():
        print(f"{name:14} " + "  ".join(f"{v:.3f}" for v in row))
    weights = {**legs, "centering": centering}
    fitted_on = [*SETS, "xquad (centering)"]
    kept = {"weights": weights, "fitted_on": fitted_on, "by": "python -m eval.fit_ranking"}
    TARGET.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    print(weights)


def main() -> None:
    """Read the arguments and fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="where indexes are kept between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        fit(options.data, options.work or Path(scratch))


if __name__ == "__main__":
    main()

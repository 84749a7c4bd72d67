"""Fit the weights of the legs: `python -m eval.fit_ranking DATA_DIR [--work DIR]`.

Grid over the convex weight of chunk and best sentence and over BM25's share, to the best mean nDCG@10
on training splits: the Arabic ARCD-train and the English SQuAD2-half-dev (answerable questions), each
counting alike. Writes `rag/answering/ranking.json`. TyDi and XQuAD are left for reporting.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training import Question, build, open_store, read_set, searched
from rag.store import ScoredChunk

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
    rows = [_gains(question, found) for question, _, found in searched(asked, store, embedder, settings)]
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


def main() -> None:
    """Fit, print the neighbourhood of the optimum, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="where indexes are kept between runs")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp())
    tables = {name: table(options.data / name, work / name) for name in SETS}
    mean = np.mean(list(tables.values()), axis=0)
    i, j = np.unravel_index(int(mean.argmax()), mean.shape)
    for name, values in {**tables, "mean": mean}.items():
        print(f"{name}: nDCG@10 {values[i, j]:.4f}; dense {values[0, 0]:.4f}; sentences {values[-1, 0]:.4f}; own best {values.max():.4f}")
    weights = {"dense": round(1 - float(SENTENCE[i]), 2), "sentence": float(SENTENCE[i]), "lexical": float(LEXICAL[j])}
    TARGET.write_text(json.dumps({"weights": weights, "fitted_on": list(SETS), "by": "python -m eval.fit_ranking"}, indent=1) + "\n", "utf-8")
    print(weights)


if __name__ == "__main__":
    main()

"""Fit the weights of the parts of a score: `python -m eval.fit_ranking DATA_DIR [--work DIR]`.

Three grids, one after the other, each to the best mean nDCG@10 where every set and pair counts alike:

1. the convex weight of chunk and best sentence, and BM25's, the least of those that come within `FLAT` of
   the best, since what words are worth differs most between corpora: ARCD-train, TyDi-ar, SQuAD2-half and
   XQuAD ar→ar, en→ar and ru→ar, each within the passages of one language;
2. the weight of names spelt in another script: XQuAD en→ar, ru→ar and tr→ar;
3. how much of a language's background is taken off the cosines: XQuAD with its six languages in one
   corpus, where only one language's passage of the gold paragraph is left in: as much as costs pairs
   within a language next to nothing.

Only half of the titles of each set are fitted on, chosen by hash; what comes of the other half is
printed beside them. NTREX and XQuAD-R are left for reporting (though XQuAD-R cuts the texts of XQuAD).
Writes `rag/answering/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.ranking_cases import asked_of, is_fitted, of_pair, of_set
from eval.training import Question, build, open_cached, open_store, paired, read_set, searched
from rag.answering.rank import Asked, Weights, fuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eval.ranking_cases import Array, Case, Halves
    from rag.embedding import Embedder
    from rag.store import ScoredChunk

SETS = ("arcd-train", "tydiqa-goldp-ar-dev", "squad2-half-dev")
XQUAD, TOLD = "xquad", "ar"
LEGS_ASKED, NAMES_ASKED = ("ar", "en", "ru"), ("en", "ru", "tr")  # of XQuAD's passages in `TOLD`
PAIRS_WITHIN = (("ar", "ar"), ("en", "en"), ("ru", "ru"), ("tr", "tr"))
PAIRS_ACROSS = (("en", "ar"), ("ru", "ar"), ("tr", "ar"), ("ar", "en"), ("ru", "en"), ("en", "ru"))
SENTENCE = np.round(np.arange(0.0, 1.01, 0.1), 2)
LEXICAL = np.round(np.concatenate([np.arange(0.0, 0.2, 0.02), np.arange(0.2, 0.51, 0.05)]), 2)
NAMES = np.round(np.arange(0.0, 0.061, 0.005), 3)
CENTERING = np.round(np.arange(0.0, 1.51, 0.1), 2)
FLAT = 0.002  # nDCG@10 below the best that is no difference: about a standard error
GIVEN_UP = 0.004  # nDCG@10 within a language that may be paid for finding answers across languages
MOST_OF_A_PAIR = 300  # of centering
TARGET = Path(__file__).parents[1] / "rag" / "answering" / "ranking.json"


def fit(data: Path, work: Path) -> None:
    """Fit, print what comes of both halves, write the weights."""
    _, embedder = open_cached(work)
    found = {name: of_set(data / name, work / name, embedder) for name in SETS}
    for asked in dict.fromkeys(LEGS_ASKED + NAMES_ASKED):
        folder = work / f"{XQUAD}-{TOLD}"
        found[f"{XQUAD} {asked}>{TOLD}"] = of_pair(data / XQUAD, asked, TOLD, folder, embedder)
    sentence, lexical = fit_legs([found[n][0] for n in (*SETS, *_xquad(LEGS_ASKED))])
    names = fit_names([found[n][0] for n in _xquad(NAMES_ASKED)], sentence, lexical)
    _print_halves(found, sentence, lexical, names)
    legs = {
        "dense": round(1 - sentence, 2), "sentence": sentence, "lexical": lexical, "names": names,
    }  # fmt: skip
    weights = {**legs, "centering": fit_centering(data / XQUAD, work / XQUAD, embedder, legs)}
    fitted_on = [f"{name}, half of the titles" for name in (*SETS, XQUAD)]
    kept = {"weights": weights, "fitted_on": fitted_on, "by": "python -m eval.fit_ranking"}
    TARGET.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    print(weights)


def _xquad(asked: Iterable[str]) -> list[str]:
    return [f"{XQUAD} {language}>{TOLD}" for language in asked]


def fit_legs(sets: list[list[Case]]) -> tuple[float, float]:
    """Weights of the best sentence and of BM25; sets count alike."""
    means = [
        [[np.mean([c.gain(c.scores(s, x)) for c in cases]) for x in LEXICAL] for s in SENTENCE]
        for cases in sets
    ]
    mean = np.mean(means, axis=0)
    j = int(np.argmax(mean.max(axis=0) >= mean.max() - FLAT))
    i = int(mean[:, j].argmax())
    print("nDCG@10 by BM25's weight  " + "  ".join(f"{x:.2f} " for x in LEXICAL))
    for s in range(max(0, i - 2), min(len(SENTENCE), i + 3)):
        print(f"sentence {SENTENCE[s]:.1f}              " + "  ".join(f"{v:.3f}" for v in mean[s]))
    return float(SENTENCE[i]), float(LEXICAL[j])


def fit_names(sets: list[list[Case]], sentence: float, lexical: float) -> float:
    """The weight of names; sets count alike."""
    mean = np.mean(
        [
            [np.mean([c.gain(c.scores(sentence, lexical, n)) for c in cases]) for n in NAMES]
            for cases in sets
        ],
        axis=0,
    )
    print("names    " + "  ".join(f"{n:.3f}" for n in NAMES))
    print("nDCG@10  " + "  ".join(f"{v:.3f}" for v in mean))
    return float(NAMES[int(mean.argmax())])


def _print_halves(found: dict[str, Halves], sentence: float, lexical: float, names: float) -> None:
    for name, halves in found.items():
        for cases, half in zip(halves, ("fitted on", "not"), strict=True):
            whole, dense, near = (
                float(np.mean([c.gain(c.scores(*weights)) for c in cases]))
                for weights in ((sentence, lexical, names), (0.0, 0.0), (1.0, 0.0))
            )
            print(
                f"{name:20} {half:9} {len(cases):4} nDCG@10 {whole:.4f}; dense {dense:.4f}; sentences {near:.4f}"
            )


def fit_centering(folder: Path, work: Path, embedder: Embedder, legs: dict[str, float]) -> float:
    """How much of the background is taken off."""
    pairs = centering_table(folder, work, embedder, legs)
    within = np.mean([pairs[p] for p in PAIRS_WITHIN], axis=0)
    across = np.mean([pairs[p] for p in PAIRS_ACROSS], axis=0)
    print("centering      " + "  ".join(f"{c:.1f}  " for c in CENTERING))
    rows = {">".join(pair): row for pair, row in pairs.items()}
    for name, row in {**rows, "within": within, "across": across}.items():
        print(f"{name:14} " + "  ".join(f"{v:.3f}" for v in row))
    return float(CENTERING[within >= within[0] - GIVEN_UP].max())


def centering_table(
    folder: Path, work: Path, embedder: Embedder, legs: dict[str, float]
) -> dict[tuple[str, str], Array]:
    """nDCG@10 by centering for each pair of languages, each shape (len(CENTERING),)."""
    rows, _ = read_set(folder)
    settings, _ = build(work, rows, embedder)
    titles = {row["id"]: row["title"] for row in rows}
    store = open_store(settings, embedder)
    table: dict[tuple[str, str], Array] = {}
    for pair in PAIRS_WITHIN + PAIRS_ACROSS:
        wanted = [q for q in paired(folder, *pair) if is_fitted(titles[str(q.passage)])]
        drawn = wanted[:: math.ceil(len(wanted) / MOST_OF_A_PAIR)]
        gains = []
        for question, query, found in searched(drawn, store, embedder, settings):
            asked = asked_of(query, store)
            by_weight = [Weights(**legs, centering=float(c)) for c in CENTERING]
            gains.append([_gain_across(question, found, w, asked) for w in by_weight])
        table[pair] = np.mean(gains, axis=0)
    store.close()
    return table


def _gain_across(
    question: Question, found: list[ScoredChunk], weights: Weights, asked: Asked
) -> float:
    """nDCG@10 with the gold paragraph's passages in other languages left out."""
    para = str(question.passage).rsplit("-", 1)[1]
    ranked = [c.article.id for _, c in fuse(found, weights, asked)]
    left = [
        i for i in dict.fromkeys(ranked) if i == question.passage or i.rsplit("-", 1)[1] != para
    ]
    rank = left.index(question.passage) + 1 if question.passage in left else 11
    return 1 / math.log2(1 + rank) if rank <= 10 else 0.0


def main() -> None:
    """Read the arguments and fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="where indexes and vectors are kept between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        fit(options.data, options.work or Path(scratch))


if __name__ == "__main__":
    main()

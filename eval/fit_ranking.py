"""Fit the weights of the parts of a score: `python -m eval.fit_ranking DATA_DIR [--work DIR]`.

All five numbers are taken from one grid, by nDCG@10. Half of it is the mean of the public rows: ARCD-train,
TyDi-ar, SQuAD2-half; XQuAD's Arabic passages asked in Arabic, English, Russian and Turkish; and, as one row, XQuAD
with its six languages in one corpus, where only one language's passage of the gold paragraph is left in, asked
in that language and, to the same amount, in others. The other half is the mean of the news sets
(`eval/news.py`), whose articles of five languages are easily confused. Points at which one leg alone would rank
a public row better, by more than `BEHIND`, are left out. Of those that come within `FLAT` of the best, the ones
with the least weight of BM25 are kept, since what words are worth differs most between corpora; of these the
ones with the least centering, for which questions in an article's own language pay; and of these the best.

Only half of the titles of each public set are fitted on, chosen by hash, and ten of the news sets
(`news.fitted_names`); what comes of the others is printed beside them. NTREX, XQuAD-R (though it cuts the texts of
XQuAD) and the questions over `corpus/` are left for reporting. Writes `rag/answering/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval import news
from eval.ranking_cases import Grid, mean_gain, of_languages, of_news, of_pairs, of_set
from eval.training import open_cached
from rag.answering.rank import Weights, fitted_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.ranking_cases import Array, Halves
    from rag.embedding import Embedder

SETS = ("arcd-train", "tydiqa-goldp-ar-dev", "squad2-half-dev")
XQUAD, TOLD, ASKED = "xquad", "ar", ("ar", "en", "ru", "tr")
SIX_LANGUAGES = {
    "xquad, own of six": (("ar", "ar"), ("en", "en"), ("ru", "ru"), ("tr", "tr")),
    "xquad, other of six": (
        ("en", "ar"),
        ("ru", "ar"),
        ("tr", "ar"),
        ("ar", "en"),
        ("ru", "en"),
        ("en", "ru"),
    ),
}
GRID = Grid(
    sentence=np.round(np.arange(0.0, 1.01, 0.1), 2),
    lexical=np.round(np.concatenate([np.arange(0.0, 0.2, 0.02), np.arange(0.2, 0.41, 0.05)]), 2),
    centering=np.round(np.arange(0.0, 1.61, 0.1), 2),
    names=np.round(np.arange(0.0, 0.061, 0.01), 2),
)
FLAT = 0.001  # nDCG@10 below the best that is no difference: about a standard error between near points
BEHIND = 0.005  # nDCG@10 by which a leg may be better: about a standard error on a half of TyDi
TARGET = Path(__file__).parents[1] / "rag" / "answering" / "ranking.json"


def fit(data: Path, work: Path) -> None:
    """Fit, print what comes of both halves, write the weights."""
    _, embedder = open_cached(work)
    public = public_rows(data, work, embedder)
    ours = {
        f"news {name}": of_news(name, work, embedder) for name in (*news.fitted_names(), *news.HELD)
    }
    held = [f"news {name}" for name in news.HELD]
    fitted = [mean_gain(c, GRID) for name, c in ours.items() if name not in held]
    public_tables = {name: mean_gain(cases, GRID) for name, (cases, _) in public.items()}
    weights = choose(GRID, public_tables, fitted)
    news_rows: dict[str, Halves] = {n: ([], c) if n in held else (c, []) for n, c in ours.items()}
    _print_rows({**public, **news_rows}, fitted_weights(), weights)
    fitted_on = [f"{name}, half of the titles" for name in (*SETS, XQUAD)]
    fitted_on += [name for name in ours if name not in held]
    kept = {"weights": asdict(weights), "fitted_on": fitted_on, "by": "python -m eval.fit_ranking"}
    TARGET.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    print(weights)


def public_rows(data: Path, work: Path, embedder: Embedder) -> dict[str, Halves]:
    """The public sets and pairs that count alike."""
    rows = {name: of_set(data / name, work / name, embedder) for name in SETS}
    rows |= of_pairs(data / XQUAD, ASKED, TOLD, work / f"{XQUAD}-{TOLD}", embedder)
    for name, pairs in SIX_LANGUAGES.items():
        rows[name] = of_languages(data / XQUAD, pairs, work / XQUAD, embedder)
    return rows


def choose(grid: Grid, public: Mapping[str, Array], ours: Sequence[Array]) -> Weights:
    """The point that the tables of nDCG@10 over the grid speak for; see above."""
    together = [table for name, table in public.items() if name in SIX_LANGUAGES]
    rows = [table for name, table in public.items() if name not in SIX_LANGUAGES]
    rows += [np.mean(together, axis=0)] if together else []
    mean = (np.mean(rows, axis=0) + np.mean(ours, axis=0)) / 2
    for table in public.values():
        dense, nearest = table[0, 0, 0, 0], table[-1, 0, 0, 0]
        mean = np.where(table >= max(dense, nearest) - BEHIND, mean, 0.0)
    flat = mean >= mean.max() - FLAT
    least = int(np.argmax(flat.any(axis=(0, 2, 3))))
    c = int(np.argmax(flat[:, least].any(axis=(0, 2))))
    left = mean[:, least, c]
    s, n = np.unravel_index(int(left.argmax()), left.shape)
    sentence = float(grid.sentence[s])
    return Weights(
        dense=round(1 - sentence, 2),
        sentence=sentence,
        lexical=float(grid.lexical[least]),
        names=float(grid.names[n]),
        centering=float(grid.centering[c]),
    )


def _print_rows(rows: Mapping[str, Halves], before: Weights, after: Weights) -> None:
    print(f"{'nDCG@10':26} {'':9}    n before  after  dense  sentence")
    legs = [Weights(1 - s, s, 0.0, 0.0, after.centering) for s in (0.0, 1.0)]
    for name, halves in rows.items():
        for cases, half in zip(halves, ("fitted on", "not"), strict=True):
            if cases:
                gains = [mean_gain(cases, Grid.of(w)).item() for w in (before, after, *legs)]
                print(f"{name:26} {half:9} {len(cases):4} " + "  ".join(f"{g:.4f}" for g in gains))


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

"""Fit what a quotation holds: `python -m eval.fit_verifier DATA_DIR [--corpus DIR]`.

Samples are statements by hand, namely the tuning half of `altered.jsonl` (`eval.measure_verifier`), each against the
sentence it was made from or the nearest one of its passage, and those about the news sets that the reader was not
trained on; and sentences of XQuAD-R and NTREX: with their translation, and shortened at a comma (held), against a
neighbouring sentence, spliced with one, or altered by rule (`eval.perturb`; not held). What a number, date or town
rules out is no sample. Weight is shared out so that held and not held count alike, and those by hand `SHARE` of all.

The threshold is the greatest that marks at most one faithful statement by hand in ten, each weighed by
coefficients fitted without its article. Writes `rag/answering/holding.json`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.cases import load_cases
from eval.made_statements import Sample, made, parallel
from eval.measure_verifier import Bench, load_articles
from eval.news import HELD, load_statements, set_articles
from rag.answering.signs import SIGNS
from rag.answering.support import lacking_particular, open_readers, read_signs
from rag.embedding import open_embedder
from rag.errors import ModelError
from rag.settings import load_settings
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from eval.cases import Case
    from rag.answering.support import Readers
    from rag.answering.word_vectors import WordReader

SHARE = 0.9  # of the weight, for statements written by hand
STRENGTH = 0.03  # inverse of the penalty on standardised coefficients
FALSE_ALARMS = 0.1  # to miss an altered statement is worse than to mark a faithful one
TARGET = Path(__file__).parents[1] / "rag" / "answering" / "holding.json"


def by_hand(cases: Sequence[Case], bench: Bench, reader: WordReader) -> Iterator[Sample]:
    """Statements that assert something, each against its own sentence, or the nearest one if altered."""
    for case in cases:
        source = bench.source(case)
        article, quote = source.passage.article, case.quote
        if not (case.faithful and quote):
            spans = split_sentences(source.quote)
            near = [source.quote[start:end] for start, end in spans]
            vectors = np.stack([row.whole for row in reader.read([case.statement, *near])])
            quote = near[int((vectors[1:] @ vectors[0]).argmax())]
        yield Sample(case.statement, quote, article, case.faithful, case.article)


def of_news(name: str) -> Iterator[Sample]:
    """Statements by hand about a news set, each against the sentence that it was made from."""
    articles = set_articles(name)
    for case in load_statements(name):
        article = articles[case.article]
        yield Sample(
            case.statement, case.quote or "", article, case.faithful, f"{name} {article.id}"
        )


def table(samples: Sequence[Sample], readers: Readers) -> NDArray[np.float64]:
    """Signs of each sample, in one language, then across, then whether across; the others' columns are 0."""
    found = []
    for sample in samples:
        pair, signs = read_signs(sample.claim, sample.quote, sample.article, readers)
        cross = pair.is_cross
        blank = [0.0] * len(SIGNS)
        found.append([*(blank if cross else signs), *(signs if cross else blank), float(cross)])
    return np.array(found)


def weights(held: NDArray[np.bool_], written: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weight of each sample; they sum to 2000."""
    found = np.zeros(len(held))
    for label in (True, False):
        for hand, share in ((True, SHARE), (False, 1 - SHARE)):
            chosen = (held == label) & (written == hand)
            found[chosen] = 1000 * share / max(int(chosen.sum()), 1)
    return found


def fit(
    x: NDArray[np.float64], y: NDArray[np.bool_], w: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Coefficients of the columns, then the intercept, on the scale of the columns."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit((x - mean) / spread, y, sample_weight=w)
    coefficients = model.coef_[0] / spread
    return np.append(coefficients, model.intercept_[0] - coefficients @ mean)


def threshold(x: NDArray[np.float64], held: NDArray[np.bool_], groups: NDArray[np.str_]) -> float:
    """The threshold by the rule above; prints how well statements by hand are told apart."""
    scores = np.zeros(len(held))
    for group in set(groups) - {""}:
        own = groups == group
        kept = fit(x[~own], held[~own], weights(held[~own], groups[~own] != ""))
        scores[own] = x[own] @ kept[:-1] + kept[-1]
    hand = groups != ""
    right, wrong = np.sort(scores[hand & held]), scores[hand & ~held]
    least = right[int(FALSE_ALARMS * len(right))]
    auc = roc_auc_score(held[hand], scores[hand])
    print(
        f"by hand, article left out: AUC {auc:.3f}, not held and marked {(wrong < least).mean():.3f}"
    )
    return float(1 / (1 + np.exp(-least)))


def write(kept: NDArray[np.float64], least: float) -> None:
    """Write the file."""
    width = len(SIGNS)
    models = {}
    for name, part, intercept in (
        ("same", kept[:width], kept[-1]),
        ("cross", kept[width : 2 * width], kept[-1] + kept[2 * width]),
    ):
        coefficients = dict(zip(SIGNS, (round(float(c), 4) for c in part), strict=True))
        models[name] = {"intercept": round(float(intercept), 4), "coefficients": coefficients}
    made_by = {
        "by": "python -m eval.fit_verifier",
        "fitted_on": [
            "altered.jsonl (tune)",
            *(f"news {name}" for name in HELD),
            "xquad-r",
            "ntrex-news",
        ],
    }
    kept_file = {"models": models, "threshold": round(least, 4), **made_by}
    TARGET.write_text(json.dumps(kept_file, indent=1) + "\n", "utf-8")


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    given = parser.parse_args()
    settings = load_settings()
    embedder = open_embedder(settings)
    readers = open_readers(embedder)
    if readers is None:
        raise ModelError("the signs are fitted on the packaged model; unset EMBEDDING_MODEL")
    rng = random.Random(7)  # noqa: S311 - a sample, no secret
    bench = Bench(load_articles(given.corpus), embedder, settings.chunk_tokens)
    cases = [c for c in load_cases() if c.part == "tune" and c.kind != "question"]
    words = readers.words
    samples = [*by_hand(cases, bench, words), *made(parallel(given.data, rng), words, rng)]
    samples += [sample for name in HELD for sample in of_news(name)]
    samples = [s for s in samples if not lacking_particular(s.claim, s.quote, s.article)]
    x, held = table(samples, readers), np.array([s.held for s in samples])
    groups = np.array([s.group for s in samples])
    print(f"{len(samples)} samples, {held.sum()} held, {(groups != '').sum()} by hand")
    write(fit(x, held, weights(held, groups != "")), threshold(x, held, groups))


if __name__ == "__main__":
    main()

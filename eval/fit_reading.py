"""Fit what follows the reader: `python -m eval.fit_reading DATA_DIR [--work DIR]`.

As `fit_evidence`, whose sentence models it takes as they are, but over titles and news sets that the reader was
not trained on: each question searched over its set's passages, and once more with its gold passage taken away. One
logistic regression weighs a sentence by its earlier log-odds and the reader's score, another the answer by
its two best sentences; the threshold follows the same rule. Writes "read" in `rag/answering/evidence.json`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval import news
from eval.fit_evidence import PAIRS, SHOWN, TARGET, Sample, of_news, of_set, shares, threshold_of
from eval.reader_data import ARCD, SQUAD, TYDI, XQUAD, held_titles
from eval.training import build, open_cached, paired, read_set
from rag.answering.evidence import fitted_models
from rag.answering.reader import Reader, Text, open_reader
from rag.answering.reread import FEATURES, features, scores
from rag.answering.writers import Evidence
from rag.records import Filters
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.training import Question
    from rag.embedding import Embedder

MOST = 120  # questions a public set; reading takes most of the time


@dataclass(slots=True)
class Read:
    """A sample with the features of its sentences after reading."""

    sample: Sample
    features: list[tuple[float, ...]]


class Remembering:
    """A reader that reads a text once for a question: both samples of a question share most of theirs."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, Text], tuple[float, ...]] = {}

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[float, ...]]:
        """See `Reader.read`."""
        new = [text for text in texts if (question, text) not in self._known]
        for text, row in zip(new, self._reader.read(question, new), strict=True):
            self._known[question, text] = row
        return [self._known[question, text] for text in texts]


def held_samples(data: Path, work: Path, embedder: Embedder) -> Iterator[Sample]:
    """Samples of the titles that the reader does not know."""
    for name in (ARCD, TYDI, SQUAD):
        passages, questions = read_set(data / name)
        yield from _held(data, work / name, embedder, passages, {name: questions})
    passages, _ = read_set(data / XQUAD)
    by_pair = {f"{a}>{t}": paired(data / XQUAD, a, t) for a, t in PAIRS}
    yield from _held(data, work / XQUAD, embedder, passages, by_pair)
    for name in news.names(held=True):
        yield from of_news(name, work, embedder)


def _held(
    data: Path,
    work: Path,
    embedder: Embedder,
    passages: list[dict[str, Any]],
    parts: dict[str, list[Question]],
) -> Iterator[Sample]:
    settings, _ = build(work, passages, embedder)
    titles = held_titles(data, work.name)
    kept = {row["id"] for row in passages if row["title"] in titles}
    for label, questions in parts.items():
        known = [q for q in questions if q.passage in kept][:MOST]
        filters = Filters(languages=(label.split(">")[1],)) if ">" in label else Filters()
        yield from of_set(known, settings, embedder, filters, f"{work.name} {label}")


def read(sample: Sample, reader: Reader) -> Read:
    """Let the reader at a sample's passages."""
    models = fitted_models()
    evidence = [
        Evidence(
            w.passage,
            w.start,
            w.end,
            models["same" if w.same_script else "cross"].probability(w.features),
        )
        for w in sample.weighed
    ]
    return Read(sample, features(evidence, scores(sample.question, evidence, reader)))


def fit(found: list[Read]) -> dict[str, Any]:
    """Both regressions and the threshold, as `evidence.json` keeps them."""
    rows = [
        (f, y, r.sample.source)
        for r in found
        for f, y in zip(r.features, r.sample.labels, strict=True)
    ]
    x, y = np.array([f for f, _, _ in rows]), np.array([label for _, label, _ in rows])
    sources = shares([source for *_, source in rows])
    model = LogisticRegression(C=10.0, max_iter=2000).fit(x, y, sources)
    with_sentences = [r for r in found if r.features]
    ranked = [_ranked(r, model) for r in with_sentences]
    best = np.clip([[r[0][0], r[min(1, len(r) - 1)][0]] for r in ranked], -13.8, 13.8)
    right = np.array([any(label for _, label in r[:SHOWN]) for r in ranked])
    weights = shares([r.sample.source for r in with_sentences])
    calibration = LogisticRegression(C=100.0).fit(best, right, weights)
    probability = calibration.predict_proba(best)[:, 1]
    answerable = np.array([r.sample.answerable for r in with_sentences])
    threshold = threshold_of(probability, answerable, weights)
    _report(with_sentences, ranked, probability, threshold)
    return {
        "intercept": round(float(model.intercept_[0]), 4),
        "coefficients": {
            n: round(float(c), 4) for n, c in zip(FEATURES, model.coef_[0], strict=True)
        },
        "calibration": {
            "intercept": round(float(calibration.intercept_[0]), 4),
            "best": round(float(calibration.coef_[0][0]), 4),
            "second": round(float(calibration.coef_[0][1]), 4),
            "threshold": round(threshold, 3),
        },
        "fitted_on": sorted({r.sample.source for r in found}),
        "by": "python -m eval.fit_reading",
    }


def _ranked(found: Read, model: LogisticRegression) -> list[tuple[float, bool]]:
    odds = model.decision_function(np.array(found.features))
    return sorted(zip(odds.tolist(), found.sample.labels, strict=True), key=lambda row: -row[0])


def _report(
    found: list[Read],
    ranked: list[list[tuple[float, bool]]],
    probability: np.ndarray[Any, np.dtype[np.float64]],
    threshold: float,
) -> None:
    from sklearn.metrics import roc_auc_score

    print(f"threshold {threshold:.3f}")
    print(
        f"{'set':30} {'n':>5} {'first':>6} {'three':>6} {'refused':>8} {'falsely answered':>17} AUC"
    )
    for name in sorted({r.sample.source for r in found}):
        part = [
            (r, rows, p)
            for r, rows, p in zip(found, ranked, probability, strict=True)
            if r.sample.source == name
        ]
        yes = [(rows, p) for r, rows, p in part if r.sample.answerable]
        no = [p for r, _, p in part if not r.sample.answerable]
        first = np.mean([rows[0][1] for rows, _ in yes])
        three = np.mean([any(label for _, label in rows[:SHOWN]) for rows, _ in yes])
        refused = np.mean([p < threshold for _, p in yes])
        wrong = np.mean([p >= threshold for p in no])
        auc = roc_auc_score([1] * len(yes) + [0] * len(no), [*(p for _, p in yes), *no])
        print(
            f"{name:30} {len(yes):5} {first:6.3f} {three:6.3f} {refused:8.3f} {wrong:17.3f} {auc:.3f}"
        )


def main() -> None:
    """Fit, report by set, write the coefficients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="where indexes are kept between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        embedder, cached = open_cached(work)
        reader = open_reader(load_settings(), embedder)
        if reader is None:
            raise SystemExit("the reader is off; unset SHAWAHID_READER")
        remembering = Remembering(reader)
        found = [read(s, remembering) for s in held_samples(options.data, work, cached)]
    data = json.loads(TARGET.read_text("utf-8"))
    data["read"] = fit(found)
    TARGET.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

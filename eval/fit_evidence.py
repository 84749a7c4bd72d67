"""Fit what weighs evidence: `python -m eval.fit_evidence DATA_DIR [--work DIR]`.

Every question is searched over the pooled passages of its set, by the product's own index. Each
sentence of the first passages is a sample: positive when it lies in the gold passage and holds a gold
answer. A second copy of every question has its gold passage taken away, so that the model meets
questions which the corpus does not answer, as often as ones which it does. Two logistic regressions
(same script, other script), then a third on the log-odds of the two best sentences: the probability
that one of the first three, as many as are shown, is right. The threshold is where mistakes cost least
when three questions in four have an answer: refusing one of those, or answering one of the others, which
costs half as much again.

Fitted on ARCD-train, TyDi-ar, XQuAD (six languages, and pairs across scripts), SQuAD2-half, and on ten of the news
sets (`news.fitted_names`), which weigh as much as all others together; writes
`rag/answering/evidence.json`. NoMIRACL and the questions over `corpus/` are left for reporting.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval import news
from eval.training import Question, build, open_cached, open_store, paired, read_set, searched
from rag.answering.evidence import FEATURES, Weighed, rarity, weigh
from rag.answering.rank import Scored, as_passages, asked_by, fitted_weights, fuse
from rag.answering.wording import written
from rag.records import Filters
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rag.answering.understand import Query
    from rag.embedding import Embedder
    from rag.settings import Settings

MONOLINGUAL = ("arcd-train", "tydiqa-goldp-ar-dev", "squad2-half-dev")
PAIRS = (("ar", "ar"), ("en", "en"), ("ru", "ru"), ("tr", "tr"), ("de", "de"),
         ("en", "ar"), ("ru", "ar"), ("tr", "ar"), ("ar", "en"), ("ru", "en"), ("en", "ru"), ("ar", "ru"))  # fmt: skip
PASSAGES = 8  # of a question's first passages
SHOWN = 3  # sentences of an answer
FALSE_COST = 1.5  # of an answer that there is none to, against a refusal
ANSWERABLE = 0.75  # share of questions that have an answer, as the threshold assumes
MOST = 300  # questions a public set
# What the news sets' sources begin with, and their share of all weight.
NEWS, NEWS_SHARE = "news ", 0.5
TARGET = Path(__file__).parents[1] / "rag" / "answering" / "evidence.json"


@dataclass(slots=True)
class Sample:
    """One question with the sentences weighed for it; `labels[i]` tells whether sentence i answers."""

    answerable: bool
    weighed: list[Weighed]
    labels: list[bool]
    source: str
    question: str


def samples(data: Path, work: Path) -> Iterator[Sample]:
    """All samples: each question with its gold passage, and without."""
    embedder = open_cached(work)[1]
    for name in MONOLINGUAL:
        passages, questions = read_set(data / name)
        settings, _ = build(work / name, passages, embedder)
        yield from of_set(questions[:MOST], settings, embedder, Filters(), name)
    passages, questions = read_set(data / "xquad")
    settings, _ = build(work / "xquad", passages, embedder)
    for asked, told in PAIRS:
        part = paired(data / "xquad", asked, told)[: MOST if asked == told else MOST // 2]
        yield from of_set(
            part, settings, embedder, Filters(languages=(told,)), f"xquad {asked}>{told}"
        )
    for name in news.fitted_names():
        yield from of_news(name, work, embedder)


def of_news(name: str, work: Path, embedder: Embedder) -> Iterator[Sample]:
    """Samples of a news set: each question as it is, and with the articles that answer it taken away."""
    engine = news.open_engine(name, work, embedder)
    for one in news.searched(name, engine, removing=True):
        weighed = one.weighed()
        labels = [one.holds(w.passage.article.id, w.start, w.end) for w in weighed]
        asked = written(one.query.asked, one.query.language)
        yield Sample(one.answerable, weighed, labels, f"{NEWS}{name}", asked)
    engine.store.close()


def of_set(
    questions: list[Question], settings: Settings, embedder: Embedder, filters: Filters, name: str
) -> Iterator[Sample]:
    """Samples of some questions: each as it is, and with its gold passage taken away."""
    store = open_store(settings, embedder)
    chunks = store.manifest.counts["chunks"]
    for question, query, found in searched(questions, store, embedder, settings, filters):
        frequencies = store.frequencies([w.stem for w in query.content])
        idf, asked = rarity(frequencies, chunks), asked_by(query, frequencies, chunks)
        yield _sample(question, query, idf, fuse(found, fitted_weights(), asked), name)
        if question.answerable:
            without = [c for c in found if c.article.id != question.passage]
            removed = dataclasses.replace(question, passage=None, answers=(), answerable=False)
            yield _sample(removed, query, idf, fuse(without, fitted_weights(), asked), name)
    store.close()


def _sample(
    question: Question, query: Query, idf: dict[str, float], ranked: Scored, name: str
) -> Sample:
    passages = as_passages(ranked, PASSAGES)
    weighed = weigh(query, idf, list(zip(passages, (c for _, c in ranked[:PASSAGES]), strict=True)))
    answers = [fold_text(a) for a in question.answers]
    labels = [
        w.passage.article.id == question.passage
        and any(a in fold_text(w.passage.article.text[w.start : w.end]) for a in answers)
        for w in weighed
    ]
    return Sample(question.answerable, weighed, labels, name, question.text)


def fit_model(found: list[Sample], *, same: bool) -> tuple[LogisticRegression, dict[str, Any]]:
    """One regression over all sentences of one script relation."""
    rows = [
        (w.features, label, s.source)
        for s in found
        for w, label in zip(s.weighed, s.labels, strict=True)
        if w.same_script == same
    ]
    features, labels = np.array([f for f, _, _ in rows]), np.array([y for _, y, _ in rows])
    weights = shares([source for *_, source in rows])
    model = LogisticRegression(C=10.0, max_iter=2000).fit(features, labels, weights)
    coefficients = {n: round(float(c), 4) for n, c in zip(FEATURES, model.coef_[0], strict=True)}
    return model, {"intercept": round(float(model.intercept_[0]), 4), "coefficients": coefficients}


def shares(sources: list[str]) -> NDArray[np.float64]:
    """A weight for each row, such that the rows of news sets have `NEWS_SHARE` of all."""
    is_news = np.array([source.startswith(NEWS) for source in sources])
    share = is_news.mean()
    if not 0 < share < 1:
        return np.ones(len(sources))
    found: NDArray[np.float64] = np.where(
        is_news, NEWS_SHARE / share, (1 - NEWS_SHARE) / (1 - share)
    )
    return found


def log_odds(sample: Sample, models: dict[bool, LogisticRegression]) -> list[tuple[float, bool]]:
    """Log-odds of the sample's sentences with their labels, best first."""
    rows = [
        (float(models[w.same_script].decision_function([w.features])[0]), label)
        for w, label in zip(sample.weighed, sample.labels, strict=True)
    ]
    return sorted(rows, key=lambda row: -row[0])


def main() -> None:
    """Fit, report by set, write the coefficients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="where indexes are kept between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = list(samples(options.data, options.work or Path(scratch)))
    same, same_data = fit_model(found, same=True)
    cross, cross_data = fit_model(found, same=False)
    rows = [(s, log_odds(s, {True: same, False: cross})) for s in found if s.weighed]
    best = np.clip([[r[0][0], r[min(1, len(r) - 1)][0]] for _, r in rows], -13.8, 13.8)
    right = np.array([any(label for _, label in r[:SHOWN]) for _, r in rows])
    weights = shares([s.source for s, _ in rows])
    calibration = LogisticRegression(C=100.0).fit(best, right, weights)
    probability = calibration.predict_proba(best)[:, 1]
    threshold = threshold_of(probability, np.array([s.answerable for s, _ in rows]), weights)
    _report(rows, probability, threshold)
    kept = json.loads(TARGET.read_text("utf-8")) if TARGET.exists() else {}
    data = {
        **{name: kept[name] for name in ("read",) if name in kept},
        "models": {"same": same_data, "cross": cross_data},
        "calibration": {
            "intercept": round(float(calibration.intercept_[0]), 4),
            "best": round(float(calibration.coef_[0][0]), 4),
            "second": round(float(calibration.coef_[0][1]), 4),
            "threshold": round(threshold, 3),
        },
        "fitted_on": sorted({s.source for s in found}),
        "by": "python -m eval.fit_evidence",
    }
    TARGET.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


def threshold_of(
    probability: NDArray[np.float64], answerable: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """Where mistakes cost least, see above."""
    steps = np.arange(0.02, 0.98, 0.005)
    yes, no = weights[answerable], weights[~answerable]
    errors = [
        FALSE_COST * (1 - ANSWERABLE) * float(np.average(probability[~answerable] >= t, weights=no))
        + ANSWERABLE * float(np.average(probability[answerable] < t, weights=yes))
        for t in steps
    ]
    return float(steps[int(np.argmin(errors))])


def _report(
    rows: list[tuple[Sample, list[tuple[float, bool]]]],
    probability: NDArray[np.float64],
    threshold: float,
) -> None:
    print(f"threshold {threshold:.3f}")
    print(f"{'set':28} {'n':>5} {'first':>6} {'three':>6} {'refused':>8} {'falsely answered':>17}")
    for name in sorted({s.source for s, _ in rows}):
        part = [(s, r, p) for (s, r), p in zip(rows, probability, strict=True) if s.source == name]
        yes = [(r, p) for s, r, p in part if s.answerable]
        no = [p for s, _, p in part if not s.answerable]
        first = np.mean([r[0][1] for r, _ in yes])
        three = np.mean([any(y for _, y in r[:3]) for r, _ in yes])
        refused = np.mean([p < threshold for _, p in yes])
        wrong = np.mean([p >= threshold for p in no]) if no else float("nan")
        print(f"{name:28} {len(yes):5} {first:6.3f} {three:6.3f} {refused:8.3f} {wrong:17.3f}")


if __name__ == "__main__":
    main()

"""Fit what a quotation holds: `python -m eval.fit_verifier DATA_DIR [--corpus DIR]`.

Samples are the tuning half of `altered.jsonl` (`eval.measure_verifier`), each against the sentence it was
made from or the nearest one of its passage, and sentences of XQuAD-R and NTREX: with their translation,
and shortened at a comma (held), against a neighbouring sentence, spliced with one, or altered by rule
(`eval.perturb`; not held). What a number, date or town rules out is no sample. Weight is shared out so
that held and not held count alike, and the tuning half `SHARE` of all.

The threshold is the greatest that marks at most one faithful statement in ten of the tuning half,
each weighed by coefficients fitted without its article. Writes `rag/answering/holding.json`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.measure_verifier import Bench, load_articles, load_cases
from eval.perturb import Pool, shortened, spliced
from rag.answering.alignment import Alignment, Side
from rag.answering.signs import SIGNS
from rag.answering.support import lacking_particular, read_signs
from rag.answering.word_vectors import open_word_reader
from rag.embedding import open_embedder
from rag.errors import ModelError
from rag.records import Article
from rag.settings import load_settings
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from eval.measure_verifier import Case
    from rag.answering.word_vectors import WordReader, WordRow

PARAGRAPHS, DOCUMENTS, LINES = 90, 45, 10  # of XQuAD-R; of NTREX, and of each
LENGTHS = range(25, 321)  # characters of a sentence
CLAIMED = ("ar", "en", "ru", "fr")
QUOTED = (*CLAIMED, "tr")
SHARE = (
    0.9  # of the weight, for statements written by hand; AUC .884 to .885 whatever the share tried
)
STRENGTH = 0.03  # inverse of the penalty on standardised coefficients
FALSE_ALARMS = 0.1  # to miss an altered statement is worse than to mark a faithful one
TARGET = Path(__file__).parents[1] / "rag" / "answering" / "holding.json"
Parallel = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A statement against a sentence; `group` is its article for statements written by hand, else empty."""

    claim: str
    quote: str
    article: Article
    held: bool
    group: str = ""


def parallel(data: Path, rng: random.Random) -> list[Parallel]:
    """Paragraphs and documents whose languages have equally many sentences."""
    paragraphs: dict[str, Parallel] = defaultdict(lambda: defaultdict(list))
    for row in _rows(data / "xquad-r" / "passages.jsonl"):
        paragraphs[row["para"]][row["lang"]].append(row["text"].strip())
    documents: dict[str, Parallel] = defaultdict(dict)
    for row in _rows(data / "ntrex-news" / "passages.jsonl"):
        lines = [line.strip() for line in row["text"].split("\n")]
        documents[row["id"].rsplit("-", 1)[-1]][row["lang"]] = lines
    found = []
    for texts, most in ((paragraphs, PARAGRAPHS), (documents, DOCUMENTS)):
        kept = [{code: rows for code, rows in t.items() if code in QUOTED} for t in texts.values()]
        even = [t for t in kept if len({len(rows) for rows in t.values()}) == 1 and len(t) > 1]
        found += rng.sample(even, min(most, len(even)))
    return [{code: rows[:LINES] for code, rows in t.items()} for t in found]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)


def made(texts: Sequence[Parallel], reader: WordReader, rng: random.Random) -> Iterator[Sample]:
    """Samples of parallel sentences and of what rules make of them."""
    known = sorted({s for t in texts for rows in t.values() for s in rows if len(s) in LENGTHS})
    rows = dict(zip(known, reader.read(known), strict=True))
    pool = Pool(rows.values())
    for text in texts:
        for at in range(len(next(iter(text.values())))):
            if all(len(sentences[at]) in LENGTHS for sentences in text.values()):
                yield from _of_sentence(text, at, rows, pool, rng)


def _of_sentence(
    text: Parallel, at: int, rows: dict[str, WordRow], pool: Pool, rng: random.Random
) -> Iterator[Sample]:
    mine = rng.choice([code for code in text if code in CLAIMED])
    theirs = rng.choice([code for code in text if code != mine])
    claim, sentences = text[mine][at], text[mine]
    quotes = [(text[theirs][at], theirs), (claim, mine)]
    held = {shortened(claim)} - {None}
    not_held = set(pool.altered(rows[claim]).values())
    if len(sentences) > 1:
        other = sentences[at + 1 if at + 1 < len(sentences) else at - 1]
        not_held |= {other, spliced(claim, other)}
    yield _sample(claim, *quotes[0], held=True)
    for quote, code in quotes:
        yield from (_sample(t, quote, code, held=True) for t in sorted(filter(None, held)))
        yield from (_sample(t, quote, code, held=False) for t in sorted(not_held))


def _sample(claim: str, quote: str, code: str, *, held: bool) -> Sample:
    return Sample(claim, quote, Article("set", quote, "", None, language=code), held)


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


def table(samples: Sequence[Sample], reader: WordReader) -> NDArray[np.float64]:
    """Signs of each sample, in one language, then across, then whether across; the others' columns are 0."""
    texts = sorted({t for s in samples for t in (s.claim, s.quote)})
    rows = dict(zip(texts, reader.read(texts), strict=True))
    found = []
    for sample in samples:
        pair = Alignment(*(Side.of_row(rows[t]) for t in (sample.claim, sample.quote)))
        cosine = float(rows[sample.claim].whole @ rows[sample.quote].whole)
        signs, cross = read_signs(pair, cosine, sample.article), pair.is_cross
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
        "fitted_on": ["altered.jsonl (tune)", "xquad-r", "ntrex-news"],
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
    reader = open_word_reader(embedder)
    if reader is None:
        raise ModelError("the signs are fitted on the packaged model; unset EMBEDDING_MODEL")
    rng = random.Random(7)  # noqa: S311 - a sample, no secret
    bench = Bench(load_articles(given.corpus), embedder, settings.chunk_tokens)
    cases = [c for c in load_cases() if c.part == "tune" and c.kind != "question"]
    samples = [*by_hand(cases, bench, reader), *made(parallel(given.data, rng), reader, rng)]
    samples = [s for s in samples if not lacking_particular(s.claim, s.quote, s.article)]
    x, held = table(samples, reader), np.array([s.held for s in samples])
    groups = np.array([s.group for s in samples])
    print(f"{len(samples)} samples, {held.sum()} held, {(groups != '').sum()} by hand")
    write(fit(x, held, weights(held, groups != "")), threshold(x, held, groups))


if __name__ == "__main__":
    main()

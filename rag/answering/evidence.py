"""Passages → sentences that may answer, each with the probability that it does.

A small logistic model weighs cosine, coverage of the question's words and the type of answer wanted.
Its coefficients are data (`evidence.json`), fitted by `eval/fit_evidence.py` on public question sets.
There are two: one for a sentence in the question's script, one for a sentence in another, where
shared words mean nothing.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.answering.reading import names_word, read_chunk
from rag.answering.time_fit import fits
from rag.answering.writers import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.answering.reading import SentenceReading
    from rag.answering.understand import Query
    from rag.records import Article, Passage
    from rag.store import ScoredChunk

FEATURES = (
    "sentence_cosine", "chunk_cosine", "sentence_coverage", "chunk_coverage", "rarest_missing",
    "wants_number", "has_number", "wants_date", "has_date", "wants_name", "has_name", "length", "is_lead", "behind_best",
)  # fmt: skip
_FEWEST_WORDS = 3  # beside a date, for a sentence to state something
_LONG_SENTENCE = 60  # words; the length feature saturates here
# Least agreement of two spellings of a name (`eval/measure_names.py`): stricter within a script, where
# a name is mostly spelt alike and a false match takes an abstention away.
SAME_SCRIPT_NAME, CROSS_SCRIPT_NAME = 0.9, 0.8
# What a sentence in another language counts for, when one in the question's may answer as well: readers
# check a quotation in their own language at once. Between .5 and 1 it moves one of the project's 143 answers.
_OTHER_LANGUAGE = 0.7
_NAMES = 3  # matches across scripts beyond which more tell no more


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model; coefficients in the order of the features it was fitted on."""

    intercept: float
    coefficients: tuple[float, ...]

    def probability(self, features: Sequence[float]) -> float:
        """Logistic of the weighted sum."""
        z = self.intercept + sum(w * f for w, f in zip(self.coefficients, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@cache
def fitted_models() -> dict[str, Model]:
    """The fitted models: "same" script and "cross" script."""
    data = json.loads(files("rag.answering").joinpath("evidence.json").read_text("utf-8"))
    return {
        name: Model(m["intercept"], tuple(m["coefficients"][f] for f in FEATURES))
        for name, m in data["models"].items()
    }


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with its features, before the model."""

    passage: Passage
    start: int
    end: int
    same_script: bool
    features: tuple[float, ...]


def gather(
    query: Query, idf: Mapping[str, float], ranked: Sequence[tuple[Passage, ScoredChunk]]
) -> list[Evidence]:
    """Sentences of the passages, most probable first; those about another time left out."""
    models = fitted_models()
    found = []
    for weighed in weigh(query, idf, ranked):
        model = models["same" if weighed.same_script else "cross"]
        found.append(
            Evidence(
                weighed.passage, weighed.start, weighed.end, model.probability(weighed.features)
            )
        )
    return best_first(query, found)


def best_first(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Most probable first, the question's own language before others; ties by rank and place."""
    return sorted(evidence, key=lambda e: (-_preference(query, e), e.passage.rank, e.start))


def _preference(query: Query, evidence: Evidence) -> float:
    own = evidence.passage.article.language == query.language
    return evidence.probability * (1.0 if own else _OTHER_LANGUAGE)


def weigh(
    query: Query, idf: Mapping[str, float], ranked: Sequence[tuple[Passage, ScoredChunk]]
) -> list[Weighed]:
    """Features of every sentence that is about the time asked for."""
    weighed = [w for passage, scored in ranked for w in _weigh_passage(query, idf, passage, scored)]
    best = max((w.features[0] for w in weighed), default=0.0)
    return [replace(w, features=(*w.features, w.features[0] - best)) for w in weighed]


def _weigh_passage(
    query: Query, idf: Mapping[str, float], passage: Passage, scored: ScoredChunk
) -> Iterator[Weighed]:
    """All features but the last, which compares with the other sentences."""
    read = read_chunk(scored.chunk, passage.article)
    same = read.script == query.script
    match = _Match(query, idf, same=same)
    own = [match.words(reading) for reading in read.sentences]
    in_chunk = match.words(read.title).union(*own)
    chunk = scored.dense - scored.background
    rest = (match.coverage(in_chunk), match.missing(in_chunk))
    for number, (sentence, reading) in enumerate(
        zip(scored.chunk.sentences, read.sentences, strict=True)
    ):
        if query.time and not fits(
            query.time, passage.article, scored.mentions, sentence.start, sentence.end
        ):
            continue
        if _is_dateline(reading) and query.kind not in ("when", "where"):
            continue
        cosine = scored.sentences[number] - scored.background
        text = (cosine, chunk, match.coverage(own[number]), *rest)
        shape = (
            min(1.0, reading.length / _LONG_SENTENCE),
            float(_is_lead(passage.article, sentence.start)),
        )
        yield Weighed(
            passage, sentence.start, sentence.end, same, (*text, *_typed(query, reading), *shape)
        )


def _is_dateline(reading: SentenceReading) -> bool:
    """Whether the sentence is a date and next to nothing else ("Velden, 4 May 2019.")."""
    return bool(reading.dates) and len(reading.stems - reading.dates) < _FEWEST_WORDS


def _is_lead(article: Article, start: int) -> bool:
    """Whether nothing stands before: the lead sums a story up and is near to every question about it."""
    return not article.text[:start].strip()


def _typed(query: Query, reading: SentenceReading) -> tuple[float, ...]:
    """For each type of answer: whether it is wanted, and whether the sentence then has one to give."""
    asked = {word.stem for word in query.words}
    wants = [float(query.kind == kind) for kind in ("how_many", "when", "who")]
    has = [float(bool(found - asked)) for found in (reading.counts, reading.dates, reading.names)]
    return tuple(
        value for want, there in zip(wants, has, strict=True) for value in (want, want * there)
    )


class _Match:
    """Which of the question's content words stand in a text: by stem, or as another spelling of a name.

    In another script only names and numbers can be matched, and most words of the question can't be:
    there matches are counted, up to `_NAMES`, and only capitalised words can be missing.
    """

    def __init__(self, query: Query, idf: Mapping[str, float], *, same: bool) -> None:
        self._query = query
        self._content = query.content
        self._idf = idf
        self._same = same

    def words(self, reading: SentenceReading) -> set[str]:
        """Stems of the question's content words that the sentence holds."""
        found = {word.stem for word in self._content if word.stem in reading.stems}
        least = SAME_SCRIPT_NAME if self._same else CROSS_SCRIPT_NAME
        return found | {
            word.stem
            for word in self._content
            if word.stem not in found and names_word(self._query.topic, word, reading, least)
        }

    def coverage(self, found: set[str]) -> float:
        """Share of the content words found, weighed by rarity; across scripts, how many of `_NAMES`."""
        if not self._same:
            return min(len(found), _NAMES) / _NAMES
        total = sum(self._idf[word.stem] for word in self._content)
        return sum(self._idf[stem] for stem in found) / total if total else 0.0

    def missing(self, found: set[str]) -> float:
        """Rarity of the rarest content word not found; across scripts, the share of names not found."""
        if self._same:
            return max(
                (self._idf[w.stem] for w in self._content if w.stem not in found), default=0.0
            )
        names = [w.stem for w in self._content if self._query.topic[w.start].isupper()]
        return sum(stem not in found for stem in names) / len(names) if names else 0.0


def rarity(frequencies: Mapping[str, int], chunks: int) -> dict[str, float]:
    """Inverse document frequency scaled to [0, 1]: 1 for a stem that no chunk holds (after Robertson, 2004)."""
    top = math.log(1 + (chunks + 0.5) / 0.5)
    return {
        stem: max(0.0, math.log(1 + (chunks - n + 0.5) / (n + 0.5)) / top)
        for stem, n in ((s, min(n, chunks)) for s, n in frequencies.items())
    }

"""Passages → sentences that may answer, each with the probability that it does.

A small logistic model weighs cosine, coverage of the question's words and the type of answer wanted.
Its coefficients are data (`evidence.json`), fitted by `eval/fit_evidence.py` on public question sets.
There are two: one for a sentence in the question's script, one for a sentence in another, where
shared words mean nothing.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.answering.time_fit import fits
from rag.answering.writers import Evidence
from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.language import dominant_script
from rag.text.numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.answering.understand import Query
    from rag.records import Article, Chunk, Passage
    from rag.store import ScoredChunk

FEATURES = (
    "sentence_cosine", "chunk_cosine", "sentence_coverage", "chunk_coverage", "rarest_missing",
    "wants_number", "has_number", "wants_date", "has_date", "wants_name", "has_name", "length", "first_rank",
)  # fmt: skip
_LONG_SENTENCE = 60  # words; the length feature saturates here
_CACHED_CHUNKS = 2048


@dataclass(frozen=True, slots=True)
class Model:
    """Coefficients for one script relation, in the order of `FEATURES`."""

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
        found.append(Evidence(weighed.passage, weighed.start, weighed.end, model.probability(weighed.features)))
    return sorted(found, key=lambda e: (-e.probability, e.passage.rank, e.start))


def weigh(
    query: Query, idf: Mapping[str, float], ranked: Sequence[tuple[Passage, ScoredChunk]]
) -> list[Weighed]:
    """Features of every sentence that is about the time asked for."""
    weighed = []
    for passage, scored in ranked:
        read = _read_chunk(scored.chunk, passage.article)
        same = read.script == query.script
        title = read.title_stems
        in_chunk = set().union(title, *(s.stems for s in read.sentences))
        common = (scored.dense, _coverage(query, idf, in_chunk), _rarest_missing(query, idf, in_chunk))
        for sentence, cosine, reading in zip(scored.chunk.sentences, scored.sentences, read.sentences, strict=True):
            if query.time and not fits(query.time, passage.article, scored.mentions, sentence.start, sentence.end):
                continue
            features = _features(query, reading, (cosine, _coverage(query, idf, reading.stems)), common, same=same)
            weighed.append(
                Weighed(passage, sentence.start, sentence.end, same, (*features, 1 / passage.rank))
            )
    return weighed


def _features(
    query: Query, reading: _Reading, own: tuple[float, float], common: tuple[float, float, float], *, same: bool
) -> tuple[float, ...]:
    asked = {word.stem for word in query.words}
    cosine, coverage = own
    chunk_cosine, chunk_coverage, missing = common
    wants = [float(query.kind == kind) for kind in ("how_many", "when", "who")]
    has = [float(bool(found - asked)) for found in (reading.numbers, reading.dates, reading.names)]
    typed = [value for want, there in zip(wants, has, strict=True) for value in (want, want * there)]
    lexical = (coverage, chunk_coverage, missing) if same else (0.0, 0.0, 0.0)
    return (cosine, chunk_cosine, *lexical, *typed, min(1.0, reading.length / _LONG_SENTENCE))


def _coverage(query: Query, idf: Mapping[str, float], stems: set[str] | frozenset[str]) -> float:
    """Share of the question's content words, weighed by rarity, that stand in `stems`."""
    total = sum(idf[word.stem] for word in query.content)
    return sum(idf[word.stem] for word in query.content if word.stem in stems) / total if total else 0.0


def _rarest_missing(query: Query, idf: Mapping[str, float], stems: set[str]) -> float:
    """Rarity, in [0, 1], of the rarest content word of the question that is not in `stems`."""
    return max((idf[word.stem] for word in query.content if word.stem not in stems), default=0.0)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is read off a sentence once: stems, and the stems that are numbers, in dates, in names."""

    stems: frozenset[str]
    numbers: frozenset[str]
    dates: frozenset[str]
    names: frozenset[str]
    length: int


@dataclass(frozen=True, slots=True)
class _ChunkReading:
    script: str
    title_stems: frozenset[str]
    sentences: tuple[_Reading, ...]


@lru_cache(_CACHED_CHUNKS)
def _read_chunk(chunk: Chunk, article: Article) -> _ChunkReading:
    title = frozenset(word.stem for word in words(article.title, article.language))
    sentences = tuple(
        _read_sentence(article.text[s.start : s.end], article.language) for s in chunk.sentences
    )
    return _ChunkReading(dominant_script(chunk.text), title, sentences)


def _read_sentence(text: str, language: str | None) -> _Reading:
    read = words(text, language)
    dates = [(m.start, m.end) for m in find_dates(text, language=language)]
    counts = [(n.start, n.end) for n in numbers(text)]
    in_dates = {w.stem for w in read if any(s <= w.start < e for s, e in dates)}
    in_counts = {w.stem for w in read if any(s <= w.start < e for s, e in counts)} - in_dates
    names = {w.stem for w in read[1:] if text[w.start].isupper()}
    return _Reading(
        frozenset(w.stem for w in read), frozenset(in_counts), frozenset(in_dates), frozenset(names), len(read)
    )


def rarity(frequencies: Mapping[str, int], chunks: int) -> dict[str, float]:
    """Inverse document frequency scaled to [0, 1]: 1 for a stem that no chunk holds (after Robertson, 2004)."""
    top = math.log(1 + (chunks + 0.5) / 0.5)
    return {
        stem: max(0.0, math.log(1 + (chunks - n + 0.5) / (n + 0.5)) / top)
        for stem, n in ((s, min(n, chunks)) for s, n in frequencies.items())
    }

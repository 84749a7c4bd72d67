"""Articles made up to extend real ones: text, dates, outlets and vectors, the same for the same number.

Text: sentences of public passages, an eighth of the words each exchanged for words drawn from all of them, so
that words are as frequent and sentences as long as in the passages; no new words arise. Sentences that answer
a question of the benchmark are not among them.

Vectors, by language: the real chunks' mean, plus a topic, a story and a chunk part, Gaussian along the real ones'
principal axes with their spectrum, brought to unit length. The parts' shares of the variance are `SHARES`; topics
have Zipf's sizes. A sentence's vector is the mean of the real sentences, plus its chunk's deviation times the slope
that the real pairs have, plus Gaussian noise along the residuals' axes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from eval.scale.material import LANGUAGES
from rag.records import Article, Chunk, Sentence
from rag.text.analysis import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from eval.scale.material import Material

SHARES = (0.35, 0.25, 0.4)  # of topic, story and chunk
CHUNKS = (3, 6)  # an article
SENTENCES = (3, 6)  # a chunk
EXCHANGED = 1 / 8  # of the words
OUTLETS = 20
FIRST_DAY, DAYS = date(2005, 1, 1), 7300
_CHUNKS_A_TOPIC = 200
_SEED = 5
BLOCK = 200  # articles made together
Word = tuple[str, list[str]]  # with its stems


class MadeUp(NamedTuple):
    """An article with what would be computed of it. `stems` and `vectors` go by chunk."""

    article: Article
    chunks: list[Chunk]
    stems: list[list[str]]
    vectors: list[NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Means and axes (times their spread) of the chunks of a language and of its sentences' residuals."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    sentence_mean: NDArray[np.float32]
    slope: float
    sentence_axes: NDArray[np.float32]


class Generator:
    """Makes up articles block by block. `chunks` in all, so that topics are as large at every size."""

    def __init__(self, material: Material, chunks: int) -> None:
        self._shapes = {language: _shape(material, language) for language in LANGUAGES}
        self._topics = max(1, chunks // _CHUNKS_A_TOPIC)
        self._sentences = {
            language: [_words(language, sentence) for sentence in sentences]
            for language, sentences in material.sentences.items()
        }
        self._words = {
            language: [word for sentence in sentences for word in sentence]
            for language, sentences in self._sentences.items()
        }

    def block(self, number: int) -> list[MadeUp]:
        """`BLOCK` articles; the same for the same number."""
        chance = random.Random(_SEED + number)  # noqa: S311 - the same every time
        drawn = np.random.default_rng((_SEED, number))
        made: list[MadeUp] = []
        for language, share in LANGUAGES.items():
            counts = [
                [chance.randrange(*SENTENCES) for _ in range(chance.randrange(*CHUNKS))]
                for _ in range(round(BLOCK * share))
            ]
            vectors = iter(self._vectors(language, counts, drawn))
            for own in counts:
                texts = [[self._sentence(language, chance) for _ in range(n)] for n in own]
                name = f"m{number:06d}-{len(made):03d}"
                rows = [next(vectors) for _ in own]
                made.append(_assembled(name, language, texts, rows, chance))
        return made

    def chunk_vectors(self, language: str, articles: int, number: int) -> NDArray[np.float32]:
        """Vectors of the chunks of so many articles of four, without text or sentences; the same for the same number."""
        drawn = np.random.default_rng((_SEED, number, 1))
        return np.concatenate(self._vectors(language, [[0] * 4] * articles, drawn))

    def _sentence(self, language: str, chance: random.Random) -> list[Word]:
        pool, words = self._sentences[language], self._words[language]
        sentence = list(pool[int(chance.random() * len(pool))])
        for _ in range(round(len(sentence) * EXCHANGED)):
            place = int(chance.random() * len(sentence))
            sentence[place] = words[int(chance.random() * len(words))]
        return sentence

    def _vectors(
        self, language: str, counts: list[list[int]], drawn: np.random.Generator
    ) -> list[NDArray[np.float32]]:
        """For each chunk its vector and those of its sentences."""
        shape = self._shapes[language]
        topics = (self._topics ** drawn.random(len(counts))).astype(int)  # Zipf's sizes
        story = np.sqrt(SHARES[0]) * np.stack([self._topic(language, int(t)) for t in topics])
        story += np.sqrt(SHARES[1]) * _normal(drawn, len(counts), len(shape.axes))
        sizes = np.array([n for own in counts for n in own])
        chunks = np.repeat(story, [len(own) for own in counts], axis=0)
        chunks += np.sqrt(SHARES[2]) * _normal(drawn, len(sizes), len(shape.axes))
        about = chunks @ shape.axes
        sentences = shape.sentence_mean + shape.slope * np.repeat(about, sizes, axis=0)
        sentences += _normal(drawn, len(sentences), len(shape.sentence_axes)) @ shape.sentence_axes
        parts = np.split(_unit(sentences), np.cumsum(sizes)[:-1])
        own_vectors = _unit(shape.mean + about)
        return [np.concatenate([v[None], part]) for v, part in zip(own_vectors, parts, strict=True)]

    def _topic(self, language: str, topic: int) -> NDArray[np.float32]:
        rank = len(self._shapes[language].axes)
        drawn = np.random.default_rng((_SEED, topic, ord(language[0])))
        return _normal(drawn, 1, rank).reshape(rank)


def _normal(drawn: np.random.Generator, count: int, rank: int) -> NDArray[np.float32]:
    return np.asarray(drawn.standard_normal((count, rank), np.float32))


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _words(language: str, sentence: str) -> list[Word]:
    """Words, each with its stems."""
    return [(word, _stems(word, language)) for word in sentence.split()]


_KNOWN: dict[tuple[str, str], list[str]] = {}


def _stems(word: str, language: str) -> list[str]:
    if (word, language) not in _KNOWN:
        _KNOWN[word, language] = list(stems(word, language))
    return _KNOWN[word, language]


def _shape(material: Material, language: str) -> _Shape:
    chunks = material.sample.chunk_vectors(language)
    sentences, of_chunk = material.sample.sentence_pairs(language)
    mean, sentence_mean = chunks.mean(axis=0), sentences.mean(axis=0)
    about = of_chunk - mean
    slope = float(((sentences - sentence_mean) * about).sum() / (about**2).sum())
    residuals = sentences - sentence_mean - slope * about
    return _Shape(mean, _axes(chunks - mean), sentence_mean, slope, _axes(residuals))


def _axes(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Principal axes times their standard deviations, shape (rank, dimension)."""
    _, spread, axes = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(spread[:, None] * axes / np.sqrt(len(rows)), np.float32)


def _assembled(
    article_id: str,
    language: str,
    texts: list[list[list[Word]]],
    vectors: list[NDArray[np.float32]],
    chance: random.Random,
) -> MadeUp:
    pieces: list[str] = []
    chunks, found, at = [], [], 0
    for part in texts:
        spans = []
        for sentence in part:
            text = " ".join(word for word, _ in sentence)
            spans.append(Sentence(article_id, at, at + len(text)))
            pieces.append(text)
            at += len(text) + 1
        own = "\n".join(pieces[-len(part) :])
        chunks.append(Chunk(article_id, spans[0].start, spans[-1].end, own, tuple(spans)))
        found.append([stem for sentence in part for _, own_stems in sentence for stem in own_stems])
    outlet = int(OUTLETS ** chance.random())  # Zipf's sizes
    article = Article(
        article_id,
        "\n".join(pieces),
        published=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        published_origin="front matter",
        source=f"outlet {outlet:02d}",
        language=language,
    )
    return MadeUp(article, chunks, found, vectors)

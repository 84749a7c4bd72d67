"""What the scale benchmark is made of: real passages with their vectors, and questions that they answer.

Embedding takes minutes, so what was embedded is kept in the work folder, under the model's fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.indexing.split import split_article
from rag.indexing.sync import embedded_text
from rag.records import Article

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embedding import Embedder
    from rag.records import Chunk

LANGUAGES = {"ar": 0.85, "en": 0.1, "ru": 0.05}  # of the articles made up, in shares
ASKED = ("arcd-train", "tydiqa-goldp-ar-dev")  # sets whose questions are asked
_SAMPLE = 400  # passages a language that the made-up ones are modelled on
_SEED = 11


class Question(NamedTuple):
    """A question and the article that answers it."""

    text: str
    article: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """Articles cut up, with the vectors of each chunk and then of its sentences."""

    articles: list[Article]
    chunks: list[list[Chunk]]
    vectors: list[list[NDArray[np.float32]]]

    def chunk_vectors(self, language: str) -> NDArray[np.float32]:
        """Vectors of the chunks of a language."""
        return np.stack([v[0] for v in self._of(language)])

    def sentence_pairs(self, language: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vectors of sentences, and of the chunk that each is in."""
        rows = self._of(language)
        return np.concatenate([v[1:] for v in rows]), np.concatenate(
            [np.repeat(v[:1], len(v) - 1, axis=0) for v in rows]
        )

    def _of(self, language: str) -> list[NDArray[np.float32]]:
        pairs = zip(self.articles, self.vectors, strict=True)
        return [v for a, rows in pairs if a.language == language for v in rows]


@dataclass(frozen=True, slots=True)
class Material:
    """Articles with known questions, a sample to model others on, and sentences to make them of."""

    answering: Embedded
    sample: Embedded
    questions: list[Question]
    sentences: dict[str, list[str]]


def load(data: Path, work: Path, embedder: Embedder, chunk_tokens: int) -> Material:
    """From folders with `passages.jsonl` and `questions.jsonl` below `data`."""
    asked = [_article(row, name) for name in ASKED for row in _rows(data / name / "passages.jsonl")]
    questions = [
        Question(row["question"], f"{name}:{row['passage_id']}")
        for name in ASKED
        for row in _rows(data / name / "questions.jsonl")
        if row.get("passage_id")
    ]
    others = [
        _article(row, path.parent.name)
        for path in sorted(data.glob("*/passages.jsonl"))
        if path.parent.name not in ASKED
        for row in _rows(path)
        if "sent" not in row
    ]
    sample = [a for language in LANGUAGES for a in _sample(others, language)]
    sentences = {language: _sentences(others, language) for language in LANGUAGES}
    return Material(
        _embedded(asked, work, embedder, chunk_tokens),
        _embedded(sample, work, embedder, chunk_tokens),
        questions,
        sentences,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _article(row: dict[str, str], name: str) -> Article:
    return Article(f"{name}:{row['id']}", row["text"], row["title"], language=row["lang"])


def _sample(articles: Sequence[Article], language: str) -> list[Article]:
    own = [article for article in articles if article.language == language]
    drawn = np.random.default_rng(_SEED).choice(len(own), min(_SAMPLE, len(own)), replace=False)
    return [own[i] for i in sorted(drawn)]


def _sentences(articles: Sequence[Article], language: str) -> list[str]:
    from rag.text.sentences import split_sentences

    return [
        article.text[start:end]
        for article in articles
        if article.language == language
        for start, end in split_sentences(article.text)
    ]


def _embedded(
    articles: list[Article], work: Path, embedder: Embedder, chunk_tokens: int
) -> Embedded:
    chunks = [split_article(a, chunk_tokens, embedder.count_tokens) for a in articles]
    texts = [
        text
        for article, own in zip(articles, chunks, strict=True)
        for chunk in own
        for text in (
            embedded_text(article, chunk),
            *(article.text[s.start : s.end] for s in chunk.sentences),
        )
    ]
    digest = hashlib.sha256("\0".join([embedder.fingerprint, *texts]).encode()).hexdigest()[:16]
    path = work / f"vectors-{digest}.npy"
    if not path.is_file():
        work.mkdir(parents=True, exist_ok=True)
        np.save(path, embedder.embed_passages(texts))
    matrix, at = np.load(path), 0
    vectors: list[list[NDArray[np.float32]]] = []
    for own in chunks:
        rows = []
        for chunk in own:
            rows.append(matrix[at : at + 1 + len(chunk.sentences)])
            at += 1 + len(chunk.sentences)
        vectors.append(rows)
    return Embedded(articles, chunks, vectors)

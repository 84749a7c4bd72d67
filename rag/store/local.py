"""The local store, read side: searches the generation that the manifest names."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import IndexMismatchError
from rag.records import Article, Chunk, DateMention, Filters
from rag.store import ScoredChunk
from rag.store.lexical import LexicalIndex
from rag.store.manifest import REBUILD, Manifest, read_manifest, verify_files
from rag.store.rows import Rows
from rag.store.schema import sentences_of
from rag.store.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embedding import Embedder

    _Group = tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]

ROWS, CHUNK_VECTORS, SENTENCE_VECTORS, LEXICAL = (
    "rows.sqlite",
    "chunks.faiss",
    "sentences.faiss",
    "lexical",
)
_ARTICLES_CACHED = 512
_LEAST_EACH = (
    20  # candidates that each language of the corpus brings, however many languages there are
)


class LocalStore:
    """FAISS, SQLite and tantivy files of one generation. Thread-safe; never writes."""

    def __init__(self, index: Path, manifest: Manifest) -> None:
        folder = manifest.folder(index)
        self.manifest = manifest
        self._rows = Rows.open(folder / ROWS)
        self._chunks = Vectors.read(folder / CHUNK_VECTORS)
        self._sentences = Vectors.read(folder / SENTENCE_VECTORS)
        self._lexical = LexicalIndex.open_for_reading(folder / LEXICAL)
        self._backgrounds = self._rows.backgrounds()
        self._groups = self._all_groups()
        self._stories = self._rows.stories.by_article()
        self._lock = threading.Lock()
        self._article_by_key = lru_cache(_ARTICLES_CACHED)(self._rows.article_by_key)

    @classmethod
    def open(cls, index: Path, embedder: Embedder) -> LocalStore:
        """Open the generation in force.

        Raises:
            IndexMissingError, IndexDamagedError: there is none, or its files are not as written.
            IndexMismatchError: another model made it; the message names both and the way out.
        """
        manifest = read_manifest(index)
        if manifest.model["fingerprint"] != embedder.fingerprint:
            raise IndexMismatchError(
                f"{index} was made by the model {manifest.model['name']!r} "
                f"({str(manifest.model['fingerprint'])[:12]}), the present one is {embedder.name!r} "
                f"({embedder.fingerprint[:12]}); {REBUILD}, or set SHAWAHID_EMBEDDING_MODEL to the former"
            )
        verify_files(index, manifest)
        return cls(index, manifest)

    def search(
        self, vector: NDArray[np.float32], stems: Sequence[str], limit: int, filters: Filters
    ) -> list[ScoredChunk]:
        """See `PassageStore.search`. Order: by chunk key, ranking is the caller's."""
        with self._lock:
            articles = None if filters.is_empty else self._rows.allowed_articles(filters)
            lexical = dict(self._lexical.search(stems, limit, articles))
            keys = {*lexical, *self._dense(vector, limit, articles)}
            return self._scored(vector, sorted(keys), lexical)

    def _dense(
        self, vector: NDArray[np.float32], limit: int, articles: list[int] | None
    ) -> list[int]:
        """What the vectors bring, language by language: else one language would crowd out the others."""
        groups = self._groups if articles is None else self._groups_within(articles)
        each = max(_LEAST_EACH, limit // max(1, len(groups)))
        found: list[int] = []
        for chunks, sentences in groups:
            found += [key for key, _ in self._chunks.search(vector, each, chunks)]
            near = [key for key, _ in self._sentences.search(vector, 2 * each, sentences)]
            found += self._rows.chunks_of_sentences(near)
        return found

    def _all_groups(self) -> list[_Group]:
        """Keys of chunks and sentences by language; no keys (everything) where there is one language."""
        by_language = self._rows.chunk_keys_by_language()
        if len(by_language) <= 1:
            return [(None, None)]
        return [self._group(keys) for keys in by_language.values()]

    def _groups_within(self, articles: list[int]) -> list[_Group]:
        allowed = np.asarray(self._rows.chunk_keys(articles), np.int64)
        inside = [
            allowed if keys is None else np.intersect1d(keys, allowed) for keys, _ in self._groups
        ]
        return [self._group(keys.tolist()) for keys in inside if len(keys)]

    def _group(self, chunks: list[int]) -> _Group:
        return np.asarray(chunks, np.int64), np.asarray(self._rows.sentence_keys(chunks), np.int64)

    def _scored(
        self, vector: NDArray[np.float32], keys: list[int], lexical: dict[int, float]
    ) -> list[ScoredChunk]:
        dense = self._chunks.scores(vector, keys)
        sentences = [self._rows.sentences(key) for key in keys]
        flat = self._sentences.scores(vector, [row[0] for rows in sentences for row in rows])
        backgrounds = {language: float(v @ vector) for language, v in self._backgrounds.items()}
        unknown = sum(backgrounds.values()) / len(backgrounds) if backgrounds else 0.0
        found, at = [], 0
        for key, score, rows in zip(keys, dense, sentences, strict=True):
            chunk, article, mentions = self._chunk(key, rows)
            cosines = tuple(float(value) for value in flat[at : at + len(rows)])
            at += len(rows)
            background = backgrounds.get(article.language or "", unknown)
            found.append(
                ScoredChunk(
                    chunk,
                    article,
                    mentions,
                    float(score),
                    cosines,
                    lexical.get(key, 0.0),
                    background,
                    self._stories.get(article.id, article.id),
                )
            )
        return found

    def _chunk(
        self, key: int, rows: list[tuple[int, int, int]]
    ) -> tuple[Chunk, Article, tuple[DateMention, ...]]:
        article_key, start, end = self._rows.chunk(key)
        article, mentions = self._article_by_key(article_key)
        spans = sentences_of(article, ((s, e) for _, s, e in rows))
        return Chunk(article.id, start, end, article.text[start:end], spans), article, mentions

    def frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """See `PassageStore.frequencies`."""
        with self._lock:
            return {stem: self._lexical.frequency(stem) for stem in dict.fromkeys(stems)}

    def article(self, article_id: str) -> Article | None:
        """See `PassageStore.article`."""
        with self._lock:
            return self._rows.article(article_id)

    def articles(self) -> list[Article]:
        """See `PassageStore.articles`."""
        with self._lock:
            return self._rows.articles()

    def stories(self) -> dict[str, str]:
        """See `PassageStore.stories`."""
        return self._stories

    def close(self) -> None:
        """See `PassageStore.close`."""
        self._rows.close()

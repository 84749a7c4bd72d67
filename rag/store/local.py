"""The local store, read side: searches the generation that the manifest names."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import IndexMismatchError
from rag.records import Article, Chunk, Filters
from rag.store import ScoredChunk
from rag.store.layout import Layout
from rag.store.lexical import LexicalIndex
from rag.store.manifest import REBUILD, Manifest, read_manifest, verify_files
from rag.store.recent import RecentArticles
from rag.store.rows import Rows
from rag.store.schema import sentences_of
from rag.store.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embedding import Embedder

ROWS, CHUNK_VECTORS, SENTENCE_VECTORS, LEXICAL = (
    "rows.sqlite",
    "chunks.faiss",
    "sentences.faiss",
    "lexical",
)
_CHARACTERS_KEPT = 16_000_000  # of articles read lately; 10,000 chunks of news are half of it
_LEAST_EACH = (
    20  # candidates that each language of the corpus brings, however many languages there are
)
_NONE = np.zeros(0, np.int64)


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
        self._layout = Layout(self._rows, self._chunks.keys(), self._sentences.keys())
        self._stories = self._rows.stories.by_article()
        self._lock = threading.Lock()
        self._articles = RecentArticles(self._rows.articles_by_key, _CHARACTERS_KEPT)

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
            brought = [self._layout.places(list(lexical)), *self._dense(vector, limit, articles)]
            places = np.unique(np.concatenate(brought))
            keys = self._layout.chunk_keys[places]
            return self._scored(vector, places[np.argsort(keys)], lexical)

    def _dense(
        self, vector: NDArray[np.float32], limit: int, articles: list[int] | None
    ) -> list[NDArray[np.int64]]:
        """What the vectors bring, language by language: else one language would crowd out the others."""
        groups = self._layout.groups(articles)
        each = max(_LEAST_EACH, limit // max(1, len(groups)))
        chunks = self._chunks.nearest(vector, each, [group.chunks for group in groups])
        near = self._sentences.nearest(vector, 2 * each, [group.sentences for group in groups])
        return chunks + [self._layout.chunks_of(sentences) for sentences in near]

    def _scored(
        self, vector: NDArray[np.float32], places: NDArray[np.int64], lexical: dict[int, float]
    ) -> list[ScoredChunk]:
        layout = self._layout
        told = self._articles.get(layout.articles[places].tolist())
        sentences = [layout.sentences(place) for place in places]
        cosines = self._sentences.scores(vector, np.concatenate([_NONE, *sentences]))
        own = np.split(cosines, np.cumsum([len(part) for part in sentences]))
        dense = self._chunks.scores(vector, places).tolist()
        backgrounds = {language: float(v @ vector) for language, v in self._backgrounds.items()}
        unknown = sum(backgrounds.values()) / len(backgrounds) if backgrounds else 0.0
        found = []
        for number, place in enumerate(places.tolist()):
            article, mentions = told[int(layout.articles[place])]
            found.append(
                ScoredChunk(
                    self._chunk(place, article, sentences[number]),
                    article,
                    mentions,
                    dense[number],
                    tuple(own[number].tolist()),
                    lexical.get(int(layout.chunk_keys[place]), 0.0),
                    backgrounds.get(article.language or "", unknown),
                    self._stories.get(article.id, article.id),
                )
            )
        return found

    def _chunk(self, place: int, article: Article, sentences: NDArray[np.int64]) -> Chunk:
        start, end = self._layout.span(place)
        spans = sentences_of(article, self._layout.spans(sentences))
        return Chunk(article.id, start, end, article.text[start:end], spans)

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

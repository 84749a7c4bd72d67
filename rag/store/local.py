"""The local store, read side: searches the generation that the manifest names."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import IndexMismatchError
from rag.records import Article, Chunk, Filters
from rag.store import ScoredChunk
from rag.store.copying import Packed, places_by_article, vectors_at
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex
from rag.store.manifest import REBUILD, Manifest, opening, verify_files
from rag.store.recent import RecentArticles
from rag.store.rows import Rows
from rag.store.schema import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embedding import Embedder
    from rag.records import DateMention

ROWS, LEXICAL = "rows.sqlite", "lexical"
_CHARACTERS_KEPT = 16_000_000  # of articles read lately; 10,000 chunks of news are half of it
_READ_TOGETHER = 500  # articles
_NONE = np.zeros(0, np.int64)


class LocalStore:
    """FAISS, SQLite and tantivy files of one generation. Thread-safe; never writes."""

    def __init__(self, index: Path, manifest: Manifest) -> None:
        folder = manifest.folder(index)
        self.manifest = manifest
        self._rows = Rows.open(folder / ROWS)
        self._dense = DenseIndex(folder)
        self._lexical = LexicalIndex.open_for_reading(folder / LEXICAL)
        self._backgrounds = self._rows.backgrounds()
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
        return opening(index, lambda manifest: cls._open(index, manifest, embedder))

    @classmethod
    def _open(cls, index: Path, manifest: Manifest, embedder: Embedder) -> LocalStore:
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
        keys = None if filters.is_empty else self._allowed(filters)
        named = keys if filters.articles else None
        lexical = dict(self._lexical.search(stems, limit, filters, named))
        layout = self._dense.layout
        brought = [layout.places(list(lexical)), *self._dense.search(vector, limit, keys)]
        return self._scored(vector, np.unique(np.concatenate(brought)), lexical)

    def _allowed(self, filters: Filters) -> list[int]:
        with self._lock:
            return self._rows.allowed_articles(filters)

    def _scored(
        self, vector: NDArray[np.float32], places: NDArray[np.int64], lexical: dict[int, float]
    ) -> list[ScoredChunk]:
        layout = self._dense.layout
        with self._lock:
            told = self._articles.get(layout.articles[places].tolist())
        sentences = [layout.sentences(place) for place in places]
        cosines = self._dense.sentences.scores(vector, np.concatenate([_NONE, *sentences]))
        own = np.split(cosines, np.cumsum([len(part) for part in sentences]))
        dense = self._dense.chunks.scores(vector, places).tolist()
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
        start, end = self._dense.layout.span(place)
        spans = sentences_of(article, self._dense.layout.spans(sentences))
        return Chunk(article.id, start, end, article.text[start:end], spans)

    def frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """See `PassageStore.frequencies`."""
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

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        """See `PassageStore.mentions`."""
        with self._lock:
            keys = self._rows.allowed_articles(Filters())
        found: dict[str, tuple[DateMention, ...]] = {}
        for at in range(0, len(keys), _READ_TOGETHER):  # searches go on in between
            with self._lock:
                told = self._rows.articles_by_key(keys[at : at + _READ_TOGETHER])
            found |= {article.id: mentions for article, mentions in told.values()}
        return found

    def contents(self) -> Iterator[Packed]:
        """See `rag.store.copying.Copyable`."""
        keys = sorted(self._allowed(Filters()))
        for at in range(0, len(keys), _READ_TOGETHER):
            part = keys[at : at + _READ_TOGETHER]
            with self._lock:
                told = self._rows.articles_by_key(part)
            places = places_by_article(self._dense, part)
            for key in part:
                article, mentions = told[key]
                chunks = [
                    (
                        self._chunk(place, article, self._dense.layout.sentences(place)),
                        vectors_at(self._dense, place),
                    )
                    for place in places[key].tolist()
                ]
                yield Packed(article, mentions, chunks)

    def backgrounds(self) -> dict[str, NDArray[np.float32]]:
        """See `rag.store.copying.Copyable`."""
        return self._backgrounds

    def close(self) -> None:
        """See `PassageStore.close`."""
        self._rows.close()

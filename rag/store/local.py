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
from rag.store.facets import FacetColumns
from rag.store.lexical import LexicalIndex
from rag.store.manifest import REBUILD, Manifest, opening, verify_files
from rag.store.recent import RecentArticles
from rag.store.rows import Rows
from rag.store.schema import sentences_of
from rag.store.warming import ReadAhead, read_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embedding import Embedder
    from rag.records import DateMention
    from rag.store.layout import Row

ROWS, LEXICAL = "rows.sqlite", "lexical"
_CHARACTERS_KEPT = 16_000_000  # of articles read lately; 10,000 chunks of news are half of it
_READ_TOGETHER = 500  # articles


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
        self._ahead: ReadAhead | None = None
        self._facets: FacetColumns | None = None  # read for the first filter
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
        store = cls(index, manifest)
        sizes = {name: int(told["bytes"]) for name, told in manifest.files.items()}
        store._ahead = read_ahead(manifest.folder(index), sizes, (ROWS, LEXICAL))
        return store

    def search(
        self, vector: NDArray[np.float32], stems: Sequence[str], limit: int, filters: Filters
    ) -> list[ScoredChunk]:
        """See `PassageStore.search`. Order: by chunk key, ranking is the caller's."""
        keys = None if filters.is_empty else self._allowed(filters)
        named = keys.tolist() if keys is not None and filters.articles else None
        lexical = dict(self._lexical.search(stems, limit, filters, named))
        layout = self._dense.layout
        brought = [layout.places(list(lexical)), *self._dense.search(vector, limit, keys)]
        return self._scored(vector, np.unique(np.concatenate(brought)), lexical)

    def _allowed(self, filters: Filters) -> NDArray[np.int64]:
        """Keys of the articles that the filters let pass, in order."""
        with self._lock:
            if filters.articles:
                return np.array(sorted(self._rows.allowed_articles(filters)), np.int64)
            if self._facets is None:
                self._facets = FacetColumns(self._rows.facets())
            return self._facets.allowed(filters)

    def _scored(
        self, vector: NDArray[np.float32], places: NDArray[np.int64], lexical: dict[int, float]
    ) -> list[ScoredChunk]:
        layout = self._dense.layout
        with self._lock:
            told = self._articles.get(layout.articles[places].tolist())
        sentences = layout.sentences_of(places)
        spans = layout.spans(sentences)
        cosines = self._dense.sentences.scores(vector, sentences).tolist()
        dense = self._dense.chunks.scores(vector, places).tolist()
        backgrounds = {language: float(v @ vector) for language, v in self._backgrounds.items()}
        unknown = sum(backgrounds.values()) / len(backgrounds) if backgrounds else 0.0
        found, at = [], 0
        for row, cosine in zip(layout.rows(places), dense, strict=True):
            article, mentions = told[row.article]
            own = slice(at, at + row.sentences)
            at = own.stop
            found.append(
                ScoredChunk(
                    _chunk(article, row, spans[own]),
                    article,
                    mentions,
                    cosine,
                    tuple(cosines[own]),
                    lexical.get(row.key, 0.0),
                    backgrounds.get(article.language or "", unknown),
                    self._stories.get(article.id, article.id),
                )
            )
        return found

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
        keys = self._allowed(Filters()).tolist()
        found: dict[str, tuple[DateMention, ...]] = {}
        for at in range(0, len(keys), _READ_TOGETHER):  # searches go on in between
            with self._lock:
                told = self._rows.articles_by_key(keys[at : at + _READ_TOGETHER])
            found |= {article.id: mentions for article, mentions in told.values()}
        return found

    def contents(self) -> Iterator[Packed]:
        """See `rag.store.copying.Copyable`."""
        keys, layout = self._allowed(Filters()).tolist(), self._dense.layout
        for at in range(0, len(keys), _READ_TOGETHER):
            part = keys[at : at + _READ_TOGETHER]
            with self._lock:
                told = self._rows.articles_by_key(part)
            places = places_by_article(self._dense, part)
            for key in part:
                article, mentions = told[key]
                chunks = []
                for place, row in zip(places[key].tolist(), layout.rows(places[key]), strict=True):
                    spans = layout.spans(layout.sentences(place))
                    chunks.append((_chunk(article, row, spans), vectors_at(self._dense, place)))
                yield Packed(article, mentions, chunks)

    def backgrounds(self) -> dict[str, NDArray[np.float32]]:
        """See `rag.store.copying.Copyable`."""
        return self._backgrounds

    def close(self) -> None:
        """See `PassageStore.close`."""
        if self._ahead:
            self._ahead.stop()
        self._rows.close()


def _chunk(article: Article, row: Row, spans: list[tuple[int, int]]) -> Chunk:
    text = article.text[row.start : row.end]
    return Chunk(article.id, row.start, row.end, text, sentences_of(article, spans))

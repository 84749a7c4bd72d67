"""The store on Milvus, read side: searches the epoch in force, and takes up the next one by itself."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.errors import IndexMismatchError
from rag.records import Article, Chunk, Filters
from rag.store import ScoredChunk
from rag.store.copying import Packed
from rag.store.manifest import REBUILD, Manifest
from rag.store.milvus.collections import expression
from rag.store.milvus.dense import Dense
from rag.store.milvus.lexical import bm25_of
from rag.store.milvus.record import read_record
from rag.store.milvus.view import View
from rag.store.schema import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.embedding import Embedder
    from rag.records import DateMention
    from rag.store.milvus.connection import Connection, Row

_LOOKS_EVERY_S = 1.0  # whether another epoch is in force
_CHUNK_FIELDS = ("key", "article", "start", "stop", "first", "stride", "sentences", "vector")


class Candidate(NamedTuple):
    """A chunk as its row has it."""

    key: int
    article: int
    start: int
    stop: int
    spans: list[tuple[int, int]]
    sentences: list[int]  # keys
    vector: NDArray[np.float32]


class MilvusStore:
    """Meets `rag.store.PassageStore`. Thread-safe; never writes. A search ends on the epoch that it began on."""

    def __init__(self, connection: Connection, prefix: str, view: View) -> None:
        self._connection, self._prefix, self._view = connection, prefix, view
        self._looked = time.monotonic()
        self._looking = threading.Lock()
        self._dense = Dense(connection)

    @classmethod
    def open(cls, connection: Connection, prefix: str, embedder: Embedder | None) -> MilvusStore:
        """Open the epoch in force; without `embedder`, whatever model made it.

        Raises:
            StoreUnavailableError, StoreError: the server does not answer, or refuses.
            IndexMissingError, IndexDamagedError: there is no index with this prefix, or it is not as written.
            IndexMismatchError: another model made it; the message names both and the way out.
        """
        record = read_record(connection, prefix)
        model = record.manifest.model
        if embedder is not None and model["fingerprint"] != embedder.fingerprint:
            raise IndexMismatchError(
                f"the index {prefix!r} in Milvus at {connection.uri} was made by the model {model['name']!r} "
                f"({str(model['fingerprint'])[:12]}), the present one is {embedder.name!r} "
                f"({embedder.fingerprint[:12]}); {REBUILD}, or set SHAWAHID_EMBEDDING_MODEL to the former"
            )
        return cls(connection, prefix, View(connection, prefix, record))

    @property
    def manifest(self) -> Manifest:
        """See `PassageStore.manifest`: of the epoch in force."""
        return self._now().record.manifest

    def _now(self) -> View:
        """The epoch in force, looked up once a second at most."""
        if time.monotonic() - self._looked < _LOOKS_EVERY_S or not self._looking.acquire(
            blocking=False
        ):
            return self._view
        try:
            record = read_record(self._connection, self._prefix, self._view.level)
            if record.epoch > self._view.record.epoch:
                self._view = View(self._connection, self._prefix, record)
            self._looked = time.monotonic()
            return self._view
        finally:
            self._looking.release()

    def search(
        self, vector: NDArray[np.float32], stems: Sequence[str], limit: int, filters: Filters
    ) -> list[ScoredChunk]:
        """See `PassageStore.search`. Order: by chunk key, ranking is the caller's."""
        view = self._now()
        asked = expression(filters)
        record = view.record
        bm25 = bm25_of(stems, record.manifest.counts["chunks"], record.tokens, view.frequencies)
        lexical = dict(view.lexical.search(bm25, limit, view.within(asked), view.level))
        keys = sorted(self._dense.search(view, vector, limit, asked) | lexical.keys())
        return self._scored(view, vector, self._candidates(view, keys), lexical)

    def _candidates(self, view: View, keys: Sequence[int]) -> list[Candidate]:
        rows = self._connection.rows_of(view.own.chunks, "key", keys, _CHUNK_FIELDS, view.level)
        return sorted((_candidate(row) for row in rows), key=lambda found: found.key)

    def _vectors(self, view: View, keys: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        rows = self._connection.rows_of(
            view.own.sentences, "key", keys, ("key", "vector"), view.level
        )
        return {int(row["key"]): np.asarray(row["vector"], np.float32) for row in rows}

    def _scored(
        self,
        view: View,
        vector: NDArray[np.float32],
        candidates: Sequence[Candidate],
        lexical: dict[int, float],
    ) -> list[ScoredChunk]:
        told = view.library.get([found.article for found in candidates])
        vectors = self._vectors(view, [key for found in candidates for key in found.sentences])
        backgrounds = {language: float(v @ vector) for language, v in view.backgrounds.items()}
        unknown = sum(backgrounds.values()) / len(backgrounds) if backgrounds else 0.0
        scored = []
        for found in candidates:
            article, mentions = told[found.article]
            own = [_cosine(vectors[key], vector) for key in found.sentences]
            scored.append(
                ScoredChunk(
                    _chunk(found, article),
                    article,
                    mentions,
                    _cosine(found.vector, vector),
                    tuple(own),
                    lexical.get(found.key, 0.0),
                    backgrounds.get(article.language or "", unknown),
                    view.stories.get(article.id, article.id),
                )
            )
        return scored

    def frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """See `PassageStore.frequencies`."""
        return self._now().frequencies(stems)

    def article(self, article_id: str) -> Article | None:
        """See `PassageStore.article`."""
        return self._now().library.named(article_id)

    def articles(self) -> list[Article]:
        """See `PassageStore.articles`."""
        found = [article for _, (article, _) in self._now().library.all()]
        found.sort(key=lambda article: article.id)
        found.sort(key=lambda a: a.published.toordinal() if a.published else 0, reverse=True)
        return found

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        """See `PassageStore.mentions`."""
        return {article.id: mentions for _, (article, mentions) in self._now().library.all()}

    def stories(self) -> dict[str, str]:
        """See `PassageStore.stories`."""
        return self._now().stories

    def contents(self) -> Iterator[Packed]:
        """See `rag.store.copying.Copyable`."""
        view = self._now()
        for key, (article, mentions) in view.library.all():
            within = view.within(f"article == {key}")
            rows = self._connection.rows(view.own.chunks, within, _CHUNK_FIELDS, view.level)
            candidates = sorted(map(_candidate, rows), key=lambda found: found.key)
            vectors = self._vectors(view, [k for found in candidates for k in found.sentences])
            yield Packed(
                article,
                mentions,
                [
                    (
                        _chunk(found, article),
                        np.stack([found.vector, *(vectors[k] for k in found.sentences)]),
                    )
                    for found in candidates
                ],
            )

    def backgrounds(self) -> dict[str, NDArray[np.float32]]:
        """See `rag.store.copying.Copyable`."""
        return self._now().backgrounds

    def close(self) -> None:
        """See `PassageStore.close`."""
        self._dense.close()
        self._connection.close()


def _candidate(row: Row) -> Candidate:
    spans = [(start, end) for start, end in json.loads(row["sentences"])]
    first, stride = int(row["first"]), int(row["stride"])
    return Candidate(
        int(row["key"]),
        int(row["article"]),
        int(row["start"]),
        int(row["stop"]),
        spans,
        [first + number * stride for number in range(len(spans))],
        np.asarray(row["vector"], np.float32),
    )


def _chunk(found: Candidate, article: Article) -> Chunk:
    text = article.text[found.start : found.stop]
    return Chunk(article.id, found.start, found.stop, text, sentences_of(article, found.spans))


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """In float64, rounded to float32, as the local store has it."""
    return float(np.float32(np.vecdot(one.astype(np.float64), other.astype(np.float64))))

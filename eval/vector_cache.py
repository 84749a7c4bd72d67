"""An embedder that remembers: a text embedded once, in whatever corpus, is read from disk afterwards.

Public sets share passages and questions, and are indexed again whenever the way of splitting or the
layout of an index changes. The vectors depend on neither.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.embedding import Embedder, Progress

_QUERY, _PASSAGE = b"query", b"passage"


class CachingEmbedder:
    """Meets `rag.embedding.Embedder`; for one thread. One file for each fingerprint of a model."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / f"vectors-{embedder.fingerprint}.sqlite")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed_queries`."""
        return self._embed(_QUERY, texts, self._embedder.embed_queries, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """See `Embedder.embed_passages`; `progress` counts remembered texts too."""
        return self._embed(_PASSAGE, texts, self._embedder.embed_passages, progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Embedder.count_tokens`."""
        return self._embedder.count_tokens(texts)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _embed(
        self,
        role: bytes,
        texts: Sequence[str],
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
        progress: Progress | None,
    ) -> NDArray[np.float32]:
        keys = [_key(role, text) for text in texts]
        known = {key: vector for key in set(keys) if (vector := self._kept(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            new = dict(zip(missing, embed(list(missing.values())), strict=True))
            self._keep(new)
            known |= new
        if progress:
            progress(len(texts))
        return np.array([known[key] for key in keys], np.float32).reshape(-1, self.dimension)

    def _kept(self, key: bytes) -> NDArray[np.float32] | None:
        row = self._db.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], "<f4")

    def _keep(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?)", rows)


def _key(role: bytes, text: str) -> bytes:
    return hashlib.sha256(role + b"\0" + text.encode("utf-8", "surrogatepass")).digest()

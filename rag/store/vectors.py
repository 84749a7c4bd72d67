"""Vectors of unit length under integer keys, searched exactly by inner product (FAISS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss
import numpy as np

from rag.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_TIES = 64  # looked at beyond the limit; copies of one text score alike


class Vectors:
    """A flat index with keys: exact search, free deletes, 4 × dimension bytes a vector."""

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> Vectors:
        """An index that holds nothing yet."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def read(cls, path: Path) -> Vectors:
        """Load from a file.

        Raises:
            IndexDamagedError: the file is no FAISS index of this kind.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            reason = str(error).splitlines()[0][:120]
            raise IndexDamagedError(
                f"{path} can't be read ({reason}); run `shawahid index --rebuild`"
            ) from None
        if not isinstance(index, faiss.IndexIDMap2):
            raise IndexDamagedError(
                f"{path} holds another kind of index; run `shawahid index --rebuild`"
            )
        return cls(index)

    def write(self, path: Path) -> None:
        """Store in a file."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError:  # all that FAISS says of a full disk
            raise OSError(None, f"{path.name} could not be written; is the disk full?") from None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors, shape (len(keys), dimension)."""
        if len(keys):
            self._index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(keys, np.int64))

    def remove(self, keys: Sequence[int]) -> None:
        """Remove the vectors of these keys; unknown keys are passed over."""
        if len(keys):
            self._index.remove_ids(faiss.IDSelectorBatch(np.asarray(keys, np.int64)))

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The `limit` nearest keys with their cosine, best first; ties by key. Exact under `allowed`.

        What ties with the last comes too, so that the order in which vectors came decides nothing.
        """
        reach = min(limit + _TIES, len(self) if allowed is None else len(allowed))
        if limit <= 0 or reach == 0:
            return []
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(
                allowed
            )  # a name of its own: FAISS does not keep it alive
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        scores, keys = self._index.search(vector.reshape(1, -1), reach, params=parameters)
        found = [(int(k), float(s)) for k, s in zip(keys[0], scores[0], strict=True) if k >= 0]
        return with_ties(sorted(found, key=lambda hit: (-hit[1], hit[0])), limit)

    def scores(self, vector: NDArray[np.float32], keys: Sequence[int]) -> NDArray[np.float32]:
        """Cosine of `vector` with each key's vector, shape (len(keys),)."""
        if not len(keys):
            return np.zeros(0, np.float32)
        matrix = self._index.reconstruct_batch(np.asarray(keys, np.int64))
        # in float64, rounded: equal vectors get equal cosines wherever they stand in the matrix
        return np.asarray(matrix.astype(np.float64) @ vector.astype(np.float64), np.float32)


def with_ties(hits: list[tuple[int, float]], limit: int) -> list[tuple[int, float]]:
    """The first `limit` of what is sorted best first, and what scores like the last of them."""
    if len(hits) <= limit:
        return hits
    last = hits[limit - 1][1]
    return [hit for place, hit in enumerate(hits) if place < limit or hit[1] == last]

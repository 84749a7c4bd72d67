"""Vectors of unit length, searched exactly by inner product; kept in FAISS's file format.

A vector has a key, which stays, and a place: its number in the file, valid until vectors are added or removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from rag.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_TIES = 64  # taken beyond the limit; copies of one text score alike
_FEW = 0.25  # share of all vectors up to which those asked for are copied out, not all computed


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
        if not isinstance(index, faiss.IndexIDMap2) or not isinstance(
            faiss.downcast_index(index.index), faiss.IndexFlatIP
        ):
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

    def keys(self) -> NDArray[np.int64]:
        """The key at each place, shape (len(self),)."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), np.int64)

    def nearest(
        self, vector: NDArray[np.float32], limit: int, groups: Sequence[NDArray[np.int64]]
    ) -> list[NDArray[np.int64]]:
        """For each group of places the `limit` nearest, best first, ties by place. Exact for any group.

        What ties with the last comes too, up to a bound, so that few copies of a text are all or none in.
        """
        matrix, wanted = self._matrix(), sum(len(group) for group in groups)
        if wanted <= _FEW * len(matrix):
            return [_best(group, np.vecdot(matrix[group], vector), limit) for group in groups]
        # row by row, not as one product: equal vectors get equal cosines wherever they stand, and no
        # threads have to meet (on a busy machine that costs more than the 2 ms for 40,000 sentences)
        cosines = np.vecdot(matrix, vector)
        return [_best(group, cosines[group], limit) for group in groups]

    def scores(
        self, vector: NDArray[np.float32], places: Sequence[int] | NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Cosine of `vector` with the vector at each place, shape (len(places),)."""
        rows = self._matrix()[np.asarray(places, np.int64)]
        # in float64, rounded: what the last digits of a score are depends on no machine
        exact = np.vecdot(rows.astype(np.float64), vector.astype(np.float64))
        return np.asarray(exact, np.float32)

    def _matrix(self) -> NDArray[np.float32]:
        """FAISS's own memory, shape (len(self), dimension): no copy, so not to be kept."""
        size, dimension = len(self), int(self._index.d)
        if not size:
            return np.zeros((0, dimension), np.float32)
        flat: Any = faiss.downcast_index(self._index.index)
        rows: NDArray[np.float32] = faiss.rev_swig_ptr(flat.get_xb(), size * dimension)
        return rows.reshape(size, dimension)


def _best(group: NDArray[np.int64], cosines: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    if limit <= 0:
        return group[:0]
    if limit < len(group):
        last = np.partition(cosines, -limit)[-limit]
        inside = np.flatnonzero(cosines >= last)
        group, cosines = group[inside], cosines[inside]
    return group[np.lexsort((group, -cosines))][: limit + _TIES]


def with_ties(hits: list[tuple[int, float]], limit: int) -> list[tuple[int, float]]:
    """The first `limit` of what is sorted best first, and what scores like the last of them."""
    if len(hits) <= limit:
        return hits
    last = hits[limit - 1][1]
    return [hit for place, hit in enumerate(hits) if place < limit or hit[1] == last]

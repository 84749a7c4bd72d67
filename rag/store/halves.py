"""Unit vectors in half precision as files: written row by row, read through the page cache.

A file is a scalar-quantised FAISS index (type fp16), so that FAISS scans it where it lies, and its rows follow
a header of fixed size, so that numpy maps them. Half precision moves a cosine by less than 0.0003.
"""

from __future__ import annotations

import contextlib
import os
import struct
import weakref
from typing import TYPE_CHECKING, Any, Self

import faiss
import numpy as np

from rag.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_faiss: Any = faiss  # its types know neither what Python adds to it nor what is optional
_COUNT_AT = 8  # of the header: after FAISS's four letters and the dimension
# Nanoseconds that FAISS needs to score a row and to pass over one, and that a row costs taken out by itself.
_SCORED, _PASSED, _TAKEN = 50, 2, 540
_FEW_ROWS, _FEW_SHARE = 100, _PASSED / _TAKEN  # up to these, taking rows out costs less


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """FAISS works in the calling thread alone.

    It has nothing to share out for a single query, but still starts all its threads and waits for each of them: with
    another busy process on two cores that made 12 ms of a question's searches 104.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # of this thread, and of FAISS only
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _empty(dimension: int) -> Any:  # noqa: ANN401 - FAISS has no types
    kind = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


def _header(dimension: int, count: int) -> bytes:
    """FAISS's own header of an empty index, with the two counts put in."""
    plain = faiss.serialize_index(_empty(dimension)).tobytes()
    size = struct.pack("<q", count)
    codes = struct.pack("<Q", count * dimension * 2)
    return plain[:_COUNT_AT] + size + plain[_COUNT_AT + len(size) : -len(codes)] + codes


class HalvesWriter:
    """Appends vectors to a new file; not readable before `finish`."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._dimension = dimension
        self.count = 0
        self._stream = path.open("wb")
        self._stream.write(_header(dimension, 0))

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append vectors, shape (n, dimension)."""
        self._stream.write(np.ascontiguousarray(vectors, "<f2").tobytes())
        self.count += len(vectors)

    def finish(self) -> None:
        """Note the count, and close."""
        self._stream.seek(0)
        self._stream.write(_header(self._dimension, self.count))
        self._stream.close()

    def close(self) -> None:
        """Close without finishing."""
        self._stream.close()


class Halves:
    """A finished file. `rows` has shape (n, dimension), float16, mapped."""

    def __init__(
        self,
        index: Any,  # noqa: ANN401 - FAISS has no types
        rows: NDArray[np.float16],
        handle: int | None = None,
        offset: int = 0,
    ) -> None:
        self._index = index
        self.rows = rows
        self._handle, self._offset = handle, offset
        if handle is not None:
            weakref.finalize(self, os.close, handle)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file.

        Raises:
            IndexDamagedError: the file is no FAISS index of this kind.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = str(error).splitlines()[0][:120]
            raise IndexDamagedError(
                f"{path} can't be read ({reason}); run `shawahid index --rebuild`"
            ) from None
        if not isinstance(faiss.downcast_index(index), faiss.IndexScalarQuantizer):
            raise IndexDamagedError(
                f"{path} holds another kind of index; run `shawahid index --rebuild`"
            )
        count, dimension = int(index.ntotal), int(index.d)
        if not count:
            return cls(index, np.zeros((0, dimension), np.float16))
        offset = len(_header(dimension, count))
        rows = np.memmap(path, "<f2", "r", offset=offset, shape=(count, dimension))
        handle = os.open(path, os.O_RDONLY)
        return cls(index, np.asarray(rows), handle, offset)  # a memmap is slow to take rows of

    def take(self, places: NDArray[np.int64]) -> NDArray[np.float16]:
        """The rows at these places.

        Neighbours, as a chunk's sentences are, are read and not mapped: mapping brings their surroundings into this
        process's memory, and from the disk first, a page at a time 32 of them.
        """
        ends = np.flatnonzero(np.diff(places) != 1) + 1
        if self._handle is None or 2 * (len(ends) + 1) > len(places):
            return self.rows[places]
        found = np.empty((len(places), self.rows.shape[1]), np.float16)
        width = found.itemsize * found.shape[1]
        for start, end in zip([0, *ends.tolist()], [*ends.tolist(), len(places)], strict=True):
            at = self._offset + width * int(places[start])
            if os.preadv(self._handle, [found[start:end].data], at) != width * (end - start):
                return self.rows[places]
        return found

    def __len__(self) -> int:
        return len(self.rows)

    def nearest(
        self, vector: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and places of the `limit` nearest, exactly; `among` restricts to those places, in order."""
        if among is None:
            return self._scan(vector, min(limit, len(self)), None)
        if len(among) > max(_FEW_ROWS, _FEW_SHARE * len(self)):
            allowed = np.zeros(len(self), np.bool_)
            allowed[among] = True
            bits = np.packbits(allowed, bitorder="little")
            selector = _faiss.IDSelectorBitmap(bits)
            found = self._scan(
                vector, min(limit, len(among)), _faiss.SearchParameters(sel=selector)
            )
            del selector, bits
            return found
        return best(np.vecdot(self.rows[among].astype(np.float32), vector), among, limit)

    def _scan(
        self,
        vector: NDArray[np.float32],
        limit: int,
        parameters: Any,  # noqa: ANN401 - FAISS has no types
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        if limit <= 0:
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        query = np.ascontiguousarray(vector, np.float32)[None]
        with one_thread():
            scores, places = self._index.search(query, limit, params=parameters)
        return scores[0], places[0]


def group_cost(size: int, count: int) -> float:
    """What searching `count` of `size` rows costs, told in rows scored one after another."""
    if count == size:
        return count
    return min(count * _TAKEN, size * _PASSED + count * _SCORED) / _SCORED


def best(
    scores: NDArray[np.float32], places: NDArray[np.int64], limit: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The `limit` highest scores with their places, best first, ties by place."""
    if 0 < limit < len(scores):
        inside = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        scores, places = scores[inside], places[inside]
    order = np.lexsort((places, -scores))[: max(0, limit)]
    return scores[order], places[order]

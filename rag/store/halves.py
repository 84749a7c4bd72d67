"""Unit vectors in half precision as files: written row by row, read through the page cache.

A file is a scalar-quantised FAISS index (type fp16), so that FAISS scans it where it lies, and its rows follow
a header of fixed size, so that numpy maps them. Half precision moves a cosine by less than 0.0003.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Self

import faiss
import numpy as np

from rag.errors import IndexDamagedError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_faiss: Any = faiss  # its types know neither what Python adds to it nor what is optional
_COUNT_AT = 8  # of the header: after FAISS's four letters and the dimension
_FEW_ROWS = 1500  # converting so many one by one costs less than passing over the rows between them


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

    def __init__(self, index: Any, rows: NDArray[np.float16]) -> None:  # noqa: ANN401 - FAISS has no types
        self._index = index
        self.rows = rows

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
        return cls(index, rows)

    def __len__(self) -> int:
        return len(self.rows)

    def nearest(
        self, vector: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and places of the `limit` nearest, exactly; `among` restricts to those places, in order."""
        if among is None:
            return self._scan(vector, min(limit, len(self)), None)
        if len(among) > _FEW_ROWS:
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
        scores, places = self._index.search(query, limit, params=parameters)
        return scores[0], places[0]


def best(
    scores: NDArray[np.float32], places: NDArray[np.int64], limit: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The `limit` highest scores with their places, best first, ties by place."""
    if 0 < limit < len(scores):
        inside = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        scores, places = scores[inside], places[inside]
    order = np.lexsort((places, -scores))[: max(0, limit)]
    return scores[order], places[order]

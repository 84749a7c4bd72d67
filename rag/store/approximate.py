"""An index for the nearest of many chunks of one language: inverted lists of one-bit codes.

Codes are RaBitQ's (Gao & Long 2024), some 70 bytes a chunk, in lists around k-means centroids (FAISS). They say which few
hundred chunks come near; those are then scored by their vectors, which are stored once, elsewhere. Which size gets
one, the constants below say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import faiss
import numpy as np

from rag.errors import IndexDamagedError
from rag.store.halves import one_thread

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.store.vectors import Vectors

_faiss: Any = faiss  # its types know neither what Python adds to it nor what is optional
# Chunks of a language from which on it gets lists; below, all are compared, at 50 ns each and 2 for each chunk of other
# languages: with 100,000 of a million that is 7 ms instead of 3. Lists once made are kept down to the second number,
# so that a corpus about that size does not change its kind at each sync.
LEAST, LEAST_KEPT = 75_000, 60_000
RETRAIN = 4  # times as many chunks as the lists were made for
# Lists looked into: so many, and at least this share; under a filter, which thins out what is near, twice as many.
# recall@10 and CPU milliseconds, asked with 60 real questions and without a filter: of 850,832 chunks in 4,096 lists .89
# and 3.8 with 384, .92 and 4.1 with 512, .97 and 6.4 with 1,024, .98 and 10 with 2,048; of 99,795 in 1,024 lists .94 and
# 2.7 with 384, .97 and 2.9 with 512. Half of the 850,832: .96 and 7.5 with 1,024, .98 and 11 with 2,048.
PROBED, PROBED_SHARE, FILTERED = 512, 1 / 4, 2
REFINED = (
    12  # codes' nearest whose vectors are looked at, for each one wanted; at least the next number
)
LEAST_REFINED = 1200
# A filter that leaves fewer chunks than this, or than this share, is answered exactly.
EXACT_CHUNKS, EXACT_SHARE = 50_000, 0.1
_SAMPLE_A_LIST = 32
_ROUNDS = 10  # of k-means
_ADDED_AT_ONCE = 16_384
_SEED = 1234
_NAME = re.compile(r"near-([0-9a-f]*)-(\d+)\.faiss")


class Approximate:
    """The lists of one language. Ids are keys of chunks."""

    def __init__(self, index: Any, trained_on: int) -> None:  # noqa: ANN401 - FAISS has no types
        self._index = index
        self._lists = _faiss.downcast_index(index)
        self.trained_on = trained_on

    @classmethod
    def train(cls, vectors: Vectors, places: NDArray[np.int64]) -> Self:
        """Empty lists around the centroids of these places."""
        lists = 1 << round(np.log2(4 * np.sqrt(len(places))))
        lists = min(lists, max(1, len(places) // _SAMPLE_A_LIST))
        size = min(len(places), lists * _SAMPLE_A_LIST)
        drawn = np.sort(np.random.default_rng(_SEED).choice(places, size, replace=False))
        quantizer = _faiss.IndexFlatIP(vectors.dimension)
        index = faiss.IndexIVFRaBitQ(
            quantizer, vectors.dimension, lists, faiss.METRIC_INNER_PRODUCT
        )
        index.own_fields = True
        quantizer.this.disown()
        index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = (
            _ROUNDS,
            _SEED,
            _SAMPLE_A_LIST,
        )
        index.cp.min_points_per_centroid = 1
        index.train(vectors.rows(drawn).astype(np.float32))
        return cls(index, len(places))

    @classmethod
    def read(cls, path: Path, *, mapped: bool) -> Self:
        """From a file; `mapped` to search it, not to change it.

        Raises:
            IndexDamagedError: the file is no such index.
        """
        found = _NAME.fullmatch(path.name)
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        except RuntimeError as error:
            raise IndexDamagedError(
                f"{path} can't be read ({str(error).splitlines()[0][:120]}); run `shawahid index --rebuild`"
            ) from None
        if found is None or not isinstance(faiss.downcast_index(index), faiss.IndexIVFRaBitQ):
            raise IndexDamagedError(
                f"{path} holds another kind of index; run `shawahid index --rebuild`"
            )
        return cls(index, int(found[2]))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def keys(self) -> NDArray[np.int64]:
        """All keys held."""
        lists = self._lists.invlists
        sizes = [int(lists.list_size(number)) for number in range(int(lists.nlist))]
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(number), size).copy()
            for number, size in enumerate(sizes)
            if size
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def add(self, vectors: Vectors, places: NDArray[np.int64], keys: NDArray[np.int64]) -> None:
        """Add the vectors of these places under their keys."""
        for at in range(0, len(places), _ADDED_AT_ONCE):
            rows = vectors.rows(places[at : at + _ADDED_AT_ONCE]).astype(np.float32)
            self._index.add_with_ids(rows, keys[at : at + _ADDED_AT_ONCE])

    def remove(self, keys: NDArray[np.int64]) -> None:
        """Remove these keys; unknown ones are passed over."""
        if len(keys):
            self._index.remove_ids(faiss.IDSelectorBatch(keys))

    def write(self, folder: Path, language: str) -> None:
        """Store in a file that tells its language and what it was trained on."""
        path = folder / f"near-{language.encode().hex()}-{self.trained_on}.faiss"
        temporary = path.with_name(path.name + ".new")
        try:
            faiss.write_index(self._index, str(temporary))
        except RuntimeError:  # all that FAISS says of a full disk
            raise OSError(None, f"{path.name} could not be written; is the disk full?") from None
        temporary.replace(path)

    def nearest(
        self, vector: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Keys that may be among the `limit` nearest, more than that; `among` restricts to those keys."""
        probed = max(PROBED, round(PROBED_SHARE * self._lists.nlist))
        parameters = _faiss.SearchParametersIVF(
            nprobe=probed if among is None else FILTERED * probed
        )
        if among is not None:
            allowed = np.zeros(int(among.max(initial=0)) + 1, np.bool_)
            allowed[among] = True
            bits = np.packbits(allowed, bitorder="little")
            selector = _faiss.IDSelectorBitmap(bits)
            parameters.sel = selector
        wanted = min(len(self), max(LEAST_REFINED, REFINED * limit))
        query = np.ascontiguousarray(vector, np.float32)[None]
        with one_thread():
            keys: NDArray[np.int64] = self._index.search(query, wanted, params=parameters)[1][0]
        return np.sort(keys[keys >= 0])


def language_of(path: Path) -> str | None:
    """The language that a file of lists is for; None for another file."""
    found = _NAME.fullmatch(path.name)
    return bytes.fromhex(found[1]).decode() if found else None


def files_of(folder: Path) -> dict[str, Path]:
    """The files of lists in a folder by language."""
    named = ((language_of(path), path) for path in sorted(folder.iterdir()))
    return {language: path for language, path in named if language is not None}


def renewed(
    folder: Path,
    language: str,
    vectors: Vectors,
    places: NDArray[np.int64],
    keys: NDArray[np.int64],
) -> None:
    """Bring a language's lists in line with its chunks: made, changed, made anew, or dropped.

    `places` and `keys` are those of all its chunks.
    """
    old = files_of(folder).get(language)
    if len(places) < (LEAST_KEPT if old else LEAST):
        if old:
            old.unlink()
        return
    lists = Approximate.read(old, mapped=False) if old else None
    if lists is None or len(places) > RETRAIN * lists.trained_on:
        lists, missing = Approximate.train(vectors, places), np.ones(len(places), np.bool_)
    else:
        held = lists.keys()
        lists.remove(np.setdiff1d(held, keys, assume_unique=True))
        missing = ~np.isin(keys, held, assume_unique=True)
        if not missing.any() and len(held) == len(keys):
            return
    lists.add(vectors, places[missing], keys[missing])
    if old:
        old.unlink()
    lists.write(folder, language)

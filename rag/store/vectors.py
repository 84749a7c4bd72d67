"""Vectors of unit length over several files, searched exactly by inner product.

A vector has a place: its number counted through the files in order, valid within one generation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.store.halves import Halves, best, group_cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Places = NDArray[np.int64]

_TIES = 64  # taken beyond the limit; copies of one text score alike
_READ_AT_ONCE = 4096  # rows made float32 together


class Vectors:
    """The files of one generation as one matrix, shape (len(self), dimension); nothing of it is kept in memory."""

    def __init__(self, files: Sequence[Halves], dimension: int) -> None:
        self._files = list(files)
        self._starts = np.cumsum([0, *map(len, self._files)])
        self.dimension = dimension

    def __len__(self) -> int:
        return int(self._starts[-1])

    def nearest(
        self, vector: NDArray[np.float32], limit: int, groups: Sequence[Places]
    ) -> list[Places]:
        """For each group of places, in order, the `limit` nearest, best first, ties by place. Exact for any group.

        What ties with the last comes too, up to a bound, so that few copies of a text are all or none in.
        """
        return [self._nearest(vector, limit, group) for group in groups]

    def _nearest(self, vector: NDArray[np.float32], limit: int, group: Places) -> Places:
        if limit <= 0 or not len(group):
            return group[:0]
        found = []
        for number, file in enumerate(self._files):
            start, end = int(self._starts[number]), int(self._starts[number + 1])
            first, last = np.searchsorted(group, (start, end))
            if last > first:
                among = None if last - first == end - start else group[first:last] - start
                scores, places = file.nearest(vector, limit + _TIES, among)
                found.append((scores, places + start))
        scores = np.concatenate([part for part, _ in found])
        places = np.concatenate([part for _, part in found])
        # scored anew in one way, so that equal vectors tie whichever file they are in
        return self.refined(vector, best(scores, places, limit + _TIES)[1], limit)

    def scores(
        self, vector: NDArray[np.float32], places: Sequence[int] | Places
    ) -> NDArray[np.float32]:
        """Cosine of `vector` with the vector at each place, shape (len(places),)."""
        # in float64, rounded: what the last digits of a score are depends on no machine
        rows = self.rows(places).astype(np.float64)
        return np.asarray(np.vecdot(rows, vector.astype(np.float64)), np.float32)

    def cost(self, count: int) -> float:
        """What searching a group of so many costs, told in vectors compared one after another."""
        return group_cost(len(self), count)

    def rows(self, places: Sequence[int] | Places) -> NDArray[np.float16]:
        """The vectors at these places, shape (len(places), dimension)."""
        wanted = np.asarray(places, np.int64)
        found = np.empty((len(wanted), self.dimension), np.float16)
        of_file = np.searchsorted(self._starts, wanted, side="right") - 1
        for number in np.unique(of_file):
            here = of_file == number
            found[here] = self._files[number].take(wanted[here] - self._starts[number])
        return found

    def refined(self, vector: NDArray[np.float32], places: Places, limit: int) -> Places:
        """The `limit` nearest of few places, and what ties with the last."""
        scores = np.empty(len(places), np.float32)
        for at in range(0, len(places), _READ_AT_ONCE):
            part = self.rows(places[at : at + _READ_AT_ONCE]).astype(np.float32)
            scores[at : at + len(part)] = np.vecdot(part, vector)
        return first_and_ties(scores, places, limit)


def first_and_ties(scores: NDArray[np.float32], places: Places, limit: int) -> Places:
    """The `limit` best places, best first and ties by place, and what ties with the last, up to a bound."""
    scores, places = best(scores, places, limit + _TIES)
    if len(scores) > limit:
        places = places[scores >= scores[limit - 1]]
    return places


def with_ties(hits: list[tuple[int, float]], limit: int) -> list[tuple[int, float]]:
    """The first `limit` of what is sorted best first, and what scores like the last of them."""
    if len(hits) <= limit:
        return hits
    last = hits[limit - 1][1]
    return [hit for place, hit in enumerate(hits) if place < limit or hit[1] == last]

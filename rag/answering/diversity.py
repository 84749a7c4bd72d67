"""Keeps one article, or the copies of one story, from crowding out other sources."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

T = TypeVar("T")


def spread(ranked: Sequence[T], limit: int, most: int, story: Callable[[T], Hashable]) -> list[T]:
    """The first `limit` of `ranked`, at most `most` of one story while others are to be had.

    Read from the best down, an item is taken unless its story has `most` items already; if places are left at the
    end, those passed over fill them, best first. What is taken is returned in the given order, so the first
    result never changes, nor does anything where no story goes beyond `most`; at equal input, equal output.
    """
    taken: set[int] = set()
    counts: Counter[Hashable] = Counter()
    for place, item in enumerate(ranked):
        if len(taken) == limit:
            break
        if counts[story(item)] < most:
            counts[story(item)] += 1
            taken.add(place)
    rest = (place for place in range(len(ranked)) if place not in taken)
    taken.update(place for place, _ in zip(rest, range(limit - len(taken)), strict=False))
    return [ranked[place] for place in sorted(taken)]

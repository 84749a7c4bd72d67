"""From scores of single questions to figures with intervals.

Every figure is a sum over a sum: each question adds `[numerator, denominator]`. A mean has denominators
of one; a question outside a figure's population has a denominator of zero, a crash a numerator of zero.
So one bootstrap over questions serves them all (Efron 1979, percentile intervals), and two runs are
compared by drawing the same questions from both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Score = tuple[float, float]
    Scores = Mapping[str, Score]
    Array = NDArray[np.float64]

REPLICATES = 2000
_BATCH = 100  # replicates drawn at once: bounds memory at 100 × questions numbers
_SEED = 20_200_323  # any number; fixed, so that a report prints the same interval twice
_PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in [0, 1] with its 95 % interval, over `n` units; `step` is what one question can move it."""

    value: float
    low: float
    high: float
    n: float
    step: float


@dataclass(frozen=True, slots=True)
class Change:
    """Second run minus first, with the 95 % interval of the difference, over the questions of both."""

    before: float
    after: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def summarize(rows: Sequence[Scores]) -> dict[str, Figure]:
    """The figures in the rows, in their order there; those that no question counts for are left out."""
    names = _names(rows)
    if not names:
        return {}
    top, bottom = _sums(rows, names)
    sampled = _bootstrap([(top, bottom)])[0]
    low, high = np.nanpercentile(sampled, _PERCENTILES, axis=0)
    value = top.sum(axis=0) / bottom.sum(axis=0)
    step = bottom.max(axis=0) / bottom.sum(axis=0)
    return {
        name: Figure(*map(float, (value[i], low[i], high[i], bottom[:, i].sum(), step[i])))
        for i, name in enumerate(names)
    }


def compare(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> dict[str, Change]:
    """What changed for each figure both runs have, over the question ids both runs have."""
    common = [q for q in before if q in after]
    first, second = [before[q] for q in common], [after[q] for q in common]
    others = set(_names(second))
    names = [name for name in _names(first) if name in others]
    if not names:
        return {}
    pairs = [_sums(first, names), _sums(second, names)]
    one, two = _bootstrap(pairs)
    low, high = np.nanpercentile(two - one, _PERCENTILES, axis=0)
    ends = [top.sum(axis=0) / bottom.sum(axis=0) for top, bottom in pairs]
    return {
        name: Change(*map(float, (ends[0][i], ends[1][i], low[i], high[i])))
        for i, name in enumerate(names)
    }


def _names(rows: Sequence[Scores]) -> list[str]:
    names = dict.fromkeys(name for row in rows for name in row)
    return [name for name in names if any(row.get(name, (0.0, 0.0))[1] > 0 for row in rows)]


def _sums(rows: Sequence[Scores], names: Sequence[str]) -> tuple[Array, Array]:
    table = np.array(
        [[row.get(name, (0.0, 0.0)) for name in names] for row in rows], dtype=np.float64
    )
    return table[:, :, 0], table[:, :, 1]


def _bootstrap(pairs: Sequence[tuple[Array, Array]]) -> list[Array]:
    """For each pair, figures of shape (REPLICATES, names); row i draws the same questions for all pairs."""
    random = np.random.default_rng(_SEED)
    questions = len(pairs[0][0])
    batches: list[list[Array]] = [[] for _ in pairs]
    for _ in range(REPLICATES // _BATCH):
        times = random.multinomial(questions, np.full(questions, 1 / questions), size=_BATCH)
        for (top, bottom), out in zip(pairs, batches, strict=True):
            below = times @ bottom
            # A draw may hold no question of a figure's population; it then says nothing about it.
            out.append(
                np.divide(times @ top, below, out=np.full_like(below, np.nan), where=below > 0)
            )
    return [np.concatenate(out) for out in batches]

"""What confidence is worth: calibration and the price of coverage, from the rows of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.measures import GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.rows import Row

BINS = 10


@dataclass(frozen=True, slots=True)
class Forecast:
    """A probability that was stated, and whether the thing came true."""

    probability: float
    came_true: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of like probability: their mean, the share that came true, and how many there are."""

    mean: float
    share: float
    count: int


def answerable_forecasts(rows: Sequence[Row]) -> list[Forecast]:
    """Of every question that got a status: the confidence, and whether the corpus holds the answer."""
    return [
        Forecast(r.confidence, r.answerable) for r in rows if r.confidence is not None and r.status
    ]


def answer_forecasts(rows: Sequence[Row]) -> list[Forecast]:
    """Of every answer given: the confidence, and whether it is right."""
    return [
        Forecast(r.confidence, r.correct)
        for r in rows
        if r.confidence is not None and r.status in GIVEN
    ]


def reliability(forecasts: Sequence[Forecast]) -> list[Bin]:
    """Forecasts in `BINS` bins of equal width, empty ones left out."""
    if not forecasts:
        return []
    probabilities = np.array([f.probability for f in forecasts])
    came_true = np.array([f.came_true for f in forecasts], float)
    places = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    return [
        Bin(float(probabilities[here].mean()), float(came_true[here].mean()), int(here.sum()))
        for here in (places == place for place in np.unique(places))
    ]


def calibration_error(forecasts: Sequence[Forecast]) -> float | None:
    """Expected calibration error (Naeini et al. 2015): mean distance of a bin's mean from its share.

    None where there is no forecast.
    """
    bins = reliability(forecasts)
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.mean - b.share) for b in bins) / total if total else None


def risk_coverage(forecasts: Sequence[Forecast], population: int) -> list[tuple[float, float]]:
    """Coverage and risk as the threshold falls (El-Yaniv and Wiener 2010).

    Coverage is the share of `population` that is answered, risk the share of those answered that did
    not come true. Forecasts of the same probability fall together.
    """
    if not forecasts:
        return []
    ranked = sorted(forecasts, key=lambda f: -f.probability)
    wrong = np.cumsum([not f.came_true for f in ranked])
    last = [
        at
        for at in range(len(ranked))
        if at + 1 == len(ranked) or ranked[at + 1].probability < ranked[at].probability
    ]
    return [((at + 1) / population, float(wrong[at]) / (at + 1)) for at in last]


def area(points: Sequence[tuple[float, float]]) -> float | None:
    """Mean risk over the coverages reached: the area under the curve by the coverage at its end.

    None where there is no point.
    """
    if not points:
        return None
    coverage = np.array([0.0, *(x for x, _ in points)])
    risk = np.array([y for _, y in points])
    return float((np.diff(coverage) * risk).sum() / coverage[-1])

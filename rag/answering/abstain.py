"""Evidence → the probability that the passages answer the question, and whether to answer."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.writers import Evidence


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted by `eval/fit_evidence.py`; `threshold` follows the rule stated there."""

    intercept: float
    best: float  # weight of the best sentence's log-odds
    second: float  # of the next best one's
    threshold: float


@cache
def fitted_calibration() -> Calibration:
    """The calibration in `evidence.json`."""
    data = json.loads(files("rag.answering").joinpath("evidence.json").read_text("utf-8"))
    return Calibration(**data["calibration"])


def answer_probability(evidence: Sequence[Evidence], calibration: Calibration) -> float:
    """Probability, in [0, 1], that the evidence holds an answer; 0 without evidence."""
    if not evidence:
        return 0.0
    odds = sorted((log_odds(e.probability) for e in evidence), reverse=True)
    best, second = odds[0], odds[min(1, len(odds) - 1)]
    return 1 / (
        1
        + math.exp(-(calibration.intercept + calibration.best * best + calibration.second * second))
    )


def log_odds(p: float) -> float:
    """Logit of a probability, which is kept off 0 and 1."""
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))

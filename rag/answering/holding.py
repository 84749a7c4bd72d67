"""How probable it is that a quotation holds a statement: the signs weighed by a fitted logistic regression.

Fitted by `python -m eval.fit_verifier`, in one language and across two; kept in `holding.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.signs import SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Holding:
    """Intercept and coefficients in the order of `SIGNS`, in one language and across; `threshold` in (0, 1)."""

    same: tuple[float, tuple[float, ...]]
    cross: tuple[float, tuple[float, ...]]
    threshold: float

    def probability(self, signs: Sequence[float], *, is_cross: bool) -> float:
        """That the quotation holds the statement, in [0, 1]."""
        intercept, coefficients = self.cross if is_cross else self.same
        log_odds = intercept + sum(c * x for c, x in zip(coefficients, signs, strict=True))
        return 1 / (1 + exp(-min(max(log_odds, -30.0), 30.0)))


@cache
def fitted_holding() -> Holding:
    """The fitted numbers, kept beside this file."""
    kept = json.loads(Path(__file__).with_name("holding.json").read_text("utf-8"))
    same, cross = (
        (float(model["intercept"]), tuple(float(model["coefficients"][name]) for name in SIGNS))
        for model in (kept["models"]["same"], kept["models"]["cross"])
    )
    return Holding(same, cross, float(kept["threshold"]))

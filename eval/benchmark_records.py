"""What a benchmark is asked to do, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from eval.figures import Change, Figure

WHOLE = "whole"  # parts of retrieval, then the part that is none
LEGS = ("dense", "sentence", "lexical")
ANSWERS = "answers"
LEADING = "nDCG@10"  # the measure in which the whole has to lead each leg


@dataclass(frozen=True, slots=True)
class Options:
    """What of the sets is measured.

    `limit`: questions of each language at most. `pairs`: languages of question and passages, None for
    all that a set has. `pools`: languages whose passages are measured as one corpus of all sets too.
    `work`: folder that keeps indexes and vectors for the next time, None to keep nothing.
    """

    limit: int | None = None
    pairs: frozenset[tuple[str, str]] | None = None
    pools: tuple[str, ...] = ()
    answers: bool = True
    work: Path | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one set and one pair of languages ("ru→ar": Russian questions, Arabic passages).

    `part` is the leg of retrieval that was measured ("whole" for all of it), or "answers". `lead` is
    by how much the whole is above a leg in nDCG@10, question by question. `left_out`: questions for
    which the set names nothing that could be found.
    """

    set: str
    pair: str
    part: str
    passages: int
    left_out: int
    figures: dict[str, Figure]
    lead: Change | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index took: seconds to bring it in line, seconds and number of the searches in it."""

    set: str
    language: str
    passages: int
    index_s: float
    searches: int
    search_s: float


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """All lines, and with which model and settings they came about."""

    created: str
    model: dict[str, str]
    settings: dict[str, Any]
    lines: tuple[Line, ...]
    indexes: tuple[Indexed, ...] = ()
    notes: tuple[str, ...] = ()

"""The gate: no figure may fall below its floor, on exactly the data the floors were measured on.

`floors.json` holds the floors beside the SHA-256 of the question file and of every corpus file and their
counts, so that a changed or shrunken corpus shows in review. `--update` pins anew and raises floors; it
lowers one only with `--allow-regression`.

Tolerance. The extractive writer is deterministic, but another CPU or library release may round a
similarity otherwise and flip a question that stood on the edge. One question's flip moves a mean over n
questions by 1/n, and a share of all citations by that question's part of them. That much is forgiven,
two flips are not: a change that costs two questions is a change of the program. What must hold for every
single question ("completed", "quotation exactness") is forgiven nothing. A floor is never lowered by
what is forgiven, so small losses can't add up from update to update.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.figures import Figure
from eval.goldset import read_questions
from eval.rows import read_json, write_json
from eval.run import describe_corpus, describe_questions
from rag.errors import ShawahidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eval.rows import Result

FLOORS = Path(__file__).parent / "floors.json"
UPDATE = "python -m eval gate --update"
FORMAT = 1
EXACT = frozenset({"completed", "quotation exactness"})
_ROUNDING = 1e-9  # of sums of floats; no question can move a figure by so little


class GateError(ShawahidError):
    """The floors don't hold, or can't be compared with; one line for every fault."""


@dataclass(frozen=True, slots=True)
class Pins:
    """The data that floors were measured on."""

    questions: dict[str, Any]
    corpus: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Floors:
    """`floors`: least value of each figure, in [0, 1]. `model`: who embedded when they were set."""

    pins: Pins
    model: dict[str, str] | None
    floors: dict[str, float]


def pin(questions: Path, corpus: Path) -> Pins:
    """The data as it is now.

    Raises:
        ShawahidError: the question file or the corpus can't be read.
    """
    return Pins(describe_questions(questions, read_questions(questions)), describe_corpus(corpus))


def read_floors(path: Path) -> Floors:
    """The floors in force.

    Raises:
        GateError: there are none, or the file is none of ours.
    """
    try:
        data = read_json(path, FORMAT)
        floors = {str(name): float(value) for name, value in data["floors"].items()}
        return Floors(Pins(data["questions"], data["corpus"]), data["model"], floors)
    except FileNotFoundError:
        raise GateError(f"no floors in {path}; set them with `{UPDATE}`") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GateError(
            f"{path} can't be read as floors ({error}); restore it, or run `{UPDATE}`"
        ) from None


def write_floors(floors: Floors, path: Path) -> None:
    """Write whole or not at all."""
    data = {"format": FORMAT, **asdict(floors.pins), "model": floors.model, "floors": floors.floors}
    write_json(data, path)


def check_pins(pinned: Pins, present: Pins) -> None:
    """Refuse to compare figures of different data.

    Raises:
        GateError: names what changed and the command that measures and pins anew.
    """
    changes = [*_question_changes(pinned.questions, present.questions)]
    changes += _corpus_changes(pinned.corpus["files"], present.corpus["files"])
    if changes:
        remedy = f"review the change, then measure and pin anew with `{UPDATE}`"
        raise GateError(
            "\n  ".join(["the data is not what the floors were set on:", *changes, remedy])
        )


def check_model(floors: Floors, result: Result) -> None:
    """Refuse to compare figures of another embedding model.

    Raises:
        GateError: names both models.
    """
    then, now = (floors.model or {}).get("name"), (result.model or {}).get("name")
    if then != now:
        raise GateError(
            f"the floors were set with the model {then}, this run used {now}; choose {then} again "
            f"(SHAWAHID_EMBEDDING_MODEL), or measure and pin anew with `{UPDATE}`"
        )


def check_floors(floors: Mapping[str, float], figures: Mapping[str, Figure]) -> None:
    """Hold every figure against its floor.

    Raises:
        GateError: names each figure below its floor by more than the tolerance, or no longer measured.
    """
    faults = _regressions(floors, figures)
    if faults:
        raise GateError("\n  ".join([f"{len(faults)} of {len(floors)} floors broken:", *faults]))


def raised(
    old: Floors | None, result: Result, pins: Pins, *, allow_regression: bool = False
) -> Floors:
    """New floors: each the higher of old and measured; figures new to the gate start at what was measured.

    With `allow_regression` a floor that is broken falls to what was measured, or goes with its figure.

    Raises:
        GateError: a floor would fall, and that is not allowed.
    """
    figures = figures_of(result)
    before = old.floors if old else {}
    broken = _regressions(before, figures)
    if broken and not allow_regression:
        remedy = f"if that is meant, say so with `{UPDATE} --allow-regression`"
        raise GateError("\n  ".join(["floors are not lowered silently:", *broken, remedy]))
    floors = {
        name: figure.value
        if _is_broken(name, before, figure)
        else max(figure.value, before.get(name, 0.0))
        for name, figure in figures.items()
    }
    return Floors(
        pins, result.model, {name: _rounded_down(value) for name, value in floors.items()}
    )


def tolerance(name: str, figure: Figure) -> float:
    """What one question can move the figure; nothing for what must hold for each question."""
    return _ROUNDING if name in EXACT else figure.step + _ROUNDING


def figures_of(result: Result) -> dict[str, Figure]:
    """The figures of a run by name."""
    return {name: Figure(**figure) for name, figure in result.figures.items()}


def _rounded_down(value: float) -> float:
    return (
        math.floor(value * 1e6 + 1e-3) / 1e6
    )  # 2/3 is 0.666666: a floor rounded up would not hold


def _is_broken(name: str, floors: Mapping[str, float], figure: Figure) -> bool:
    return name in floors and figure.value < floors[name] - tolerance(name, figure)


def _regressions(floors: Mapping[str, float], figures: Mapping[str, Figure]) -> list[str]:
    faults = []
    for name, floor in floors.items():
        figure = figures.get(name)
        if figure is None:
            faults.append(f"{name}: floor {floor:.4f}, but no longer measured")
        elif _is_broken(name, floors, figure):
            allowed = tolerance(name, figure)
            faults.append(
                f"{name}: {figure.value:.4f}, floor {floor:.4f}, tolerance {allowed:.4f} (n {figure.n:g})"
            )
    return faults


def _question_changes(pinned: Mapping[str, Any], present: Mapping[str, Any]) -> list[str]:
    if pinned["sha256"] == present["sha256"]:
        return []
    return [f"questions: changed, {pinned['count']} then, {present['count']} now"]


def _corpus_changes(pinned: Mapping[str, str], present: Mapping[str, str]) -> list[str]:
    changes = {
        "removed": [name for name in pinned if name not in present],
        "added": [name for name in present if name not in pinned],
        "changed": [name for name in pinned if name in present and pinned[name] != present[name]],
    }
    return [f"corpus: {sort} {', '.join(names)}" for sort, names in changes.items() if names]

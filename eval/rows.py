"""A run on disk: one JSON file with what was asked, of which product, and every question's row."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import UsageError

if TYPE_CHECKING:
    from eval.figures import Score, Scores

FORMAT = 1
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """A question, its answer and its verdict. `scores` are `(numerator, denominator)` by figure.

    `history`: the questions before it, of a dialogue.
    """

    id: str
    question: str
    language: str
    kind: str
    answerable: bool
    time: str | None
    status: str | None  # None: asking crashed
    text: str
    confidence: float | None
    correct: bool
    reasons: tuple[str, ...]
    wrong_year: str | None
    error: str | None
    ask_ms: float
    timings_ms: dict[str, float]
    citations: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    scores: dict[str, Score]
    history: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """A whole run. `corpus` and `questions` name digests and counts; `model` is None where unknown."""

    created: str
    version: str
    settings: dict[str, Any]
    model: dict[str, str] | None
    machine: dict[str, Any]
    corpus: dict[str, Any] | None
    questions: dict[str, Any]
    index_s: float | None
    refused_files: list[str]
    figures: dict[str, dict[str, float]]
    rows: list[Row] = field(repr=False)
    format: int = FORMAT

    @property
    def scores(self) -> dict[str, Scores]:
        """Scores by question id, as `figures.compare` takes them."""
        return {row.id: row.scores for row in self.rows}


def write_result(result: Result, path: Path) -> None:
    """Write as JSON, whole or not at all."""
    write_json(dataclasses.asdict(result), path)


def write_json(data: dict[str, Any], path: Path) -> None:
    """As `write_text`, as JSON."""
    write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write beside the target, flush to disk, then rename over it.

    Raises:
        UsageError: the path can't be written.
    """
    temporary = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise UsageError(
            f"{path} can't be written ({error.strerror or error}); name another place"
        ) from None


def read_json(path: Path, expected_format: int) -> dict[str, Any]:
    """A JSON object with its "format".

    Raises:
        OSError, ValueError: it can't be read, or has another format.
    """
    data = json.loads(path.read_text("utf-8"))
    if not isinstance(data, dict) or data.get("format") != expected_format:
        raise ValueError(f'no object with "format": {expected_format}')
    return data


def read_result(path: Path) -> Result:
    """A result that `write_result` wrote.

    Raises:
        UsageError: there is no such file, or it is no result of this version.
    """
    try:
        data = read_json(path, FORMAT)
        return Result(**{**data, "rows": [Row(**_row(row)) for row in data["rows"]]})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no result of `python -m eval run` ({error}); make one with it"
        ) from None


def newest_result(folder: Path) -> Path:
    """The latest result by its name, which is its time.

    Raises:
        UsageError: there is none yet.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(f"no result in {folder}; make one with `python -m eval run`")
    return paths[-1]


def _row(data: dict[str, Any]) -> dict[str, Any]:
    scores = {name: (float(top), float(bottom)) for name, (top, bottom) in data["scores"].items()}
    return {**data, "scores": scores, "reasons": tuple(data["reasons"])}

"""What a benchmark found, as JSON and as tables, beside what others published."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from eval.report import interval, table
from eval.rows import write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.benchmark import BenchmarkReport, Line
    from eval.figures import Figure

PUBLISHED = Path(__file__).parent / "published.json"


def write_benchmark(report: BenchmarkReport, path: Path) -> None:
    """Every figure with its interval, as JSON."""
    write_json(dataclasses.asdict(report), path)


def render_benchmark(report: BenchmarkReport, published: Path = PUBLISHED) -> str:
    """Retrieval, answers, and what others published on the same sets."""
    model = report.model["name"] if report.model else "unknown"
    retrieval = [line for line in report.lines if line.part != "answers"]
    answers = [line for line in report.lines if line.part == "answers"]
    parts = [f"{report.created}, model {model}"]
    if retrieval:
        parts.append(_line_table(retrieval, ("R@1", "nDCG@10"), ("R@5", "R@10", "MRR@10")))
    if answers:
        rest = ("all citations", "answered", "refused")
        parts.append(_line_table(answers, ("first citation",), rest))
    beside = _beside_published(retrieval, published)
    return "\n".join([*parts, beside] if beside else parts)


def _line_table(lines: Sequence[Line], with_interval: Sequence[str], plain: Sequence[str]) -> str:
    rows = []
    for line in lines:
        shown = [_cell(line.figures.get(name), interval_too=True) for name in with_interval]
        shown += [_cell(line.figures.get(name)) for name in plain]
        n = max(figure.n for figure in line.figures.values())
        rows.append((f"{line.set} {line.pair}", line.part, str(line.passages), f"{n:g}", *shown))
    return table(("set and pair", "part", "passages", "n", *with_interval, *plain), rows)


def _cell(figure: Figure | None, *, interval_too: bool = False) -> str:
    if figure is None:
        return "-"
    return f"{figure.value:.3f}" + (f" ({interval(figure)})" if interval_too else "")


def _beside_published(lines: Sequence[Line], published: Path) -> str:
    rows = []
    for other in json.loads(published.read_text("utf-8"))["figures"]:
        for line in lines:
            figure = line.figures.get(other["figure"])
            if figure and (line.set, line.pair, line.part) == (
                other["set"],
                other["pair"],
                "whole",
            ):
                name = f"{line.set} {line.pair} {other['figure']}"
                rows.append(
                    (name, _cell(figure), f"{other['value']:.3f}", other["system"], other["source"])
                )
    return table(("published beside", "here", "theirs", "system", "source"), rows) if rows else ""

"""What a benchmark found: as JSON, as tables for a terminal or in Markdown, and as a plot."""

from __future__ import annotations

import dataclasses
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eval.benchmark_records import ANSWERS, LEADING, LEGS, WHOLE
from eval.plots import dot_plot
from eval.report import interval, table
from eval.rows import write_json, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.benchmark_records import BenchmarkReport, Line
    from eval.figures import Figure

PUBLISHED = Path(__file__).parent / "published.json"
_PLOT_ROOM = 0.05  # room below the lowest interval


class Table(NamedTuple):
    """Rows of text under a title; `note` says what the columns mean."""

    title: str
    note: str
    headers: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def write_benchmark(report: BenchmarkReport, path: Path) -> None:
    """Every figure with its interval, as JSON."""
    write_json(dataclasses.asdict(report), path)


def render_benchmark(report: BenchmarkReport, published: Path = PUBLISHED) -> str:
    """All tables, for a terminal."""
    parts = [
        f"\n{part.title}\n{table(part.headers, part.rows)}" for part in _tables(report, published)
    ]
    return "\n".join([_identity(report), *parts, *report.notes])


def write_page(
    report: BenchmarkReport, path: Path, arguments: Sequence[str], published: Path = PUBLISHED
) -> None:
    """All tables as Markdown, and beside it the plot as SVG under the same name."""
    plot = path.with_suffix(".svg")
    write_text(benchmark_plot(report), plot)
    parts = [
        "# Retrieval and answers on public sets",
        f"{_identity(report)}. Made by\n\n```\n{shlex.join(arguments)}\n```",
        f"![{LEADING} of the whole and of each leg]({plot.name})",
        *(_markdown(part) for part in _tables(report, published)),
        "\n".join(f"- {note}" for note in report.notes),
    ]
    write_text("\n\n".join(parts) + "\n", path)


def benchmark_plot(report: BenchmarkReport) -> str:
    """The leading measure of the whole and of each leg, with intervals."""
    rows: dict[str, dict[str, tuple[float, float, float]]] = {}
    for line in report.lines:
        if line.part != ANSWERS:
            figure = line.figures[LEADING]
            rows.setdefault(_name(line), {})[line.part] = (figure.value, figure.low, figure.high)
    lows = [low for row in rows.values() for _, low, _ in row.values()]
    low = max(0.0, min(lows, default=0.0) - _PLOT_ROOM)
    return dot_plot(f"{LEADING}, with 95 % intervals", rows, (int(low * 10) / 10, 1.0))


def _identity(report: BenchmarkReport) -> str:
    return f"{report.created}, model {report.model['name']}, intervals of 95 %"


def _name(line: Line) -> str:
    return f"{line.set} {line.pair}"


def _tables(report: BenchmarkReport, published: Path) -> list[Table]:
    retrieval = [line for line in report.lines if line.part != ANSWERS]
    answers = [line for line in report.lines if line.part == ANSWERS]
    others = json.loads(published.read_text("utf-8"))
    tables = [
        _whole_and_legs(retrieval),
        _measures(retrieval),
        _answer_table(answers),
        _beside_published(retrieval, others["figures"]),
        _near(others.get("near", [])),
        _times(report),
    ]
    return [part for part in tables if part.rows]


def _whole_and_legs(lines: Sequence[Line]) -> Table:
    rows = []
    by_name: dict[str, dict[str, Line]] = {}
    for line in lines:
        by_name.setdefault(_name(line), {})[line.part] = line
    for name, parts in by_name.items():
        whole = parts[WHOLE]
        figure = whole.figures[LEADING]
        cells = [_cell(parts[leg].figures[LEADING]) for leg in LEGS]
        n = f"{figure.n:g}"
        shown = _cell(figure, interval_too=True)
        rows.append((name, str(whole.passages), n, shown, *cells, _leads(parts)))
    note = (
        f"{LEADING} of the whole of retrieval and of each leg by itself over the same index. The last "
        "column tells whether the whole is at least as good as every leg, or how far a leg is ahead "
        "(with the interval of the paired difference)."
    )
    headers = ("set and pair", "passages", "n", WHOLE, *LEGS, "whole ≥ legs")
    return Table(f"Whole and legs, {LEADING}", note, headers, rows)


def _leads(parts: dict[str, Line]) -> str:
    ahead = []
    for leg in LEGS:
        lead = parts[leg].lead
        if lead is not None and lead.after < lead.before:
            by = f"{lead.before - lead.after:+.3f} ({-lead.high:+.3f} to {-lead.low:+.3f})"
            ahead.append(f"no: {leg} {by}")
    return "; ".join(ahead) or "yes"


def _measures(lines: Sequence[Line]) -> Table:
    names = ("R@1", "R@5", "R@10", "MRR@10", LEADING)
    rows = []
    for line in lines:
        cells = (_cell(line.figures.get(n), interval_too=n == LEADING) for n in names)
        lead = line.lead
        by = "" if lead is None else f"{lead.after - lead.before:+.3f} ({interval(lead)})"
        rows.append((_name(line), line.part, *cells, by))
    note = f"`lead`: by how much the whole is above the leg in {LEADING}, question by question."
    return Table("Every measure", note, ("set and pair", "part", *names, "lead"), rows)


def _answer_table(lines: Sequence[Line]) -> Table:
    names = ("first citation", "all citations", "answered", "refused")
    rows = []
    for line in lines:
        n = max(figure.n for figure in line.figures.values())
        cells = (_cell(line.figures.get(name), interval_too=True) for name in names)
        rows.append((_name(line), f"{n:g}", *cells))
    note = "Share of questions whose first quotation, or any, holds the set's answer; what was refused."
    return Table("Answers", note, ("set and pair", "n", *names), rows)


def _beside_published(lines: Sequence[Line], others: Sequence[dict[str, str]]) -> Table:
    wholes = {(line.set, line.pair): line for line in lines if line.part == WHOLE}
    rows = []
    for other in others:
        line = wholes.get((other["set"], other["pair"]))
        figure = line.figures.get(other["figure"]) if line else None
        if line and figure:
            rows.append((f"{_name(line)} {other['figure']}", _cell(figure), *_published(other)))
    headers = ("set, pair, measure", "here", "theirs", "system", "source")
    return Table("Beside published figures", "The same set and questions.", headers, rows)


def _near(others: Sequence[dict[str, str]]) -> Table:
    rows = [(f"{o['set']} {o['figure']}", *_published(o)) for o in others]
    headers = ("set, measure", "theirs", "system", "source")
    note = "Other data of the same sort: an order of magnitude, no comparison."
    return Table("Published on other data", note, headers, rows)


def _published(other: dict[str, str]) -> tuple[str, str, str]:
    return f"{float(other['value']):.3f}", other["system"], other["source"]


def _times(report: BenchmarkReport) -> Table:
    rows = [
        (
            f"{i.set} {i.language}",
            str(i.passages),
            f"{i.index_s:.1f}",
            str(i.searches),
            f"{i.search_s:.1f}",
        )
        for i in report.indexes
    ]
    headers = ("index", "passages", "indexing, s", "searches", "searching, s")
    note = "Vectors kept from an earlier run are not computed again."
    return Table("What it took", note, headers, rows)


def _cell(figure: Figure | None, *, interval_too: bool = False) -> str:
    if figure is None:
        return "-"
    return f"{figure.value:.3f}" + (f" ({interval(figure)})" if interval_too else "")


def _markdown(part: Table) -> str:
    rule = ["---", *("--:" for _ in part.headers[1:])]
    rows = [part.headers, rule, *part.rows]
    lines = ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    return f"## {part.title}\n\n{part.note}\n\n" + "\n".join(lines)

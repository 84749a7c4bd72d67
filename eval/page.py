"""A run, or the change between two, as one HTML page that needs nothing beside it.

Everything that comes out of questions, articles and answers is escaped: the templates by Jinja, the
plots by the XML writer.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
import numpy as np
from markupsafe import Markup

from eval.curves import (
    answer_forecasts,
    answerable_forecasts,
    area,
    calibration_error,
    reliability,
    risk_coverage,
)
from eval.figures import compare, summarize
from eval.plots import Curve, curve_plot, dot_plot, histogram
from eval.report import (
    breakdown,
    change_rows,
    differences,
    figure_rows,
    identity,
    interval,
    latency_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eval.rows import Result, Row

_TEMPLATES = Path(__file__).parent / "templates"
_ACCURACY = "answer accuracy"
_TILES = (_ACCURACY, "citation recall", "citation precision", "abstention recall", "no wrong year")
_FILTERS: dict[str, Callable[[Row], str]] = {
    "verdict": lambda row: "right" if row.correct else "wrong",
    "status": lambda row: row.status or "crashed",
    "kind": lambda row: row.kind,
    "language": lambda row: row.language,
}


class Tile(NamedTuple):
    """A figure to be seen first."""

    name: str
    value: str
    note: str


class Grid(NamedTuple):
    """A table under its title."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


def report_page(result: Result) -> str:
    """The page of one run."""
    rows = result.rows
    given, asked = answer_forecasts(rows), answerable_forecasts(rows)
    wrong, missing = risk_coverage(given, len(rows)), risk_coverage(asked, len(rows))
    errors = {"answers given": calibration_error(given), "all questions": calibration_error(asked)}
    return _render(
        "report.html.j2",
        result=result,
        identity=identity(result),
        tiles=_tiles(rows),
        plots={
            "kinds": _accuracy_plot("Answer accuracy by kind", rows, lambda row: row.kind),
            "languages": _accuracy_plot(
                "Answer accuracy by language", rows, lambda row: row.language
            ),
            "risk": _risk_plot(wrong, missing),
            "reliability": _reliability_plot(rows),
            "latency": _latency_plot(rows),
        },
        areas={"answers": _area(wrong), "questions": _area(missing)},
        errors=", ".join(f"{n} {e:.3f}" for n, e in errors.items() if e is not None),
        latency=Grid("", ("step", "p50", "p95", "n"), latency_rows(rows)),
        figures=Grid("", ("figure", "value", "95 % interval", "n"), figure_rows(rows)),
        breakdowns=[
            Grid(f"By {name}", *breakdown(name, rows, key))
            for name, key in (("kind", _FILTERS["kind"]), ("language", _FILTERS["language"]))
        ],
        filters={name: sorted({key(row) for row in rows}) for name, key in _FILTERS.items()},
        settings=[(name, str(value)) for name, value in sorted(result.settings.items())],
    )


def comparison_page(before: Result, after: Result) -> str:
    """The page of what changed from the first run to the second."""
    old, new = ({row.id: row for row in result.rows} for result in (before, after))
    common = [question for question in old if question in new]
    changes = compare(before.scores, after.scores)
    spans = {n: {"change": (c.after - c.before, c.low, c.high)} for n, c in changes.items()}
    most = max([0.05, *(abs(v) for row in spans.values() for v in row["change"])])
    most = math.ceil(most * 20) / 20  # round numbers on the scale
    turned: dict[str, list[tuple[Row, Row]]] = {"Now wrong": [], "Now right": []}
    for pair in ((old[q], new[q]) for q in common if old[q].correct != new[q].correct):
        turned["Now right" if pair[1].correct else "Now wrong"].append(pair)
    turned["The same verdict on another answer"] = [
        (old[q], new[q])
        for q in common
        if old[q].correct == new[q].correct and old[q].text != new[q].text
    ]
    return _render(
        "compare.html.j2",
        before=before,
        after=after,
        identities=(identity(before), identity(after)),
        common=len(common),
        single=len(old) + len(new) - 2 * len(common),
        differences=differences(before, after),
        changes=Grid(
            "", ("figure", "before", "after", "change", "95 % interval", ""), change_rows(changes)
        ),
        plot=Markup(dot_plot("Change of each figure", spans, (-most, most))),  # noqa: S704 - XML writer
        turned=turned,
    )


def _render(template: str, **context: Any) -> str:  # noqa: ANN401 - what the template names
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template(template).render(**context) + "\n"


def _tiles(rows: Sequence[Row]) -> list[Tile]:
    figures = summarize([row.scores for row in rows])
    tiles = [
        Tile(name, f"{figures[name].value:.2f}", interval(figures[name]))
        for name in _TILES
        if name in figures
    ]
    middle, slow = np.percentile([row.ask_ms for row in rows] or [0.0], (50, 95))
    return [*tiles, Tile("time to an answer", f"{middle:.0f} ms", f"p95 {slow:.0f} ms")]


def _accuracy_plot(title: str, rows: Sequence[Row], key: Callable[[Row], str]) -> Markup:
    spans = {}
    for name in sorted({key(row) for row in rows}):
        group = [row.scores for row in rows if key(row) == name]
        figure = summarize(group).get(_ACCURACY)
        if figure:
            span = {_ACCURACY: (figure.value, figure.low, figure.high)}
            spans[f"{name} ({len(group)})"] = span
    return Markup(dot_plot(title, spans))  # noqa: S704 - of the XML writer


def _risk_plot(
    wrong: Sequence[tuple[float, float]], missing: Sequence[tuple[float, float]]
) -> Markup:
    curves = {
        "wrong answers": Curve(wrong),
        "not in the corpus": Curve(missing, dashed=True),
    }
    risks = [risk for curve in curves.values() for _, risk in curve.points]
    top = min(1.0, max([0.1, *risks]) * 1.1)
    return Markup(curve_plot("Risk and coverage", curves, ("coverage", "risk"), top))  # noqa: S704


def _reliability_plot(rows: Sequence[Row]) -> Markup:
    curves = {}
    kinds = {
        "answers right": answer_forecasts(rows),
        "in the corpus": answerable_forecasts(rows),
    }
    for name, forecasts in kinds.items():
        bins = reliability(forecasts)
        sizes = [b.count / max(1, len(forecasts)) for b in bins]
        curves[name] = Curve([(b.mean, b.share) for b in bins], dots=True, sizes=sizes)
    curves["as stated"] = Curve([(0, 0), (1, 1)], dashed=True)
    labels = ("confidence", "came true")
    return Markup(curve_plot("Reliability of the confidence", curves, labels))  # noqa: S704


def _latency_plot(rows: Sequence[Row]) -> Markup:
    times = [row.ask_ms for row in rows]
    middle, slow = np.percentile(times or [0.0], (50, 95))
    marks = {"p50": float(middle), "p95": float(slow)}
    return Markup(histogram("Time to an answer", times, "ms", marks))  # noqa: S704


def _area(points: Sequence[tuple[float, float]]) -> str:
    mean = area(points)
    return "" if mean is None else f" (mean {mean:.3f})"

"""A run, or the change between two, as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.figures import compare, summarize
from eval.goldset import split_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eval.figures import Change, Figure
    from eval.rows import Result, Row

WIDTH = 118
_BREAKDOWN = (  # one of each family, or the tables by kind and language grow unreadable
    "answer accuracy",
    "citation precision",
    "citation recall",
    "abstention recall",
    "article R@5",
    "article nDCG@10",
    "quotation R@5",
)
_ANSWER_CHARACTERS = 160


def render(result: Result) -> str:
    """Everything of a run: data, figures, breakdowns, counts, latency, failures."""
    rows = result.rows
    return "\n".join(
        [
            _head(result),
            table(("figure", "value", "95 % interval", "n"), figure_rows(rows)),
            table(*breakdown("by kind", rows, lambda row: row.kind)),
            table(*breakdown("by language", rows, lambda row: row.language)),
            table(*breakdown("by split", rows, lambda row: split_of(row.id))),
            table(("latency, ms", "p50", "p95", "n"), latency_rows(rows)),
            _counts(rows),
            _failures(rows),
        ]
    )


def figure_rows(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Name, value, interval and population of every figure."""
    figures = summarize([row.scores for row in rows])
    return [(name, f"{f.value:.3f}", interval(f), f"{f.n:g}") for name, f in figures.items()]


def latency_rows(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Step, median, 95th percentile and count, in milliseconds."""
    stages: dict[str, list[float]] = {"ask, as the caller waits": [row.ask_ms for row in rows]}
    for row in rows:
        for stage, ms in row.timings_ms.items():
            stages.setdefault(stage, []).append(ms)
    shown: list[tuple[str, ...]] = []
    for stage, times in stages.items():
        middle, slow = np.percentile(times, (50, 95)) if times else (0.0, 0.0)
        shown.append((stage, f"{middle:.1f}", f"{slow:.1f}", str(len(times))))
    return shown


def breakdown(
    title: str, rows: Sequence[Row], key: Callable[[Row], str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headers and rows of some figures for each group of questions."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    shown: list[tuple[str, ...]] = []
    for name, group in sorted(groups.items()):
        figures = summarize([row.scores for row in group])
        cells = [f"{figures[f].value:.3f}" if f in figures else "-" for f in _BREAKDOWN]
        shown.append((name, str(len(group)), *cells))
    return (title, "n", *_BREAKDOWN), shown


def change_rows(changes: dict[str, Change]) -> list[tuple[str, ...]]:
    """Each figure before and after, the change, its interval, and whether that leaves out zero."""
    return [
        (
            name,
            f"{c.before:.3f}",
            f"{c.after:.3f}",
            f"{c.after - c.before:+.3f}",
            f"{c.low:+.3f} to {c.high:+.3f}",
            "clear" if c.is_clear else "",
        )
        for name, c in changes.items()
    ]


def render_comparison(before: Result, after: Result) -> str:
    """What changed from the first run to the second, over the questions of both."""
    old, new = ({row.id: row for row in result.rows} for result in (before, after))
    common = [question for question in old if question in new]
    lines = [
        f"before: {identity(before)}",
        f"after:  {identity(after)}",
        *differences(before, after),
    ]
    lines.append(
        f"{len(common)} questions in both, {len(old) + len(new) - 2 * len(common)} in one only"
    )
    if common:
        headers = ("figure", "before", "after", "change", "95 % interval", "")
        lines.append(table(headers, change_rows(compare(before.scores, after.scores))))
    turned = [(old[q], new[q]) for q in common if old[q].correct != new[q].correct]
    lines += [f"{len(turned)} questions changed their verdict", *(_turn(*pair) for pair in turned)]
    return "\n".join(lines)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Plain text; the first column to the left, the others, numbers, to the right."""
    shown = Table(box=box.SIMPLE, pad_edge=False)
    for number, header in enumerate(headers):
        shown.add_column(Text(header), justify="right" if number else "left")
    for row in rows:
        # Text, not str: rich would take "[1]" in a question for mark-up.
        shown.add_row(*(Text(cell) for cell in row))
    console = Console(width=WIDTH, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(shown)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()).rstrip()


def interval(figure: Figure | Change) -> str:
    """The 95 % interval."""
    return f"{figure.low:.3f} to {figure.high:.3f}"


def _head(result: Result) -> str:
    questions, corpus = result.questions, result.corpus
    files = f"{corpus['count']} files" if corpus else "an index that was given"
    seconds = "" if result.index_s is None else f", indexed in {result.index_s:.1f} s"
    return "\n".join(
        [
            identity(result),
            f"{questions['count']} questions ({questions['answerable']} answerable, "
            f"{questions['unanswerable']} not) over {files}{seconds}",
        ]
    )


def identity(result: Result) -> str:
    """When, which version, which model."""
    model = result.model["name"] if result.model else "unknown"
    return f"{result.created}, version {result.version}, model {model}"


def _counts(rows: Sequence[Row]) -> str:
    counts = {
        "answered though unanswerable": _with_reason(rows, "answered though"),
        "refused though answerable": _with_reason(rows, "refused though"),
        "wrong-year answers": sum(row.wrong_year is not None for row in rows),
        "crashed": sum(row.error is not None for row in rows),
    }
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _with_reason(rows: Sequence[Row], start: str) -> int:
    return sum(any(reason.startswith(start) for reason in row.reasons) for row in rows)


def _failures(rows: Sequence[Row]) -> str:
    """Failures of the development part in full; the held-out part is counted, lest it be tuned on."""
    failed = [row for row in rows if not row.correct or row.wrong_year]
    shown = [row for row in failed if split_of(row.id) == "dev"]
    lines = [f"\n{len(failed)} questions failed, {len(failed) - len(shown)} of them held out"]
    for row in shown:
        lines += [f"\n{row.id} ({row.kind}): {row.question}"]
        lines += [f"  {reason}" for reason in row.reasons]
        lines += [f"  wrong year: {row.wrong_year}"] if row.wrong_year else []
        lines += [f"  answer, {row.status}: {_shortened(row.text)}"] if row.status else []
    return "\n".join(lines)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _ANSWER_CHARACTERS else line[: _ANSWER_CHARACTERS - 1] + "…"


def differences(before: Result, after: Result) -> list[str]:
    """What the runs do not share: data, model, machine, settings."""
    pairs: dict[str, tuple[Any, Any]] = {
        "question file": (before.questions["sha256"], after.questions["sha256"]),
        "corpus": (before.corpus, after.corpus),
        "model": (before.model, after.model),
        "machine": (before.machine, after.machine),
    }
    lines = [f"note: the {name} differs" for name, (old, new) in pairs.items() if old != new]
    for name in sorted(before.settings.keys() | after.settings.keys()):
        old, new = before.settings.get(name), after.settings.get(name)
        if old != new:
            lines.append(f"setting {name}: {old!r} -> {new!r}")
    return lines


def _turn(old: Row, new: Row) -> str:
    if new.correct:
        return f"  now right: {new.id}: {new.question}\n    was: {'; '.join(old.reasons)}"
    return f"  now wrong: {new.id}: {new.question}\n    {'; '.join(new.reasons)}"

"""The page eval/reliability.md and the figures behind it, kept so that a part can be run again alone."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from eval.reliability.parts import PARTS
from eval.rows import write_json, write_text
from rag import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eval.reliability.outcome import Outcome

PAGE = Path(__file__).parents[1] / "reliability.md"
FIGURES = Path(__file__).parent / "figures.json"
_TITLE = """# What the service withstands

Written by `make reliability` (`python -m eval.reliability`); `--quick` takes minutes, `--only PART` runs a part
again. A fault found counts under *wrong* (an answer or refusal that is not right, or a limit that is passed),
*lost* (articles that a completed sync had), *half* (an index neither old nor new) or *tracebacks* (that reach a
client or the log).
"""


def read_figures(path: Path = FIGURES) -> dict[str, dict[str, Any]]:
    """What was measured last, by part."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def record(
    figures: Mapping[str, dict[str, Any]], module: str, outcome: Outcome, *, quick: bool
) -> dict[str, dict[str, Any]]:
    """The figures with one part's anew: when, on what machine, how long."""
    row = asdict(outcome) | {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "mode": "quick" if quick else "full",
    }
    return {**figures, module: row}


def machine() -> str:
    """The machine in a few words, without its name."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Shawahid {__version__}"
    )


def write(figures: Mapping[str, dict[str, Any]], page: Path = PAGE, kept: Path = FIGURES) -> None:
    """Put the figures and their page on disk."""
    write_json(dict(figures), kept)
    write_text(render(figures), page)


def render(figures: Mapping[str, dict[str, Any]]) -> str:
    """The page. Parts that were never run are named as such."""
    lines = [
        _TITLE,
        "| | tried | wrong | lost | half | tracebacks | run |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    lines += [_row(part.module, figures.get(part.module)) for part in PARTS]
    for part in PARTS:
        if row := figures.get(part.module):
            lines += ["", f"## {part.module}", "", part.holds, ""]
            lines += [f"- {_escaped(line)}" for line in row["details"]]
            lines += ["", f"{row['date']}, {row['seconds']:.0f} s, {row['machine']}."]
    return "\n".join(lines) + "\n"


def _row(module: str, row: Mapping[str, Any] | None) -> str:
    if row is None:
        return f"| {module} | not run | | | | | |"
    counts = " | ".join(
        f"{row[name]:,}" for name in ("tried", "wrong", "lost", "half", "tracebacks")
    )
    return f"| [{module}](#{module}) | {counts} | {row['mode']} |"


def _escaped(line: str) -> str:
    """Text of a fault may hold anything: one line, nothing that Markdown or HTML would act on."""
    flat = line.encode("utf-8", "backslashreplace").decode()
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in flat)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "'")

"""Rows of the JSON contract as text for a terminal."""

from __future__ import annotations

import sys
from typing import Any

from rag.serving.explaining import passage_text, question_text


def say(text: str) -> None:
    """A line on stdout, seen at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(text + "\n")


def answer_text(row: dict[str, Any]) -> str:
    """An answer with its quotations, where they stand, and what came near."""
    lines = [row["text"]]
    for c in row["citations"]:
        place = " · ".join(part for part in (c["title"], c["source"], c["published"]) if part)
        lines += [
            "",
            f"[{c['marker']}] {place}",
            f"    {c['quote']}",
            f"    {c['article_id']} {c['start']}–{c['end']}",
        ]
    for miss in row["near_misses"]:
        lines += ["", f"≈ {miss['title']} ({miss['published'] or '?'}): {miss['why']}"]
    lines += ["", *row["notices"]] if row["notices"] else []
    return "\n".join(lines)


def search_text(row: dict[str, Any]) -> str:
    """Passages in order, with the reasons for each where the row has them."""
    shown = [question_text(row)] if "explain" in row else []
    for p in row["passages"]:
        head = f"{p['rank']}. {p['title']} · {p['published'] or '?'} · {p['score']}"
        reasons = ["\n" + passage_text(p["explain"])] if "explain" in p else []
        shown.append(f"{head}\n   {p['text']}" + "".join(reasons))
    return "\n\n".join(shown)

"""Rows of the JSON contract as text for a terminal."""

from __future__ import annotations

from typing import Any


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
    """Passages in order."""
    return "\n\n".join(
        f"{p['rank']}. {p['title']} · {p['published'] or '?'} · {p['score']}\n   {p['text']}"
        for p in row["passages"]
    )

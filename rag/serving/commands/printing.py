"""Rows of the JSON contract as text for a terminal."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from rag.serving.commands.explaining import passage_text, question_text

if TYPE_CHECKING:
    from types import TracebackType

# Articles and servers are strangers: their control characters would steer the terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def say(text: str) -> None:
    """A line on stdout, seen at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(plain(text) + "\n")


def plain(text: str) -> str:
    """The text with control characters shown as U+FFFD, but for tabs and line breaks."""
    return _CONTROLS.sub("\ufffd", text)


class Preview:
    """An answer as it is written, on a terminal's stderr; gone once the whole answer is there."""

    def __init__(self) -> None:
        self._shown = ""
        self._live: Any = None

    def __enter__(self) -> Preview:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def add(self, piece: str) -> None:
        """Show one more piece; nothing where stderr is no terminal."""
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        if self._live is None:
            self._live = Live(console=Console(stderr=True), transient=True)
            self._live.__enter__()
        self._shown += plain(piece)
        self._live.update(Text(self._shown, style="dim"))


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
    return plain("\n".join(lines))


def search_text(row: dict[str, Any]) -> str:
    """Passages in order, with the reasons for each where the row has them."""
    shown = [question_text(row)] if "explain" in row else []
    for p in row["passages"]:
        head = f"{p['rank']}. {p['title']} · {p['published'] or '?'} · {p['score']}"
        reasons = ["\n" + passage_text(p["explain"])] if "explain" in p else []
        shown.append(f"{head}\n   {p['text']}" + "".join(reasons))
    return plain("\n\n".join(shown))

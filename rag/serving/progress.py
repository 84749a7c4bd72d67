"""What a sync shows on a terminal: on stderr, and nothing when that is no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from types import TracebackType


class TerminalProgress:
    """A bar for files read and a counter of texts embedded."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._reading = self._bar.add_task("reading", total=None)
        self._embedding = self._bar.add_task("embedding", total=None, visible=False)

    def __enter__(self) -> TerminalProgress:
        if self._bar.console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        if self._bar.console.is_terminal:
            self._bar.stop()

    def reading(self, done: int, total: int) -> None:
        """`done` of `total` files have been read."""
        self._bar.update(self._reading, completed=done, total=total)

    def embedding(self, done: int) -> None:
        """`done` more texts have been embedded."""
        self._bar.update(self._embedding, advance=done, visible=True)

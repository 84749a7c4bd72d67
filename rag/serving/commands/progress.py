"""What a sync shows on stderr while it runs: bars on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

EVERY_S = 10.0  # between two lines where there is no terminal
_MINUTE, _HOUR = 60, 3600


class Pace:
    """How fast files are read and texts embedded, and how long the rest will take.

    Files are read ahead of the embedding, some hundred at a time. So the texts still to come are reckoned from the
    files whose texts were all embedded when the next file was read.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._started = clock, clock()
        self.done, self.total, self.texts = 0, 0, 0
        self._settled = (0, 0)  # files, and the texts in them

    def reading(self, done: int, total: int) -> None:
        """`done` of `total` files have been read."""
        if self.texts > self._settled[1]:
            self._settled = (done, self.texts)
        self.done, self.total = done, total

    def embedding(self, done: int) -> None:
        """`done` more texts have been embedded."""
        self.texts += done

    def rate(self) -> float:
        """Texts embedded a second; files read, where there was nothing to embed."""
        return (self.texts or self.done) / max(self._clock() - self._started, 1e-9)

    def left_s(self) -> float | None:
        """Seconds that the rest will take; None while that can't be told."""
        rate = self.rate()
        if not rate or not self.total:
            return None
        if not self.texts:
            return (self.total - self.done) / rate
        files, texts = self._settled
        if not files:
            return None
        return max(0.0, texts / files * self.total - self.texts) / rate

    def words(self) -> str:
        """Rate and time left in one phrase."""
        unit = "texts" if self.texts else "files"
        left = self.left_s()
        return f"{self.rate():,.1f} {unit}/s" + (
            f", about {duration(left)} left" if left is not None else ""
        )


def duration(seconds: float) -> str:
    """In the largest units that fit: 40 s, 12 min, 3 h 05 min."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE):02d} min"


class TerminalProgress:
    """A bar for files read and a counter of texts embedded, with rate and time left."""

    def __init__(
        self, console: Console | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console or Console(stderr=True)
        self._clock, self._told = clock, clock()
        self._pace = Pace(clock)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[pace]}"), console=self._console, transient=True,
        )  # fmt: skip
        self._reading = self._bar.add_task("reading", total=None, pace="")
        self._embedding = self._bar.add_task("embedding", total=None, visible=False, pace="")

    def __enter__(self) -> TerminalProgress:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        if self._console.is_terminal:
            self._bar.stop()

    def reading(self, done: int, total: int) -> None:
        """`done` of `total` files have been read."""
        self._pace.reading(done, total)
        pace = "" if self._pace.texts else self._pace.words()
        self._bar.update(self._reading, completed=done, total=total, pace=pace)
        self._tell()

    def embedding(self, done: int) -> None:
        """`done` more texts have been embedded."""
        self._pace.embedding(done)
        self._bar.update(self._embedding, advance=done, visible=True, pace=self._pace.words())
        self._tell()

    def _tell(self) -> None:
        """A line, where no bar is shown."""
        if self._console.is_terminal or self._clock() - self._told < EVERY_S:
            return
        self._told = self._clock()
        pace = self._pace
        embedded = f", {pace.texts:,} texts embedded" if pace.texts else ""
        line = f"read {pace.done:,} of {pace.total:,} files{embedded}; {pace.words()}"
        self._console.print(line, highlight=False, soft_wrap=True)

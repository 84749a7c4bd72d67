"""Seconds by step, by the wall and of this process's processor time, and the limit of a whole run."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Seconds = tuple[float, float]  # by the wall, of the processor


class OutOfTimeError(Exception):
    """The run has used the minutes it was given; what it has is kept."""


class Clock:
    """Adds up what each step takes. The processor's share counts all threads of this process."""

    def __init__(self) -> None:
        self.seconds: dict[str, Seconds] = {}

    @contextmanager
    def on(self, step: str) -> Iterator[None]:
        """Count what is done inside towards a step."""
        wall, own = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            before = self.seconds.get(step, (0.0, 0.0))
            spent = (time.perf_counter() - wall, time.process_time() - own)
            self.seconds[step] = (before[0] + spent[0], before[1] + spent[1])

    def take(self, step: str, part: str) -> None:
        """Take a part, counted on its own, out of the step that it was done in."""
        whole, own = self.seconds[step], self.seconds.get(part, (0.0, 0.0))
        self.seconds[step] = (whole[0] - own[0], whole[1] - own[1])


class Deadline:
    """When a run must end; without minutes it never must."""

    def __init__(self, minutes: float | None = None) -> None:
        self._end = None if minutes is None else time.monotonic() + 60 * minutes

    def left(self) -> float | None:
        """Seconds left, at least 0; None without a limit."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Go on only while there is time.

        Raises:
            OutOfTimeError: there is none.
        """
        if self.left() == 0.0:
            raise OutOfTimeError

"""Room for so many blocking calls at once and so many that wait; each within its time."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from rag.serving.http.problems import BusyError, TooSlowError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Gate:
    """Runs `at_once` calls in threads of its own and lets `most_waiting` wait.

    A call that is given up goes on in its thread, whose room is free again when it ends, not before.
    """

    def __init__(self, at_once: int, most_waiting: int, seconds: float) -> None:
        self.seconds = seconds
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._lock = threading.Lock()
        self._calls = 0

    @property
    def waiting(self) -> int:
        """Calls that wait for a thread."""
        return max(0, self._calls - self._at_once)

    def check(self) -> None:
        """Raise BusyError when too many wait already."""
        if self._calls >= self._at_once and self.waiting >= self._most_waiting:
            raise BusyError(f"{self.waiting} calls are waiting already; try again in a moment")

    async def run(self, call: Callable[[], T], seconds: float | None = None) -> T:
        """The call's result, from a thread, within `seconds` (default: the gate's).

        Raises:
            BusyError: too many wait.
            TooSlowError: it took too long; what has begun goes on.
        """
        self.check()
        limit = self.seconds if seconds is None else seconds
        return await within(self.submit(call), limit, limit)

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """The call, in a thread as soon as one is free; with the caller's context."""
        with self._lock:
            self._calls += 1
        future = self._threads.submit(contextvars.copy_context().run, call)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: Future[T]) -> None:
        with self._lock:
            self._calls -= 1


async def within(future: Future[T], seconds: float, told: float) -> T:
    """The future's result, or TooSlowError after `seconds`, which says `told`; what has not begun is dropped."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(future)
    except TimeoutError:
        if future.done() and not future.cancelled():
            return future.result()  # in the last moment, or a timeout of the call's own
        raise TooSlowError(
            f"there was no answer within {told:g} s; ask something smaller, or try again later"
        ) from None

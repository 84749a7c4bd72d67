"""Waiting for a server without being bound to it: connections that can be cut, streams that can be left.

A thread that waits for a server's first word can't be told to stop, and a server stops working for a
reader only when the connection ends. So the stream is read in a thread of its own, and ended from outside.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import httpx

T = TypeVar("T")

BEAT_S = 1.0  # how long a reader who has left may go unnoticed
_AHEAD = 64  # items read ahead of a slow reader
_PUT_S = 0.1
_CONNECTED = (".connect_tcp.complete", ".start_tls.complete")


class OverdueError(TimeoutError):
    """The stream went on for longer than it was given."""


class Wire:
    """Knows the connections of a client, and cuts them, also under a thread that waits on one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether `cut` was called."""
        return self._is_cut

    def watch(self, request: httpx.Request) -> None:
        """An httpx event hook: learn of the connection that the request is sent on."""
        request.extensions["trace"] = self._trace

    def cut(self) -> None:
        """End all connections, present and future; who waits on one gets an error at once."""
        with self._lock:
            self._is_cut = True
            sockets, self._sockets = self._sockets, []
        for each in sockets:
            _shut(each)

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if not event.endswith(_CONNECTED):
            return
        connection: socket.socket = info["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.append(connection)
            is_cut = self._is_cut
        if is_cut:
            _shut(connection)


@dataclass(frozen=True, slots=True)
class _End:
    error: Exception | None = None


def pumped(
    source: Callable[[], Generator[T, None, None]],
    stop: Callable[[], None],
    limit_s: float,
    beat_s: float = BEAT_S,
) -> Generator[T | None, None, None]:
    """Items of `source()`, which runs in a thread, and None whenever `beat_s` pass without one.

    When this generator ends or is closed, `stop` is called, which has to make `source` end.

    Raises:
        OverdueError: `limit_s` passed before the end.
        Exception: whatever `source` raises.
    """
    items: queue.Queue[T | _End] = queue.Queue(_AHEAD)
    left = threading.Event()
    due = time.monotonic() + limit_s
    threading.Thread(target=_fill, args=(source, items, left), daemon=True).start()
    try:
        while True:
            item = _taken(items, max(0.0, min(beat_s, due - time.monotonic())))
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            if time.monotonic() >= due:
                raise OverdueError(f"no end after {limit_s:.0f} s")
            yield item
    finally:
        left.set()
        stop()


def _taken(items: queue.Queue[T | _End], wait_s: float) -> T | _End | None:
    try:
        return items.get(timeout=wait_s)
    except queue.Empty:
        return None


def _fill(
    source: Callable[[], Generator[T, None, None]],
    items: queue.Queue[T | _End],
    left: threading.Event,
) -> None:
    end = _End()
    try:
        with closing(source()) as own:
            for item in own:
                if not _put(items, item, left):
                    return
    except Exception as error:  # noqa: BLE001 - it is raised again in the thread that reads
        end = _End(error)
    _put(items, end, left)


def _put(items: queue.Queue[T | _End], item: T | _End, left: threading.Event) -> bool:
    """Whether the item was taken up before the reader left."""
    while not left.is_set():
        with suppress(queue.Full):
            items.put(item, timeout=_PUT_S)
            return True
    return False


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it may have been closed meanwhile
        connection.shutdown(socket.SHUT_RDWR)

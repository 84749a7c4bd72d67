"""From the first request to a stop that breaks nothing off: what runs, whether it is ready, and the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import signal
import sys
import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
import uvicorn

from rag.errors import ServerError
from rag.serving.http.problems import ProblemResponse, problem

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from types import FrameType

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

READY_FOR_S = 2.0  # how long one finding of the probe is passed on
_LAST_BYTES_S = 1  # for the page's event streams to tell the last answer
_STUCK_S = 3.0  # for threads to end whose work is overdue; no thread can be stopped from outside
_LOOK_S = 0.05
_STOPPING = "the server is stopping and takes no more questions; ask again in a moment"
_OVERDUE = "the server stopped before this was done; ask again in a moment"
_PAGE_TALK = "/gradio_api/"  # its event streams are open as long as a page is
_PAGE_ANSWERS = "/gradio_api/queue/data"  # and this one until it has told the answer


class Lifecycle:
    """What one server is doing. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._probing: anyio.Lock | None = None
        self._found: tuple[float, Exception | None] = (-math.inf, None)
        self.is_stopping = False
        self.requests: dict[asyncio.Task[object], str] = {}  # being served, with their paths

    @property
    def running(self) -> int:
        """Pieces of work that a stop waits for."""
        return self._running

    @property
    def answers_to_tell(self) -> bool:
        """Whether a page waits for the rest of an answer."""
        return any(path.startswith(_PAGE_ANSWERS) for path in self.requests.values())

    def end_requests(self) -> None:
        """Break off what is being served, in the event loop that serves it."""
        for task in self.requests:
            task.cancel()

    @contextlib.contextmanager
    def work(self) -> Iterator[None]:
        """Something that a stop waits for."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def stop(self) -> None:
        """Take nothing new from now on. Safe in a signal handler."""
        self.is_stopping = True

    async def require_ready(self, check: Callable[[], None]) -> None:
        """Return when a question would be answered; `check` runs in a thread, every two seconds at most.

        Raises:
            ServerError: the server is stopping.
            ShawahidError: what a question would meet.
        """
        if self._probing is None:
            self._probing = anyio.Lock()
        async with self._probing:
            if time.monotonic() - self._found[0] >= READY_FOR_S:
                self._found = await _finding(check)
        if self.is_stopping:
            raise ServerError(_STOPPING)
        if self._found[1] is not None:
            raise self._found[1]


async def _finding(check: Callable[[], None]) -> tuple[float, Exception | None]:
    try:
        await anyio.to_thread.run_sync(check, limiter=anyio.CapacityLimiter(1))
    except Exception as error:  # noqa: BLE001 - told to whoever asks
        return time.monotonic(), error
    return time.monotonic(), None


class Draining:
    """Counts requests as work; once the server stops, refuses new ones that ask or change anything."""

    def __init__(self, app: ASGIApp, lifecycle: Lifecycle) -> None:
        self._app = app
        self._lifecycle = lifecycle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._lifecycle.is_stopping and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            await _refusal(scope, _STOPPING)(scope, receive, send)
        elif scope["path"].startswith(_PAGE_TALK):
            await self._endable(scope, receive, send)
        else:
            with self._lifecycle.work():
                await self._endable(scope, receive, send)

    async def _endable(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, until `Lifecycle.end_requests` ends it; the reply then ends as well as it can."""
        begun = ended = False

        async def noted(message: Message) -> None:
            nonlocal begun, ended
            begun = True
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        task = asyncio.current_task()
        assert task is not None
        self._lifecycle.requests[task] = scope["path"]
        try:
            await self._app(scope, receive, noted)
        except asyncio.CancelledError:
            if not self._lifecycle.is_stopping:
                raise
            task.uncancel()
            if not begun:
                await _refusal(scope, _OVERDUE)(scope, receive, send)
            elif not ended:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            del self._lifecycle.requests[task]


def _refusal(scope: Scope, detail: str) -> ProblemResponse:
    body = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, scope["state"]["request_id"])
    return ProblemResponse(body, body["status"], {"Retry-After": "5", "Connection": "close"})


class GracefulServer(uvicorn.Server):
    """Says where it is as soon as it answers; told to stop, ends what runs first, within `grace_s`.

    Until then it goes on listening, so that a proxy reads "not ready" and new questions are refused in words.
    A second Ctrl-C stops at once.
    """

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle, grace_s: float) -> None:
        config.timeout_graceful_shutdown = _LAST_BYTES_S
        super().__init__(config)
        self._lifecycle = lifecycle
        self._grace_s = grace_s

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until SIGTERM or Ctrl-C; returns then, as after any other work."""
        told = (signal.SIGTERM, signal.SIGINT)
        # uvicorn raises the signal again at its end; being told to stop is no failure
        before = {number: signal.signal(number, _nothing) for number in told}
        try:
            super().run(sockets)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and print the addresses."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"http://{name}:{port}\n")
        sys.stdout.flush()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told by a signal to stop."""
        self._lifecycle.stop()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for what runs, then end what is left."""
        self._lifecycle.stop()
        await self._until(lambda: not self._lifecycle.running, self._grace_s)
        if self._lifecycle.running:
            logger.warning(
                "stopping with %d requests unfinished after %g s",
                self._lifecycle.running,
                self._grace_s,
            )
            _leave_at_last()
        else:
            await self._until(lambda: not self._lifecycle.answers_to_tell, _LAST_BYTES_S)
        self._lifecycle.end_requests()
        await super().shutdown(sockets)

    async def _until(self, done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline and not self.force_exit:
            await asyncio.sleep(_LOOK_S)


def _leave_at_last() -> None:
    """End the process soon, whatever a thread of it still does: the interpreter would wait for it."""
    timer = threading.Timer(_STUCK_S, os._exit, (0,))
    timer.daemon = True
    timer.start()


def _nothing(number: int, frame: FrameType | None) -> None:
    del number, frame

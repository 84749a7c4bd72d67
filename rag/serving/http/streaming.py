"""An answer on its way, as server-sent events."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import anyio
from fastapi.sse import format_sse_event

from rag.records import Answer
from rag.serving.http.gate import within
from rag.serving.http.problems import json_bytes, problem_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from concurrent.futures import Future

    from rag.serving.http.gate import Gate

_END = object()


async def answer_events(
    stream: Iterator[str | Answer], gate: Gate, request_id: str
) -> AsyncIterator[bytes]:
    """Events `piece` {"text"}, then `answer` with the whole answer, or `error` with a problem.

    The stream is closed when the reader goes away or the gate's time is up.
    """
    deadline = time.monotonic() + gate.seconds
    step: Future[Any] | None = None
    try:
        while True:
            step = gate.submit(lambda: next(stream, _END))
            item = await within(step, max(0.0, deadline - time.monotonic()), gate.seconds)
            if item is _END:
                return
            yield _event(item)
    except Exception as error:  # noqa: BLE001 - the headers are gone: the error travels as an event
        yield _frame("error", problem_of(error, request_id))
    finally:
        await _end(stream, step)


async def _end(stream: Iterator[str | Answer], step: Future[Any] | None) -> None:
    """Close the stream, as soon as the step in hand lets go of it."""

    def close(_: object = None) -> None:
        with contextlib.suppress(Exception):
            stream.close()  # type: ignore[attr-defined]

    if step is None or step.done():
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(close)
    else:
        step.add_done_callback(close)


def _event(item: object) -> bytes:
    if isinstance(item, Answer):
        return _frame("answer", item.to_dict())
    return _frame("piece", {"text": item})


def _frame(event: str, data: Any) -> bytes:  # noqa: ANN401 - any JSON
    return format_sse_event(event=event, data_str=json_bytes(data).decode())

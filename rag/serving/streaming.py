"""An answer on its way, as server-sent events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from fastapi.sse import format_sse_event

from rag.records import Answer
from rag.serving.problems import json_bytes, problem_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_END = object()


async def answer_events(
    stream: Iterator[str | Answer], limiter: anyio.CapacityLimiter, request_id: str
) -> AsyncIterator[bytes]:
    """Events `piece` {"text"}, then `answer` with the whole answer, or `error` with a problem.

    The stream is closed when the reader goes away.
    """
    try:
        while True:
            item = await anyio.to_thread.run_sync(next, stream, _END, limiter=limiter)
            if item is _END:
                return
            yield _event(item)
    except Exception as error:  # noqa: BLE001 - the headers are gone: the error travels as an event
        yield _frame("error", problem_of(error, request_id))
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(close)


def _event(item: object) -> bytes:
    if isinstance(item, Answer):
        return _frame("answer", item.to_dict())
    return _frame("piece", {"text": item})


def _frame(event: str, data: Any) -> bytes:  # noqa: ANN401 - any JSON
    return format_sse_event(event=event, data_str=json_bytes(data).decode())

"""One question to a running server, as JSON or as a stream of events, with the time it took."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 120.0  # beyond every limit that is checked, so that a hang shows as a figure
ASK = "/api/v1/ask"


@dataclass(frozen=True, slots=True)
class Reply:
    """`answer` is None where there was none; `error` then says what came instead."""

    answer: dict[str, Any] | None
    seconds: float
    error: str = ""
    notices: tuple[str, ...] = field(default=())


def ask(base: str, question: str, writer: str = "extractive") -> Reply:
    """A question as a program asks it."""
    start = time.monotonic()
    body = {"question": question, "writer": writer}
    try:
        reply = httpx.post(base + ASK, json=body, timeout=PATIENCE_S)
    except httpx.HTTPError as error:
        return Reply(None, time.monotonic() - start, f"{type(error).__name__} {error}")
    if reply.status_code != HTTPStatus.OK:
        return Reply(None, time.monotonic() - start, f"{reply.status_code} {reply.text[:200]}")
    return _reply(reply.json(), start)


def stream(
    base: str, question: str, writer: str, on_piece: Callable[[], None] | None = None
) -> Reply:
    """The same, as server-sent events; `on_piece` is called at the first text."""
    start = time.monotonic()
    body = {"question": question, "writer": writer}
    headers = {"Accept": "text/event-stream"}
    event = ""
    try:
        with httpx.stream(
            "POST", base + ASK, json=body, headers=headers, timeout=PATIENCE_S
        ) as reply:
            for line in reply.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event == "answer":
                    return _reply(json.loads(value), start)
                elif name == "data" and event == "error":
                    return Reply(None, time.monotonic() - start, value[:200])
                elif name == "data" and on_piece and json.loads(value)["text"]:
                    on_piece()
                    on_piece = None
    except httpx.HTTPError as error:
        return Reply(None, time.monotonic() - start, f"{type(error).__name__} {error}")
    return Reply(None, time.monotonic() - start, f"the stream ended after {event or 'nothing'!r}")


def _reply(answer: dict[str, Any], start: float) -> Reply:
    return Reply(answer, time.monotonic() - start, notices=tuple(answer.get("notices", ())))

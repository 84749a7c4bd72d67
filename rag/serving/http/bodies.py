"""Bodies of requests: read whole before the application sees them, within a size and a time."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from rag.serving.http.problems import ProblemResponse, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag.settings import Settings

UPLOADS: Final = frozenset({"/api/v1/articles", "/add"})
_MOST_UPLOADS: Final = 4  # read at once; each is in memory until it is taken in
_ENVELOPE: Final = 64 * 1024  # bytes of names and boundaries around the files


class BodyLimit:
    """Refuses a body over the limit (413), one that does not arrive in time (408), one upload too many (503)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._limit = settings.body_kilobytes * 1024
        uploaded = int(settings.ingestion_batch_megabytes * 1_000_000) + _ENVELOPE
        self._upload_limit = max(self._limit, uploaded) if settings.ingestion else self._limit
        self._seconds = settings.body_seconds
        self._uploads = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        elif scope["path"] not in UPLOADS:
            await self._serve(scope, receive, send, self._limit)
        elif self._uploads >= _MOST_UPLOADS:
            detail = f"{self._uploads} uploads are being read already; try again in a moment"
            reply = _problem(scope, HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "5"})
            await reply(scope, receive, send)
        else:
            self._uploads += 1
            try:
                await self._serve(scope, receive, send, self._upload_limit)
            finally:
                self._uploads -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(scope, receive, limit)
        except TimeoutError:
            detail = f"the body did not arrive within {self._seconds:g} s; send it faster"
            headers = {"Connection": "close"}
            await _problem(scope, HTTPStatus.REQUEST_TIMEOUT, detail, headers)(scope, receive, send)
            return
        if body is None:
            detail = f"the body has more than the {limit} bytes that are taken; shorten it"
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await _problem(scope, status, detail)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, replay, send)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    declared = Headers(scope=scope).get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > limit:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _problem(
    scope: Scope, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None
) -> ProblemResponse:
    return ProblemResponse(problem(status, detail, scope["state"]["request_id"]), status, headers)

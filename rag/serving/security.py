"""ASGI layers around API and page: request ids, headers, closed routes, size of bodies."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from rag.serving.problems import ProblemResponse, problem, problem_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 256 * 1024

# What the page needs of Gradio under /gradio_api; uploads, files, proxies, run history and the rest stay shut.
OPEN_GRADIO = (
    "/gradio_api/queue/",
    "/gradio_api/run/",
    "/gradio_api/cancel",
    "/gradio_api/reset",
    "/gradio_api/heartbeat/",
    "/gradio_api/startup-events",
    "/gradio_api/app_id",
)
CLOSED = ("/gradio_api", "/monitoring", "/login", "/logout", "/config", "/pwa_icon", "/svelte")
IMMUTABLE = ("/assets/", "/ui/fonts/")  # names that change with their content

POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The documentation starts by an inline script of FastAPI's; it shows nothing but our own schema.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": POLICY,
}


class Guard:
    """Gives each request an id and each response its headers; turns what nobody caught into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            if started:
                raise
            body = problem_of(error, request_id)
            await ProblemResponse(body, body["status"])(scope, receive, guarded)


def _add_headers(headers: MutableHeaders, path: str, request_id: str) -> None:
    headers["X-Request-ID"] = request_id
    if path == "/docs":
        headers["Content-Security-Policy"] = DOCS_POLICY
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith(IMMUTABLE):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"


class Gatekeeper:
    """Shuts routes of Gradio that the page has no use for, and posts from other sites' pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        refusal = _refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def _refusal(scope: Scope) -> ProblemResponse | None:
    path = scope["path"]
    if path.startswith(CLOSED) and not path.startswith(OPEN_GRADIO):
        return _problem(scope, HTTPStatus.NOT_FOUND, "there is nothing here")
    site = Headers(scope=scope).get("sec-fetch-site")
    if scope["method"] not in ("GET", "HEAD", "OPTIONS") and site == "cross-site":
        return _problem(scope, HTTPStatus.FORBIDDEN, "another site's page may not post here")
    return None


class BodyLimit:
    """Reads a body whole before the application sees it, and refuses one over the limit."""

    def __init__(self, app: ASGIApp, limit: int = MOST_BODY_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        body = await self._read(scope, receive)
        if body is None:
            detail = f"the body has more than the {self._limit} bytes that are taken; shorten it"
            await _problem(scope, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > self._limit:
            return None
        body = bytearray()
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._limit:
                return None
            more = message.get("more_body", False)
        return bytes(body)


def _problem(scope: Scope, status: int, detail: str) -> ProblemResponse:
    return ProblemResponse(problem(status, detail, scope["state"]["request_id"]), status)

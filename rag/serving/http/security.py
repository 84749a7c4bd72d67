"""ASGI layers around API and page: request ids, headers, closed routes, other sites."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from rag.serving.http.problems import ProblemResponse, json_bytes, problem, problem_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag.settings import Settings

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
    """Gives each request an id and each response its headers; makes every error of API or page a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        guarded = _Guarded(scope, send, request_id)
        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            if guarded.has_started:
                raise
            body = problem_of(error, request_id)
            await ProblemResponse(body, body["status"])(scope, receive, guarded)


class _Guarded:
    """Sends on, with the headers; an error that a framework put in words of its own becomes a problem."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._path = scope["path"]
        self._send = send
        self._request_id = request_id
        self._is_replaced = False
        self.has_started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.start":
            if not self._is_replaced:
                await self._send(message)
            return
        self.has_started = True
        headers = MutableHeaders(scope=message)
        _add_headers(headers, self._path, self._request_id)
        if not _is_foreign_error(message["status"], headers, self._path):
            await self._send(message)
            return
        self._is_replaced = True
        status = HTTPStatus(message["status"])
        told = {
            HTTPStatus.NOT_FOUND: f"there is nothing at {self._path[:200]}; / is the page, /docs the API",
            HTTPStatus.METHOD_NOT_ALLOWED: f"{self._path[:200]} does not know that method",
        }
        body = json_bytes(problem(status, told.get(status, status.description), self._request_id))
        headers["Content-Type"] = ProblemResponse.media_type
        headers["Content-Length"] = str(len(body))
        del headers["Content-Encoding"]
        await self._send(message)
        await self._send({"type": "http.response.body", "body": body})


def _is_foreign_error(status: int, headers: MutableHeaders, path: str) -> bool:
    """Whether Gradio or Starlette put it in words; the scripts of Gradio's own routes read theirs."""
    kind = headers.get("content-type", "").partition(";")[0]
    is_own = path.startswith(("/gradio_api/", "/mcp"))
    return (
        status >= HTTPStatus.BAD_REQUEST
        and kind in ("application/json", "text/plain")
        and not is_own
    )


def _add_headers(headers: MutableHeaders, path: str, request_id: str) -> None:
    headers["X-Request-ID"] = request_id
    if path == "/docs":
        headers["Content-Security-Policy"] = DOCS_POLICY
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith(IMMUTABLE):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"


class Gatekeeper:
    """Shuts routes of Gradio that the page has no use for, changes from other sites' pages, other names."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._origins = frozenset(settings.cors_origins)
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ProblemResponse | None:
        path, headers = scope["path"], Headers(scope=scope)
        if self._hosts and _name(headers.get("host", "")) not in self._hosts:
            detail = "this server has another name; call it by one of SHAWAHID_ALLOWED_HOSTS"
            return _problem(scope, HTTPStatus.MISDIRECTED_REQUEST, detail)
        if path.startswith(CLOSED) and not path.startswith(OPEN_GRADIO):
            return _problem(scope, HTTPStatus.NOT_FOUND, "there is nothing here")
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and self._is_foreign(headers):
            return _problem(scope, HTTPStatus.FORBIDDEN, "another site's page may not send this")
        return None

    def _is_foreign(self, headers: Headers) -> bool:
        """Whether a browser says that another site's page sends this; no page can make it say otherwise."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin in self._origins or site in ("same-origin", "none"):
            return False
        if origin is None:
            return site is not None
        try:
            return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
        except ValueError:
            return True


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


def _problem(scope: Scope, status: int, detail: str) -> ProblemResponse:
    return ProblemResponse(problem(status, detail, scope["state"]["request_id"]), status)

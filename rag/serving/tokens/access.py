"""Who is let in: one ASGI layer in front of everything that the server answers.

With tokens on, API, page, files of the page, Gradio's routes, documentation, MCP and metrics all need one:
`Authorization: Bearer ...`, or the cookie of a browser that signed in. /healthz and /readyz stay open, for
those who watch whether the server lives; they tell nothing of articles or questions.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response

from rag.errors import SettingsError
from rag.serving.http.limits import client_of, too_often
from rag.serving.http.problems import ForbiddenError, ProblemResponse, problem
from rag.serving.tokens.keeping import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.serving.http.limits import Rates
    from rag.serving.tokens.keeping import Tokens

logger = logging.getLogger(__name__)

SIGN_IN: Final = "/sign-in"
COOKIE: Final = "shawahid_session"
OPEN: Final = frozenset({"/healthz", "/readyz", SIGN_IN})
_MACHINES: Final = ("/api", "/gradio_api", "/mcp", "/metrics", "/openapi.json")
_STATE: Final = "scopes"


class Access:
    """Lets in who shows a token; notes in the request's state what it allows."""

    def __init__(self, app: ASGIApp, tokens: Tokens, rates: Rates) -> None:
        self._app = app
        self._tokens = tokens
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if not self._tokens.are_on:
            scope["state"][_STATE] = ALL
            return None
        headers = Headers(scope=scope)
        try:
            shown, scopes = self._scopes(headers)
        except SettingsError as error:
            logger.error("%s", error)  # noqa: TRY400 - one line tells all
            return _problem(
                scope,
                HTTPStatus.SERVICE_UNAVAILABLE,
                "the server's tokens can't be read; its log says why",
            )
        scope["state"][_STATE] = scopes
        if scopes or scope["path"] in OPEN:
            return None
        if shown and (seconds := self._rates.hit("attempt", client_of(scope))):
            return too_often(scope, seconds)
        return _closed(scope, headers, is_wrong=shown)

    def _scopes(self, headers: Headers) -> tuple[bool, frozenset[str]]:
        """Whether something was shown, and what it allows."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return True, self._tokens.scopes_of(token.strip())
        session = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return bool(session), self._tokens.scopes_of_session(session) if session else frozenset()


def _closed(scope: Scope, headers: Headers, *, is_wrong: bool) -> Response:
    is_page = scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "")
    if is_page and not scope["path"].startswith(_MACHINES):
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    fault = "the token is unknown, or the session is over" if is_wrong else "there is no token"
    detail = f"{fault}; send `Authorization: Bearer TOKEN`, or sign in at {SIGN_IN}"
    return _problem(scope, HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})


def _problem(
    scope: Scope, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None
) -> Response:
    return ProblemResponse(problem(status, detail, scope["state"]["request_id"]), status, headers)


def may_read(scope: Mapping[str, Any]) -> bool:
    """Whether the request of that ASGI scope showed a token; without tokens, any may read."""
    return bool(scope.get("state", {}).get(_STATE))


def may_ingest(scope: Mapping[str, Any]) -> bool:
    """Whether the request of that ASGI scope may change the articles; without tokens, any may."""
    return "ingest" in scope.get("state", {}).get(_STATE, frozenset())


def require_ingest(request: Request) -> None:
    """A route's dependency: raises ForbiddenError where the token is for reading only."""
    if not may_ingest(request.scope):
        raise ForbiddenError(
            "this token is for reading; adding and removing articles needs one with the scope ingest"
        )

"""Errors as problem+json (RFC 9457); never a traceback."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from rag.errors import (
    IndexBusyError,
    IngestionOffError,
    ShawahidError,
    UndoError,
    UnknownArticleError,
    UnknownBatchError,
    UsageError,
)

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

logger = logging.getLogger(__name__)


class BusyError(ShawahidError):
    """More questions wait than the server will hold."""


class TooSlowError(ShawahidError):
    """An answer took longer than a request may."""


class ForbiddenError(ShawahidError):
    """The token does not allow this."""


# Any other error of ours is a state of the server, which may pass: 503.
_STATUS: dict[type[ShawahidError], HTTPStatus] = {
    UsageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    IngestionOffError: HTTPStatus.FORBIDDEN,
    UnknownArticleError: HTTPStatus.NOT_FOUND,
    UnknownBatchError: HTTPStatus.NOT_FOUND,
    UndoError: HTTPStatus.CONFLICT,
    TooSlowError: HTTPStatus.GATEWAY_TIMEOUT,
}


class JsonResponse(JSONResponse):
    """JSON with its letters as they are; a lone surrogate from an article becomes "?"."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - any JSON
        """The body's bytes."""
        return json_bytes(content)


class ProblemResponse(JsonResponse):
    """The body of an error."""

    media_type = "application/problem+json"


def json_bytes(content: Any) -> bytes:  # noqa: ANN401 - any JSON
    """UTF-8 JSON without line breaks; "replace" keeps an article's broken character from failing all."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def problem(status: int, detail: str, request_id: str | None = None) -> dict[str, Any]:
    """The members of a problem; `detail` is one readable line."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": " ".join(detail.split()),
    }
    return body | ({"request_id": request_id} if request_id else {})


def problem_of(error: Exception, request_id: str) -> dict[str, Any]:
    """The problem that tells of any error; the unexpected ones are logged, their text is not shown."""
    if isinstance(error, ShawahidError):
        kinds = (status for kind, status in _STATUS.items() if isinstance(error, kind))
        return problem(next(kinds, HTTPStatus.SERVICE_UNAVAILABLE), str(error), request_id)
    logger.error("request %s failed", request_id, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"the server met an unexpected error; its log tells of it under request {request_id}",
        request_id,
    )


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ShawahidError, _failed)


def _respond(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return ProblemResponse(body, body["status"], headers)


def _id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    return _respond(problem(error.status_code, str(error.detail), _id(request)), headers)


async def _failed(request: Request, error: Exception) -> Response:
    headers = {"Retry-After": "2"} if isinstance(error, BusyError | IndexBusyError) else None
    return _respond(problem_of(error, _id(request)), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        reason = faults[0].get("ctx", {}).get("error", "")
        detail = f"the body is no JSON: {reason}".rstrip(": ")
        return _respond(problem(HTTPStatus.BAD_REQUEST, detail, _id(request)))
    detail = "; ".join(map(_fault, faults[:5]))
    return _respond(problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, _id(request)))


def _fault(fault: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in fault["loc"] if part != "body") or "body"
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        message = "unknown field; remove it or correct its name"
    return f"{where[:80]}: {message[:1].lower()}{message[1:]}"

"""The HTTP API: questions and searches."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Match, Route

from rag.answering.questions import check_question
from rag.errors import UsageError
from rag.serving.http.articles_api import add_articles_routes, add_desk_routes
from rag.serving.http.gate import Gate
from rag.serving.http.problems import JsonResponse
from rag.serving.http.replies import Answer, Found, problems
from rag.serving.http.schemas import AskBody, SearchBody  # noqa: TC001 - FastAPI reads them at run time
from rag.serving.http.streaming import answer_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from rag.serving.ingesting.desk import Desk
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

__all__ = ["Gate", "api_router", "fallback_routes", "routes_of"]

_OWN = ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
_UNCACHED = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}  # no proxy may hold pieces back
_ASK_REPLY: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Answer,
        "description": "The answer; with `Accept: text/event-stream` the events `piece` {text}, then `answer` "
        "with the whole answer, or `error` with a problem.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def api_router(
    assistant: Assistant, settings: Settings, gate: Gate, desk: Desk | None = None
) -> APIRouter:
    """Routes under /api/v1."""
    router = APIRouter(default_response_class=JsonResponse)
    _add_questions(router, assistant, settings, gate)
    add_articles_routes(router, assistant, gate)
    add_desk_routes(router, desk, settings)
    return router


def _add_questions(router: APIRouter, assistant: Assistant, settings: Settings, gate: Gate) -> None:
    faults = problems(400, 408, 413, 415, 422, 504)
    shared: dict[str, Any] = {"tags": ["questions"], "dependencies": [Depends(require_json)]}

    @router.post(
        "/api/v1/search",
        operation_id="search",
        responses=faults | {200: {"model": Found}},
        **shared,
    )
    async def search(body: SearchBody) -> Response:
        """The passages nearest to a question, best first."""
        question = check_question(body.question, settings.question_characters)
        check_passages(body.k, "k", settings)
        found = await gate.run(lambda: assistant.search(question, body.k, body.filters))
        return JsonResponse({"passages": [passage.to_dict() for passage in found]})

    @router.post("/api/v1/ask", operation_id="ask", responses=faults | _ASK_REPLY, **shared)
    async def ask(
        request: Request, body: AskBody, accept: Annotated[str, Header()] = ""
    ) -> Response:
        """An answer whose every statement is quoted from an article, or word that none answers."""
        question = check_question(body.question, settings.question_characters)
        check_passages(body.passages, "passages", settings)
        check_history(body, settings)
        asked = (question, body.turns, body.filters)
        if "text/event-stream" in accept.lower():
            gate.check()
            stream = assistant.stream(*asked, writer=body.writer, passages=body.passages)
            events = answer_events(stream, gate, request.state.request_id)
            return StreamingResponse(events, media_type="text/event-stream", headers=_UNCACHED)
        answer = await gate.run(
            lambda: assistant.ask(*asked, writer=body.writer, passages=body.passages)
        )
        return JsonResponse(answer.to_dict())


def require_json(request: Request) -> None:
    """A route's dependency: 415 for a body of another type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the body is of type {kind[:60]!r}; send JSON with `Content-Type: application/json`",
        )


def check_passages(count: int | None, name: str, settings: Settings) -> None:
    """Raise UsageError when more passages are wanted than the settings allow; `name` is the field's."""
    if count is not None and count > settings.most_passages:
        raise UsageError(
            f"{name} is {count}, at most {settings.most_passages} are given; ask for fewer, or raise "
            "SHAWAHID_MOST_PASSAGES"
        )


def check_history(body: AskBody, settings: Settings) -> None:
    """Raise UsageError when more of a conversation is sent than the settings allow."""
    if len(body.history) > settings.history_turns:
        raise UsageError(
            f"history has {len(body.history)} exchanges, at most {settings.history_turns} are taken; send the "
            "last ones, or raise SHAWAHID_HISTORY_TURNS"
        )
    longest = 10 * settings.question_characters
    for turn in body.turns:
        if len(turn.question) + len(turn.answer) > longest:
            raise UsageError(
                f"an exchange of the history has more than {longest} characters; shorten it, or raise "
                "SHAWAHID_QUESTION_CHARACTERS"
            )


def fallback_routes() -> list[Route]:
    """What is said under our own addresses where no route fits, by any method; after all others."""
    nothing = _Nothing()
    return [Route(path, nothing, include_in_schema=False) for path in ("/api/{rest:path}", *_OWN)]


class _Nothing:
    """An ASGI application, not a function: a route of one takes every method, invented ones too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request.

        Raises:
            HTTPException: 405 with the methods that the address knows, or 404.
        """
        del receive, send
        method, path = scope["method"][:20], scope["path"][:200]
        allowed = _allowed(scope)
        if allowed:
            detail = f"{path} knows {allowed}, not {method}; /docs tells what they do"
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, detail, {"Allow": allowed})
        detail = f"there is no {method} {path}; /docs lists what there is"
        raise HTTPException(HTTPStatus.NOT_FOUND, detail)


def _allowed(scope: Scope) -> str:
    """The methods that the address knows; HEAD wherever GET is."""
    methods: set[str] = set()
    for route in routes_of(scope["app"]):
        if isinstance(route, Route):
            found, _ = route.matches({**scope, "method": ""})
            methods |= (route.methods or set()) if found is Match.PARTIAL else set()
    methods |= {"HEAD"} if "GET" in methods else set()
    return ", ".join(sorted(methods))


def routes_of(router: Any) -> Iterator[BaseRoute]:  # noqa: ANN401 - FastAPI, or a router in it
    """Its routes and those of the routers in it; of mounted applications only the mount."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)  # how FastAPI keeps an included router
        if inner is None:
            yield route
        else:
            yield from routes_of(inner)

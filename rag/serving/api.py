"""The HTTP API: questions, searches, articles, and the server's health."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import anyio
from fastapi import APIRouter, Header, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from rag.answering.questions import check_question
from rag.serving.problems import BusyError, JsonResponse
from rag.serving.schemas import AskBody, SearchBody  # noqa: TC001 - FastAPI reads them at run time
from rag.serving.streaming import answer_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.records import Article
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

T = TypeVar("T")

AT_ONCE = 8  # questions worked on together; the model uses all cores for each
MOST_WAITING = 64  # beyond this a caller hears at once that the server is busy

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_UNCACHED = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}  # no proxy may hold pieces back
_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: _PROBLEM | {"description": "the body is no JSON"},
    422: _PROBLEM | {"description": "a field is missing, unknown or impossible"},
    503: _PROBLEM | {"description": "the index or the model can't be used, or the server is busy"},
}
_ASK_REPLY: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `Accept: text/event-stream` the events `piece`, `answer`, `error`.",
        "content": {"application/json": {}, "text/event-stream": {}},
    }
}


class Gate:
    """Lets `AT_ONCE` blocking calls run in threads and `MOST_WAITING` wait."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None

    @property
    def limiter(self) -> anyio.CapacityLimiter:
        """Made on first use, since it belongs to the running event loop."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(AT_ONCE)
        return self._limiter

    def check(self) -> None:
        """Raise BusyError when too many wait already."""
        waiting = self.limiter.statistics().tasks_waiting
        if waiting >= MOST_WAITING:
            raise BusyError(f"{waiting} questions are waiting already; try again in a moment")

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result, from a thread."""
        self.check()
        return await anyio.to_thread.run_sync(call, limiter=self.limiter)


def api_router(assistant: Assistant, settings: Settings) -> APIRouter:
    """Routes under /api/v1, and /healthz and /readyz."""
    router = APIRouter(default_response_class=JsonResponse)
    gate = Gate()
    _add_questions(router, assistant, settings, gate)
    _add_articles(router, assistant, gate)
    _add_health(router, assistant, gate)
    router.add_api_route("/api/{rest:path}", _nothing, methods=_METHODS, include_in_schema=False)
    return router


def _add_questions(router: APIRouter, assistant: Assistant, settings: Settings, gate: Gate) -> None:
    @router.post("/api/v1/search", tags=["questions"], responses=_ERRORS)
    async def search(body: SearchBody) -> Response:
        """The passages nearest to a question, best first."""
        question = check_question(body.question, settings.question_characters)
        found = await gate.run(lambda: assistant.search(question, body.k, body.filters))
        return JsonResponse({"passages": [passage.to_dict() for passage in found]})

    @router.post("/api/v1/ask", tags=["questions"], responses=_ERRORS | _ASK_REPLY)
    async def ask(
        request: Request, body: AskBody, accept: Annotated[str, Header()] = ""
    ) -> Response:
        """An answer whose every statement is quoted from an article, or word that none answers."""
        question = check_question(body.question, settings.question_characters)
        asked = (question, body.turns, body.filters)
        if "text/event-stream" in accept.lower():
            gate.check()
            stream = assistant.stream(*asked, writer=body.writer, passages=body.passages)
            events = answer_events(stream, gate.limiter, request.state.request_id)
            return StreamingResponse(events, media_type="text/event-stream", headers=_UNCACHED)
        answer = await gate.run(
            lambda: assistant.ask(*asked, writer=body.writer, passages=body.passages)
        )
        return JsonResponse(answer.to_dict())


def _add_articles(router: APIRouter, assistant: Assistant, gate: Gate) -> None:
    @router.get("/api/v1/articles", tags=["articles"])
    async def articles() -> Response:
        """What is known of every article, without the texts; newest first."""
        found = await gate.run(assistant.articles)
        return JsonResponse({"articles": [article_dict(article) for article in found]})

    @router.get("/api/v1/articles/{article_id:path}", tags=["articles"], responses={404: _PROBLEM})
    async def article(article_id: str) -> Response:
        """One article with its text; offsets of quotations count its code points."""
        found = await gate.run(lambda: assistant.article(article_id))
        if found is None:
            raise HTTPException(
                HTTPStatus.NOT_FOUND,
                f"the index has no article {article_id[:200]!r}; /api/v1/articles lists those it has",
            )
        return JsonResponse(article_dict(found) | {"text": found.text})


async def _nothing(request: Request) -> Response:
    detail = f"there is no {request.method} {request.url.path[:200]}; /docs lists what there is"
    raise HTTPException(HTTPStatus.NOT_FOUND, detail)


def _add_health(router: APIRouter, assistant: Assistant, gate: Gate) -> None:
    @router.get("/healthz", tags=["health"])
    async def healthz() -> Response:
        """The server is alive."""
        return JsonResponse({"status": "alive"})

    @router.get("/readyz", tags=["health"], responses={503: _ERRORS[503]})
    async def readyz() -> Response:
        """Index and model can be used."""
        await gate.run(assistant.check)
        return JsonResponse({"status": "ready"})


def article_dict(article: Article) -> dict[str, Any]:
    """What is known of an article, without its text."""
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "published_origin": article.published_origin,
        "url": article.url,
        "language": article.language,
        "author": article.author,
        "characters": len(article.text),
    }

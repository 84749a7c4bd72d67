"""The API's articles: listed, read, brought in, taken out, and each change undone."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import Response  # noqa: TC002 - FastAPI reads it at run time

from rag.errors import IngestionOffError
from rag.serving.http.gate import Gate
from rag.serving.http.incoming import BODIES, call_of
from rag.serving.http.listing import Listing, article_dict
from rag.serving.http.problems import JsonResponse, ProblemResponse, problem
from rag.serving.http.replies import Articles, ArticleText, Batches, problems
from rag.serving.http.replies import Receipt as ReceiptReply
from rag.serving.http.schemas import ArticleQuery  # noqa: TC001 - FastAPI reads it at run time
from rag.serving.ingesting.desk import OFF
from rag.serving.tokens.access import require_ingest

if TYPE_CHECKING:
    from rag.serving.ingesting.desk import Desk
    from rag.serving.ingesting.receipts import Receipt
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

_AT_ONCE: Final = 2  # files read together; of syncs there is only one at a time
_MOST_WAITING: Final = 16
_REASONS_SHOWN: Final = 3


def add_articles_routes(router: APIRouter, assistant: Assistant, gate: Gate) -> None:
    """GET /api/v1/articles and /api/v1/articles/{id}."""
    listing = Listing(assistant)

    @router.get(
        "/api/v1/articles",
        operation_id="list_articles",
        tags=["articles"],
        responses=problems(422, 504) | {200: {"model": Articles}},
    )
    async def articles(query: Annotated[ArticleQuery, Query()]) -> Response:
        """What is known of the articles that fit, without the texts: newest first, undated last, then by id."""
        return JsonResponse(await gate.run(lambda: listing.page(query)))

    @router.get(
        "/api/v1/articles/{article_id:path}",
        operation_id="get_article",
        tags=["articles"],
        responses=problems(404, 422, 504) | {200: {"model": ArticleText}},
    )
    async def article(article_id: str) -> Response:
        """One article with its text; offsets of quotations count its code points."""
        found = await gate.run(lambda: assistant.article(article_id))
        if found is None:
            raise HTTPException(
                HTTPStatus.NOT_FOUND,
                f"the index has no article {article_id[:200]!r}; /api/v1/articles lists those it has",
            )
        stories = await gate.run(assistant.stories)
        return JsonResponse(article_dict(found, stories) | {"text": found.text})


def add_desk_routes(router: APIRouter, desk: Desk | None, settings: Settings) -> None:
    """POST and DELETE of articles, and the batches that can be undone."""
    gate = Gate(_AT_ONCE, _MOST_WAITING, settings.ingestion_seconds)
    shared: dict[str, Any] = {"tags": ["ingestion"], "dependencies": [Depends(require_ingest)]}
    told = {"model": ReceiptReply}

    @router.post(
        "/api/v1/articles",
        operation_id="add_articles",
        status_code=HTTPStatus.CREATED,
        responses=problems(400, 408, 409, 413, 415, 422, 504)
        | {201: told, 200: told | {"description": "Nothing changed"}},
        openapi_extra={"requestBody": BODIES},
        **shared,
    )
    async def add(
        request: Request,
        replace: Annotated[bool, Query(description="in place of a known article")] = False,  # noqa: FBT002
    ) -> Response:
        """Bring in files, a text, or what is at an address; each is told of in the receipt."""
        working = _on(desk)
        call = await call_of(request, working, settings, replace=replace)
        return _told(await gate.run(call), request)

    @router.delete(
        "/api/v1/articles/{article_id:path}",
        operation_id="remove_article",
        responses=problems(404, 409, 422, 504) | {200: told},
        **shared,
    )
    async def remove(request: Request, article_id: str) -> Response:
        """Take an article out of corpus and index."""
        working = _on(desk)
        return _told(await gate.run(lambda: working.remove(article_id)), request)

    @router.get(
        "/api/v1/batches",
        operation_id="list_batches",
        responses=problems(422, 504) | {200: {"model": Batches}},
        **shared,
    )
    async def batches() -> Response:
        """The changes that can be undone, newest first."""
        found = await gate.run(_on(desk).batches)
        return JsonResponse({"batches": [batch.to_dict() for batch in found]})

    @router.post(
        "/api/v1/batches/{batch}/undo",
        operation_id="undo_batch",
        responses=problems(404, 408, 409, 413, 422, 504) | {200: told},
        **shared,
    )
    async def undo(request: Request, batch: str) -> Response:
        """Put corpus and index back to what they were before; the receipt's batch undoes that in turn."""
        working = _on(desk)
        return _told(await gate.run(lambda: working.undo(batch)), request)


def _on(desk: Desk | None) -> Desk:
    if desk is None or not desk.is_on:
        raise IngestionOffError(OFF)
    return desk


def _told(receipt: Receipt, request: Request) -> Response:
    """201 where articles came in, 200 for any other change or none, a problem where all was refused."""
    if not receipt.refused or receipt.refused < len(receipt.items):
        is_new = receipt.kind == "add" and receipt.took
        status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        return JsonResponse(receipt.to_dict(), status)
    faults = {item.fault for item in receipt.items}
    status = (
        HTTPStatus.CONFLICT
        if faults <= {"conflict", "impossible"}
        else HTTPStatus.UNPROCESSABLE_ENTITY
    )
    reasons = [f"{item.name[:100]}: {item.reason}" for item in receipt.items[:_REASONS_SHOWN]]
    body = problem(status, "; ".join(reasons), request.state.request_id)
    items = {"items": [dataclasses.asdict(item) for item in receipt.items]}
    return ProblemResponse(body | items, status)

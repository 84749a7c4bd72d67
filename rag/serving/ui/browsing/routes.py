"""GET /corpus and /timeline: the articles as a list, and in time. Pages work without a script."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, Request

from rag.answering.questions import check_question
from rag.errors import ShawahidError, UsageError
from rag.serving.tokens.access import may_ingest
from rag.serving.ui.browsing.document import Frame, document, message_page
from rag.serving.ui.browsing.find import PASSAGES, find
from rag.serving.ui.browsing.page import list_page
from rag.serving.ui.browsing.query import read_query
from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.timelines.view import timeline_page

if TYPE_CHECKING:
    from starlette.responses import HTMLResponse

    from rag.records import Passage
    from rag.serving.protocol import Assistant
    from rag.serving.ui.browsing.library import Library
    from rag.serving.ui.browsing.query import BrowseQuery
    from rag.serving.ui.render import Html
    from rag.settings import Settings


def browse_router(
    assistant: Assistant, settings: Settings, library: Library, *, adding: bool = False
) -> APIRouter:
    """The corpus pages; `adding` tells whether the server takes articles."""
    router = APIRouter(include_in_schema=False)

    @router.get("/corpus")
    async def corpus(request: Request) -> HTMLResponse:
        made = partial(_list, assistant, settings, library)
        return await _answered(request, "corpus", made, adding=adding)

    @router.get("/timeline")
    async def timeline(request: Request) -> HTMLResponse:
        return await _answered(request, "timeline", partial(_timeline, library), adding=adding)

    return router


async def _answered(
    request: Request, key: str, made: partial[Html], *, adding: bool
) -> HTMLResponse:
    frame = Frame.of(request, adding=adding and may_ingest(request.scope))
    title = tell(frame.language, key)
    try:
        main = await anyio.to_thread.run_sync(made, request)
    except UsageError as error:
        return message_page(frame, title, str(error), HTTPStatus.BAD_REQUEST)
    except ShawahidError as error:
        words = tell(frame.language, "trouble", reason=error)
        return message_page(frame, title, words, HTTPStatus.SERVICE_UNAVAILABLE)
    return document(frame, title, main)


def _list(assistant: Assistant, settings: Settings, library: Library, request: Request) -> Html:
    query, notes = read_query(request.query_params)
    shelf = library.shelf()

    def search() -> list[Passage]:
        return _passages(assistant, settings, query)

    found = find(shelf, query, search)
    return list_page(shelf, query, found, notes, request.state.language)


def _passages(assistant: Assistant, settings: Settings, query: BrowseQuery) -> list[Passage]:
    """What the store's search brings; an index of no articles brings nothing."""
    question = check_question(query.text, settings.question_characters)
    filters = query.filters
    return assistant.search(question, PASSAGES, None if filters.is_empty else filters)


def _timeline(library: Library, request: Request) -> Html:
    query, notes = read_query(request.query_params)
    return timeline_page(library.shelf(), query, notes, request)

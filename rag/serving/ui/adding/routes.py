"""GET and POST /add: articles from files, from an address, from a pasted text; undo and removal.

A form starts a batch and leads to the page of that batch, which tells how far it is and what became of it.
Forms are taken from our own pages only, and files never go through Gradio's upload.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from rag.serving.http.problems import JsonResponse
from rag.serving.tokens.access import may_ingest
from rag.serving.ui.adding.form import FormError, read_form
from rag.serving.ui.adding.jobs import MOST_AT_ONCE, Jobs, TooManyJobsError
from rag.serving.ui.adding.page import add_page, bounds_words, job_page, progress_of
from rag.serving.ui.adding.strings import tell_adding
from rag.serving.ui.browsing.document import Frame, document, message_page

if TYPE_CHECKING:
    from rag.serving.ingesting.desk import Desk
    from rag.settings import Settings

_MEGABYTE = 1_000_000


def adding_router(settings: Settings, desk: Desk | None = None) -> APIRouter:
    """The adding pages; without a desk they tell how to switch adding on."""
    router = APIRouter(include_in_schema=False)
    if desk is None:
        router.add_api_route("/add", _closed, methods=["GET", "POST"])
        return router
    pages = _Pages(settings, desk)
    router.add_api_route("/add", pages.show, methods=["GET"])
    router.add_api_route("/add", pages.add, methods=["POST"])
    router.add_api_route("/add/{job_id}.json", pages.progress, methods=["GET"])
    router.add_api_route("/add/{job_id}", pages.batch, methods=["GET"])
    return router


async def _closed(request: Request) -> Response:
    frame = Frame.of(request, adding=False)
    status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.FORBIDDEN
    return message_page(frame, _title(frame), tell_adding(frame.language, "off"), status)


class _Pages:
    """What the routes answer while adding is on."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._settings = settings
        self._desk = desk
        self._jobs = Jobs()

    async def show(self, request: Request) -> Response:
        """The forms."""
        frame = Frame.of(request, adding=may_ingest(request.scope))
        return _not_allowed(frame) or await self._page(frame)

    async def add(self, request: Request) -> Response:
        """Take a form, and lead to the page of its batch."""
        frame = Frame.of(request, adding=may_ingest(request.scope))
        refusal = _not_allowed(frame)
        if refusal:
            return refusal
        if not _is_own(request):
            words = tell_adding(frame.language, "foreign")
            return message_page(frame, _title(frame), words, HTTPStatus.FORBIDDEN)
        try:
            job_id = await self._started(request, frame.language)
        except TooManyJobsError:
            trouble = tell_adding(frame.language, "busy", n=MOST_AT_ONCE)
            return await self._page(frame, trouble, HTTPStatus.SERVICE_UNAVAILABLE)
        except FormError as error:
            return await self._page(frame, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse(f"/add/{job_id}", HTTPStatus.SEE_OTHER)

    async def progress(self, request: Request, job_id: str) -> Response:
        """How far a batch is, for the page's script."""
        job = self._jobs.get(job_id) if may_ingest(request.scope) else None
        if job is None:
            return JsonResponse({"done": True}, HTTPStatus.NOT_FOUND)
        return JsonResponse(progress_of(job, request.state.language))

    async def batch(self, request: Request, job_id: str) -> Response:
        """How far a batch is, or what became of it."""
        frame = Frame.of(request, adding=may_ingest(request.scope))
        refusal, job = _not_allowed(frame), self._jobs.get(job_id)
        if refusal or job is None:
            words = tell_adding(frame.language, "no_job")
            return refusal or message_page(frame, _title(frame), words, HTTPStatus.NOT_FOUND)
        main = job_page(job, frame.language)
        return document(frame, _title(frame), main, "narrow", refreshing=not job.is_done)

    async def _started(self, request: Request, language: str) -> str:
        form = request.form(
            max_files=self._settings.ingestion_files + 1,
            max_fields=20,
            max_part_size=int(self._settings.ingestion_megabytes * _MEGABYTE),
        )
        try:
            async with form as given:
                return self._jobs.start(await read_form(given, self._desk, language))
        except HTTPException:  # more files or longer fields than are taken, or no form at all
            raise FormError(bounds_words(self._settings, self._desk.endings, language)) from None

    async def _page(self, frame: Frame, trouble: str = "", status: int = HTTPStatus.OK) -> Response:
        batches = await anyio.to_thread.run_sync(self._desk.batches)
        main = add_page(self._settings, self._desk.endings, batches, frame.language, trouble)
        return document(frame, _title(frame), main, "wide", status)


def _not_allowed(frame: Frame) -> Response | None:
    if frame.adding:
        return None
    words = tell_adding(frame.language, "not_allowed")
    return message_page(frame, _title(frame), words, HTTPStatus.FORBIDDEN)


def _is_own(request: Request) -> bool:
    """Whether a page of ours sent the form: browsers tell the origin of every post, and no page can change it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _title(frame: Frame) -> str:
    return tell_adding(frame.language, "add")

"""Exports: a conversation as Markdown or HTML, its sources as BibTeX or CSL-JSON; and the page's download."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from rag.errors import UsageError
from rag.serving.ui.exporting.markdown import markdown
from rag.serving.ui.exporting.page import html_file
from rag.serving.ui.exporting.records import read_turns, sources_of
from rag.serving.ui.exporting.references import bibtex, csl_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from rag.serving.protocol import Assistant
    from rag.serving.ui.exporting.records import Told


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its ending, media type, and what writes it."""

    ending: str
    media: str
    write: Callable[[Sequence[Told], str, date], str]


FORMATS = {
    "md": Format("md", "text/markdown; charset=utf-8", markdown),
    "html": Format("html", "text/html; charset=utf-8", html_file),
    "bibtex": Format(
        "bib",
        "application/x-bibtex; charset=utf-8",
        lambda turns, _language, _day: bibtex(sources_of(turns)),
    ),
    "csl": Format(
        "json",
        "application/vnd.citationstyles.csl+json; charset=utf-8",
        lambda turns, _language, _day: csl_json(sources_of(turns)),
    ),
}


def exported(turns: Sequence[Told], name: str, language: str, day: date) -> str:
    """The file of format `name` (a key of FORMATS)."""
    return str(FORMATS[name].write(turns, language, day))


def export_router(assistant: Assistant) -> APIRouter:
    """POST /export/{format}, a form with the field `turns`: a JSON array of answers; gives a file.

    What the browser sends is not trusted: every quotation is compared with its stored article, whose
    particulars take the place of those sent.
    """
    router = APIRouter(include_in_schema=False)

    @router.post("/export/{name}")
    async def export(request: Request, name: str) -> Response:
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise HTTPException(404, f"there is no export {name[:40]!r}; there are {known}")
        form = await request.form(max_files=0, max_fields=4)
        rows = _rows(form.get("turns"))
        language = request.state.language
        made = partial(_made, assistant, rows, name, language)
        text = await anyio.to_thread.run_sync(made)
        return Response(text, headers=_headers(FORMATS[name]))

    return router


def _made(assistant: Assistant, rows: Sequence[object], name: str, language: str) -> bytes:
    turns = read_turns(rows, assistant.article)
    return exported(turns, name, language, datetime.now(UTC).date()).encode("utf-8", "replace")


def _headers(kind: Format) -> dict[str, str]:
    return {
        "Content-Type": kind.media,
        "Content-Disposition": f'attachment; filename="shawahid.{kind.ending}"',
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "no-store",
    }


def _rows(field: object) -> list[object]:
    try:
        rows = json.loads(field) if isinstance(field, str) else None
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise UsageError("the field `turns` is missing or no JSON array of answers")
    return rows

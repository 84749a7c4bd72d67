"""Bodies that bring articles: files, a text, or an address."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from rag.serving.http.schemas import ArticleBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from rag.serving.ingesting.desk import Desk
    from rag.serving.ingesting.receipts import Receipt
    from rag.settings import Settings

# For the documentation; FastAPI can't tell of a body that has two types.
BODIES: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "format": "binary"},
                        "description": "article files; their endings tell their formats",
                    }
                },
            }
        },
        "application/json": {"schema": ArticleBody.model_json_schema()},
    },
}


async def call_of(
    request: Request, desk: Desk, settings: Settings, *, replace: bool
) -> Callable[[], Receipt]:
    """What the body asks of the desk, to be called in a thread.

    Raises:
        HTTPException: the body is of another type, or can't be read.
        RequestValidationError: a field is missing, unknown or impossible.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        files = await _files(request, settings)
        return lambda: desk.add(files, replace=replace)
    if kind == "application/json":
        return _json_call(await request.body(), desk)
    raise HTTPException(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        f"the body is of type {kind[:60]!r}; send files as multipart/form-data, or JSON",
    )


async def _files(request: Request, settings: Settings) -> list[tuple[str, bytes]]:
    # One more than are taken, so that the desk says how many too many there are.
    async with request.form(max_files=settings.ingestion_files + 1, max_fields=0) as form:
        parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        return [(part.filename or "", await part.read()) for part in parts]


def _json_call(data: bytes, desk: Desk) -> Callable[[], Receipt]:
    try:
        body = ArticleBody.model_validate_json(data)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
    if body.url is not None:
        url = body.url
        return lambda: desk.add_url(url)
    return lambda: desk.add_text(
        body.title,
        body.text or "",
        published=body.published,
        source=body.source,
        language=body.language,
    )

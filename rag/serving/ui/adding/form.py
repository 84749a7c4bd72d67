"""What a form of the adding page asks for, read and checked before any work begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import ShawahidError
from rag.serving.ui.adding.strings import tell_adding
from rag.serving.ui.browsing.query import read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.datastructures import FormData

    from rag.serving.ingesting.desk import Desk
    from rag.serving.ingesting.receipts import Receipt, Tell

    Work = Callable[[Tell], Receipt]

_BATCH = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
_MOST_CHARACTERS = 300  # of a title or an outlet


class FormError(ShawahidError):
    """A form lacks something; the text is a sentence in the reader's language."""


async def read_form(form: FormData, desk: Desk, language: str) -> Work:
    """The work that a form asks for: `kind` is "files", "address", "text", "undo" or "remove".

    Raises:
        FormError: something is missing.
    """
    kind = _word(form, "kind")
    if kind == "files":
        return _files(await _uploads(form), desk, language, replace=bool(form.get("replace")))
    readers = {"address": _address, "text": _text, "undo": _undo, "remove": _remove}
    if kind not in readers:
        raise FormError(tell_adding(language, "no_file"))
    return readers[kind](form, desk, language)


def _files(files: Sequence[tuple[str, bytes]], desk: Desk, language: str, *, replace: bool) -> Work:
    if not files:
        raise FormError(tell_adding(language, "no_file"))
    return lambda tell: desk.add(files, replace=replace, progress=tell)


def _address(form: FormData, desk: Desk, language: str) -> Work:
    url = _word(form, "url")
    if not url:
        raise FormError(tell_adding(language, "no_address"))
    return lambda tell: desk.add_url(url, progress=tell)


def _text(form: FormData, desk: Desk, language: str) -> Work:
    title, body = _word(form, "title")[:_MOST_CHARACTERS], form.get("body")
    if not title:
        raise FormError(tell_adding(language, "no_title"))
    if not isinstance(body, str) or not body.strip():
        raise FormError(tell_adding(language, "no_text"))
    shown = _word(form, "day")
    day = read_day(shown)
    if shown and day is None:
        raise FormError(tell_adding(language, "bad_day", day=shown[:40]))
    outlet = _word(form, "outlet")[:_MOST_CHARACTERS] or None
    text = body.replace("\r\n", "\n")
    return lambda tell: desk.add_text(title, text, published=day, source=outlet, progress=tell)


def _undo(form: FormData, desk: Desk, language: str) -> Work:
    batch = _word(form, "batch")
    if not _BATCH.fullmatch(batch):
        raise FormError(tell_adding(language, "no_job"))
    return lambda tell: desk.undo(batch, progress=tell)


def _remove(form: FormData, desk: Desk, language: str) -> Work:
    del language
    article_id = form.get("article")
    known = article_id if isinstance(article_id, str) else ""
    return lambda tell: desk.remove(known, progress=tell)


async def _uploads(form: FormData) -> list[tuple[str, bytes]]:
    return [
        (upload.filename, await upload.read())
        for upload in form.getlist("files")
        if not isinstance(upload, str) and upload.filename
    ]


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""

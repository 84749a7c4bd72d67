"""All times that a text names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rag.records import DateMention
from rag.text.dates.combine import Found, Reader
from rag.text.dates.items import shrink
from rag.text.dates.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_PARAGRAPH: Final = re.compile(r"(?:[^\n]+\n?)+")


def find_dates(
    text: str, anchor: date | None = None, language: str | None = None
) -> list[DateMention]:
    """The times that `text` names, sorted, without overlap, at code points of `text`.

    Args:
        text: any text, not folded.
        anchor: day from which "yesterday" or "5 March" is understood; without it, such mentions are left out.
        language: "en" makes 03/04/2023 the fourth of March; it is the third of April otherwise.
    """
    return [mention for mention, _ in mentions_with_parts(text, anchor, language)]


def mentions_with_parts(
    text: str, anchor: date | None, language: str | None, *, asking: bool = False
) -> Iterator[tuple[DateMention, Found]]:
    """Each mention with what it was read from; `asking` as in `Reader`."""
    language = language.lower().replace("_", "-").split("-")[0] if language else None
    for paragraph in _PARAGRAPH.finditer(text):
        row = tokenize(paragraph.group(), language)
        for found in Reader(shrink(row, anchor, language), anchor, asking=asking).read():
            start, end = row.folded.original_span(
                row.tokens[found.start].start, row.tokens[found.end - 1].end
            )
            base = paragraph.start()
            yield (
                DateMention(base + start, base + end, found.first, found.last, found.certainty),
                found,
            )

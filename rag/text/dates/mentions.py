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


# English words for time that are also verbs: "may last", "will last six weeks". A month is written May.
_MODAL: Final = re.compile(
    r"\b(?:will|would|shall|should|can|could|may|might|must|to|not|n't|did|does|do)\s+$",
    re.IGNORECASE,
)
_VERB: Final = re.compile(r"may\b(?!\s*\d)|last\b")


def _is_verb(text: str, start: int, end: int) -> bool:
    if text.startswith("may", start, end):
        return _VERB.match(text, start, end) is not None
    return (
        text.startswith("last", start, end)
        and _MODAL.search(text, max(0, start - 12), start) is not None
    )


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
            start, end = row.place(found.start, found.end)
            base = paragraph.start()
            if _is_verb(paragraph.group(), start, end):
                continue
            yield (
                DateMention(base + start, base + end, found.first, found.last, found.certainty),
                found,
            )

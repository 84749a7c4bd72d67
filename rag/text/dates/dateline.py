"""The day on which an article says it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rag.text.dates.mentions import mentions_with_parts

if TYPE_CHECKING:
    from datetime import date

    from rag.records import DateMention

HEAD_CHARACTERS: Final = 1500
_HEAD_SHARE: Final = 5
_NEWS_DAYS: Final = 7


def title_or_dateline_date(text: str) -> DateMention | None:
    """The mention of the article's own day near its start, or None."""
    head = text[: max(HEAD_CHARACTERS, len(text) // _HEAD_SHARE)]
    found: list[DateMention] = []
    for mention, parts in mentions_with_parts(head, None, None):
        weekday = parts.written[0].weekday
        if mention.first and mention.first == mention.last and mention.first.weekday() == weekday:
            found.append(mention)
    days: list[date] = [mention.first for mention in found if mention.first]
    if not days or (max(days) - min(days)).days > _NEWS_DAYS:
        return None
    return next(mention for mention in found if mention.first == max(days))

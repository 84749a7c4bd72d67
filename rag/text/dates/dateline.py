"""The day on which an article says it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rag.text.dates.mentions import mentions_with_parts

if TYPE_CHECKING:
    from rag.records import DateMention
    from rag.text.dates.combine import Found

HEAD_CHARACTERS: Final = 1500
_HEAD_SHARE: Final = 5  # or the first fifth of a long text
_LINE_CHARACTERS: Final = 200  # a dateline stands in front of the text, after a title at most
_PLACE: Final = re.compile(r"(?:^|\n)[^\n.!?؟:]{0,40}\Z")  # "Damascus, ", "دمشق (رويترز) "
_RULE: Final = re.compile(r"[\s\u200e\u200f]*(?:\([^()\n]{1,40}\)\s*)?(?:[-\u2013\u2014:|/]|\n|\Z)")
_NEWS_DAYS: Final = 7


def title_or_dateline_date(text: str, language: str | None = None) -> DateMention | None:
    """The mention of the article's own day near its start, or None where nothing says so clearly.

    Only a single day with its year counts. In this order: a day behind a publication cue ("Published:"); a day in
    front of the text, alone or behind a place ("Damascus, 23 March 2020 (Agency) -"); a day whose weekday is
    named and right ("on Monday, 23 March 2020"). Of several days with weekdays the latest, as news tells of the
    days before it; None if they lie more than a week apart, since one is then background or announcement.
    """
    head = text[: max(HEAD_CHARACTERS, len(text) // _HEAD_SHARE)]
    dated: list[DateMention] = []
    lines: list[DateMention] = []
    for mention, found in mentions_with_parts(head, None, language):
        if mention.first is None or mention.first != mention.last:
            continue
        if found.is_announced:
            return mention
        if _is_dateline(text, mention):
            lines.append(mention)
        elif _names_its_weekday(mention, found):
            dated.append(mention)
    return lines[0] if lines else _latest(dated)


def _is_dateline(text: str, mention: DateMention) -> bool:
    if mention.start > _LINE_CHARACTERS:
        return False
    return bool(_PLACE.search(text[: mention.start]) and _RULE.match(text, mention.end))


def _names_its_weekday(mention: DateMention, found: Found) -> bool:
    weekday = found.written[0].weekday
    return mention.first is not None and mention.first.weekday() == weekday


def _latest(mentions: list[DateMention]) -> DateMention | None:
    days = [mention.first for mention in mentions if mention.first]
    if not days or (max(days) - min(days)).days > _NEWS_DAYS:
        return None
    return mentions[days.index(max(days))]

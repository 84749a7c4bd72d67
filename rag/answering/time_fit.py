"""Does a passage speak of the time that the question names? Never answer about another year silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Article, DateMention, TimeRange
    from rag.store import ScoredChunk


def event_times(
    article: Article, mentions: Sequence[DateMention], start: int, end: int
) -> list[DateMention]:
    """The bounded times that the text at `[start, end)` is about.

    Those named there; else the last ones named before it in the same paragraph; else none, and the
    article's own date stands for it.
    """
    bounded = [m for m in mentions if not m.is_open]
    named = [m for m in bounded if start <= m.start < end]
    if named:
        return named
    paragraph = article.text.rfind("\n", 0, start) + 1
    before = [m for m in bounded if paragraph <= m.start < start]
    return before[-1:]


def fits(
    time: TimeRange, article: Article, mentions: Sequence[DateMention], start: int, end: int
) -> bool:
    """Whether the text at `[start, end)` is about a day within `time`.

    Where the text names no time, its article's publication date stands for it; where that is unknown
    too, any time that the article names. Nothing known, no fit.
    """
    if any(_begins_or_ends_in(time, m) for m in mentions if m.is_open and start <= m.start < end):
        return True
    named = event_times(article, mentions, start, end)
    if named:
        return any(time.overlaps(m.first, m.last) for m in named)
    if article.published is not None:
        return time.overlaps(article.published, article.published)
    return any(time.overlaps(m.first, m.last) for m in mentions if not m.is_open)


def _begins_or_ends_in(time: TimeRange, mention: DateMention) -> bool:
    """Whether the known end of an open range ("since 2011") lies within `time`."""
    bound = mention.first or mention.last
    return bound is not None and time.overlaps(bound, bound)


def fitting_sentences(time: TimeRange, candidate: ScoredChunk) -> list[int]:
    """Numbers of the candidate's sentences that are about `time`."""
    return [
        number
        for number, s in enumerate(candidate.chunk.sentences)
        if fits(time, candidate.article, candidate.mentions, s.start, s.end)
    ]

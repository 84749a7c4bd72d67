"""A question about a time and nothing else ("what happened in May 2022?"): the stories of that time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.time_fit import event_times, fits
from rag.answering.writers import Evidence
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.understand import Query
    from rag.records import Filters, Passage, TimeRange
    from rag.store import ScoredChunk

# Words that ask for whatever there was, folded; by their beginnings. Closed classes, no names of anything.
_HAPPENING = re.compile(
    fold_text(
        "(?:حدث|حصل|جرى|صار|وقع|احداث|الاحداث|اخبار|الاخبار|ابرز|اهم|مستجدات|تطورات|وقائع|"
        "happen|occur|event|news|take|took|place|main|major|important|"
        "произош|происход|случил|событи|новост|главн|важн|"
        "passe|evenement|actualit|nouvelle|arriv|"
        "oldu|olan|olay|haber|gelisme|onemli|"
        "passier|gescha|ereign|nachricht|wichtig|"
        "paso|pasad|ocurr|noticia|suced|evento|acontec|"
        "اتفاق|افتاد|رخ|داد|رويداد|خبر)"
    )
    + r"\w*"
)
_LIKELY = 0.9  # that a story of the time asked for is wanted; no model is needed for it


def asks_only_when(content: Sequence[str]) -> bool:
    """Whether the folded content words of a topic, its time taken off, ask for nothing in particular."""
    return all(_HAPPENING.fullmatch(word) for word in content)


def within(filters: Filters, time: TimeRange) -> Filters:
    """The filters, narrowed to articles published in the time."""
    since = max(filter(None, (filters.since, time.first)), default=None)
    until = min(filter(None, (filters.until, time.last)), default=None)
    return replace(filters, since=since, until=until)


def overview(query: Query, found: Sequence[tuple[Passage, ScoredChunk]]) -> list[Evidence]:
    """For each article, earliest event first, its first sentence about the time: the lead sums a story up."""
    if query.time is None:
        return []
    first: dict[str, tuple[Evidence, str]] = {}
    for passage, scored in sorted(found, key=lambda pair: pair[0].chunk.start):
        for sentence in scored.chunk.sentences:
            span = (sentence.start, sentence.end)
            if passage.article.id not in first and fits(
                query.time, passage.article, scored.mentions, *span
            ):
                evidence = Evidence(passage, *span, _LIKELY)
                first[passage.article.id] = (evidence, _day(scored, *span))
    return [e for e, _ in sorted(first.values(), key=lambda pair: (pair[1], pair[0].passage.rank))]


def _day(scored: ScoredChunk, start: int, end: int) -> str:
    """The first day that the text is about, as a key to sort by; unknown days last."""
    named = event_times(scored.article, scored.mentions, start, end)
    day = (named[0].first if named else None) or scored.article.published
    return day.isoformat() if day else "9999"

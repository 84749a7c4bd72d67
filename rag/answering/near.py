"""What comes close to a question without answering it, and why it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.phrases import attribution, day_name, phrase, quoted, range_name, short
from rag.answering.place_fit import missing_town
from rag.answering.time_fit import event_times
from rag.records import NearMiss, TimeRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.retrieve import Retrieved
    from rag.answering.understand import Query
    from rag.store import ScoredChunk

_MOST = 3
# A miss is named only if it ranks nearly as high as the best passage found; tells what is "near" from
# what is merely there. On the fused score, whose cosine part spans about 0.1 between good and random.
_NEAR = 0.06
# Least cosine over the language's background at which a passage is on the question's subject at all. With
# the packaged model eleven questions on nothing in the corpus stayed under 0.031, eight near misses came to
# 0.056 or more but for one ("When was the earthquake?", 0.015).
_ON_SUBJECT = 0.04


def near_misses(query: Query, found: Retrieved, *, answered: bool) -> list[NearMiss]:
    """Up to three articles: of another time or town than asked; without an answer, of the subject too.

    Without an answer, the best of the right time and town comes first, then by score.
    """
    fitting = [] if answered else found.fitting
    ranked = sorted([*found.misses, *fitting], key=lambda pair: -pair[0].score)
    best = max((p.score for p, _ in [*found.fitting, *found.misses]), default=0.0)
    near = [pair for pair in ranked if pair[0].score >= best - _NEAR]
    answering = {p.article.id for p, _ in found.fitting} if answered else set()
    misses: dict[str, NearMiss] = {}
    for passage, scored in [*fitting[:1], *near]:
        on_subject = scored.dense - scored.background >= _ON_SUBJECT
        if on_subject and passage.article.id not in answering:
            misses.setdefault(
                passage.article.id, NearMiss(passage.article, _why(query, scored, found))
            )
    return list(misses.values())[:_MOST]


def _why(query: Query, scored: ScoredChunk, found: Retrieved) -> str:
    if any(scored is other for _, other in found.fitting):
        return phrase("weak", query.language)
    town = missing_town(query.towns, scored.article)
    if town is not None:
        return phrase("other_place", query.language, place=town.name)
    return _why_not_then(query, scored)


def _why_not_then(query: Query, scored: ScoredChunk) -> str:
    asked = range_name(query.time, query.language)
    article = scored.article
    if article.published:
        return phrase(
            "other_time",
            query.language,
            found=day_name(article.published, query.language),
            time=asked,
        )
    named = event_times(article, scored.mentions, scored.chunk.start, scored.chunk.end)
    if named:
        times = range_name(TimeRange(named[0].first, named[0].last), query.language)
        return phrase("other_time", query.language, found=times, time=asked)
    return phrase("untimed", query.language, time=asked)


def not_found_text(language: str, misses: Sequence[NearMiss]) -> str:
    """The sentence that says so, and the nearest things by title and date."""
    text = phrase("not_found", language)
    if misses:
        titles = [_named(miss, language) for miss in misses]
        text += " " + phrase(
            "nearest", language, titles=_SEPARATOR.get(language, "; ").join(titles)
        )
    return text


_SEPARATOR = {"ar": "؛ ", "fa": "؛ "}


def _named(miss: NearMiss, language: str) -> str:
    article = miss.article
    if not article.title:
        return attribution(article, language)
    when = (
        day_name(article.published, language) if article.published else phrase("undated", language)
    )
    return f"{quoted(short(article.title), language)} ({when})"

"""Exchanges as the browser keeps them, and back. What comes back is untrusted: shape, length and quotations are checked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date  # noqa: TC003 - pydantic reads annotations at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.answering.questions import check_question
from rag.errors import UsageError
from rag.records import Answer, Chunk, Citation, Filters, Match, NearMiss, Passage, Status
from rag.serving.ui.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.records import Article

    Lookup = Callable[[str], Article | None]

MOST_TURNS = 12
_MOST = 60  # citations, near misses, passages, notices of one answer
_SHORTEST_MOVED = 12  # characters of a quotation looked for elsewhere in its article

Short = Annotated[str, Field(max_length=2000)]
Long = Annotated[str, Field(max_length=40_000)]
Place = Annotated[int, Field(ge=0)]
Lines = Annotated[list[Long], Field(max_length=_MOST)]
Names = Annotated[list[Short], Field(max_length=100)]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Limits(_Kept):
    since: date | None = None
    until: date | None = None
    sources: Names = []
    languages: Names = []
    articles: Names = []


class _Citation(_Kept):
    marker: Annotated[int, Field(ge=1, le=999)]
    article_id: Short
    quote: Annotated[Long, Field(min_length=1)]
    start: Place
    end: Place
    support: Annotated[float, Field(ge=0, le=1)] = 0
    match: Match = "verbatim"


class _NearMiss(_Kept):
    article_id: Short
    why: Long = ""


class _Passage(_Kept):
    article_id: Short
    start: Place
    end: Place


class _Answer(_Kept):
    status: Status
    language: Annotated[str, Field(max_length=20)]
    text: Long
    confidence: Annotated[float, Field(ge=0, le=1)] = 0
    writer: Short = ""
    citations: Annotated[list[_Citation], Field(max_length=_MOST)] = []
    near_misses: Annotated[list[_NearMiss], Field(max_length=_MOST)] = []
    passages: Annotated[list[_Passage], Field(max_length=_MOST)] = []
    unsupported: Lines = []
    contradicted: Lines = []
    notices: Lines = []


class _Turn(_Kept):
    version: Literal[1]
    question: Long
    filters: _Limits = _Limits()
    answer: _Answer
    seconds: Annotated[float, Field(ge=0, le=86_400)] = 0
    followups: Annotated[list[Short], Field(max_length=6)] = []


def kept_json(exchange: Exchange) -> str:
    """An answered exchange as JSON; articles by id, so that no text but quotations is kept twice."""
    answer, filters = exchange.answer, exchange.filters
    assert answer is not None
    shown = answer.to_dict()
    fields = ("article_id", "start", "end")
    shown["passages"] = [{name: p[name] for name in fields} for p in shown["passages"]]
    for name in ("id", "question", "timings_ms"):
        shown.pop(name)
    row: dict[str, Any] = {
        "version": 1,
        "question": exchange.question,
        "filters": {
            "since": filters.since and filters.since.isoformat(),
            "until": filters.until and filters.until.isoformat(),
            "sources": filters.sources,
            "languages": filters.languages,
            "articles": filters.articles,
        },
        "answer": shown,
        "seconds": round(exchange.seconds, 2),
        "followups": exchange.followups,
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def restored(rows: object, lookup: Lookup, longest: int) -> list[Exchange]:
    """The exchanges that `rows` hold, numbered anew; those that make no sense are left out.

    A citation is kept only where its article holds the quotation to the letter, at its place or another.
    """
    found: list[Exchange] = []
    for row in rows[-MOST_TURNS:] if isinstance(rows, list) else []:
        try:
            turn = _Turn.model_validate(row)
            question = check_question(turn.question, longest)
        except (ValidationError, UsageError):
            continue
        found.append(_exchange(len(found) + 1, question, turn, lookup))
    return found


def _exchange(number: int, question: str, turn: _Turn, lookup: Lookup) -> Exchange:
    told = turn.answer
    checked = [_citation(citation, lookup) for citation in told.citations]
    citations = tuple(citation for citation in checked if citation)
    near = [(lookup(miss.article_id), miss.why) for miss in told.near_misses]
    limits = turn.filters
    answer = Answer(
        question,
        told.language,
        told.status,
        told.text,
        told.confidence,
        told.writer,
        citations=citations,
        passages=tuple(_passages(told.passages, lookup)),
        near_misses=tuple(NearMiss(article, why) for article, why in near if article),
        unsupported=tuple(told.unsupported),
        contradicted=tuple(told.contradicted),
        notices=tuple(told.notices),
    )
    lost = len(checked) - len(citations)
    if lost and answer.status == "answered":
        answer = replace(answer, status="partial")
    filters = Filters(
        limits.since,
        limits.until,
        tuple(limits.sources),
        tuple(limits.languages),
        tuple(limits.articles),
    )
    return Exchange(
        number,
        question,
        filters,
        answer=answer,
        state="answered",
        seconds=turn.seconds,
        followups=tuple(turn.followups),
        lost=lost,
        is_restored=True,
    )


def _citation(kept: _Citation, lookup: Lookup) -> Citation | None:
    article = lookup(kept.article_id)
    if article is None:
        return None
    start = kept.start
    if article.text[start : kept.end] != kept.quote:
        start = article.text.find(kept.quote) if len(kept.quote) >= _SHORTEST_MOVED else -1
    if start < 0:
        return None
    end = start + len(kept.quote)
    return Citation(kept.marker, article, kept.quote, start, end, kept.support, kept.match)


def _passages(kept: list[_Passage], lookup: Lookup) -> list[Passage]:
    found = []
    for rank, place in enumerate(kept, start=1):
        article = lookup(place.article_id)
        if article and place.start < place.end <= len(article.text):
            text = article.text[place.start : place.end]
            chunk = Chunk(article.id, place.start, place.end, text, ())
            found.append(Passage(rank, 0.0, chunk, article))
    return found

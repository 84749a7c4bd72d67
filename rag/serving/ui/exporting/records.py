"""A conversation to be exported: read from JSON that is not trusted, its quotations checked anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date  # noqa: TC003 - pydantic reads annotations at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import UsageError
from rag.records import Article, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Lookup = Callable[[str], Article | None]

MOST_TURNS = 200
_MOST_CITATIONS = 200

Check = Literal["checked", "unchecked", "differs"]
Short = Annotated[str, Field(max_length=4000)]
Long = Annotated[str, Field(max_length=100_000)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Citation(_Row):
    marker: Annotated[int, Field(ge=1, le=9999)]
    article_id: Annotated[str, Field(min_length=1, max_length=1000)]
    title: Short = ""
    source: Short | None = None
    published: date | None = None
    published_origin: Short = "unknown"
    url: Short | None = None
    language: Short | None = None
    quote: Annotated[Long, Field(min_length=1)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class _Answer(_Row):
    question: Long
    language: Annotated[str, Field(max_length=35)] = ""
    status: Status
    text: Long
    citations: Annotated[list[_Citation], Field(max_length=_MOST_CITATIONS)] = []


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation of an answer. `article` has no text; its particulars are the stored ones where there are any."""

    marker: int
    article: Article
    quote: str
    check: Check


@dataclass(frozen=True, slots=True)
class Told:
    """One question and its answer."""

    question: str
    language: str
    status: Status
    text: str
    quotes: tuple[Quoted, ...]


def read_turns(rows: Sequence[object], lookup: Lookup | None = None) -> list[Told]:
    """The turns that `rows` hold: answers as `Answer.to_dict` makes them, or as the page keeps them.

    Args:
        rows: one JSON value a turn, in order.
        lookup: gives the stored article of an id. A quotation is "checked" only where that article holds
            it at its offsets, to the letter; without `lookup` all are "unchecked".

    Raises:
        UsageError: a row is no answer; the message names the row and what is wrong.
    """
    if not rows:
        raise UsageError(
            "there is no answer to export; give at least one, as `ask --json` prints it"
        )
    if len(rows) > MOST_TURNS:
        raise UsageError(
            f"{len(rows)} answers were given, at most {MOST_TURNS} are exported at once"
        )
    return [_told(number, row, lookup) for number, row in enumerate(rows, start=1)]


def sources_of(turns: Iterable[Told]) -> list[Article]:
    """The cited articles, each once, in the order of their first quotation."""
    found: dict[str, Article] = {}
    for turn in turns:
        for quoted in turn.quotes:
            found.setdefault(quoted.article.id, quoted.article)
    return list(found.values())


def _told(number: int, row: object, lookup: Lookup | None) -> Told:
    try:
        answer = _Answer.model_validate(_flat(row))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UsageError(
            f"answer {number} can't be exported: {place}: {first['msg'].lower()}; "
            "expected JSON as `ask --json` prints it"
        ) from None
    quotes = tuple(_quoted(citation, lookup) for citation in answer.citations)
    return Told(answer.question, answer.language, answer.status, answer.text, quotes)


def _flat(row: object) -> object:
    """A turn of the page has its answer beside the question."""
    if isinstance(row, dict) and isinstance(row.get("answer"), dict):
        flat: dict[str, Any] = {**row["answer"], "question": row.get("question")}
        return flat
    return row


def _quoted(citation: _Citation, lookup: Lookup | None) -> Quoted:
    article = lookup(citation.article_id) if lookup else None
    if article is None:
        told = Article(
            citation.article_id,
            "",
            citation.title,
            citation.published,
            citation.published_origin,
            citation.source,
            citation.url,
            citation.language,
        )
        return Quoted(citation.marker, told, citation.quote, "unchecked")
    holds = article.text[citation.start : citation.end] == citation.quote
    stored = replace(article, text="")
    return Quoted(citation.marker, stored, citation.quote, "checked" if holds else "differs")

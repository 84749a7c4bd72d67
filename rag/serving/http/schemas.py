"""Bodies and queries of the API's requests; whatever they don't name is refused."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from rag.answering.questions import BrokenTextError, check_text
from rag.records import Filters, Turn

MOST_TURNS = 1000  # of those, the setting history_turns says how many are taken
MOST_NAMES = 100


def _iso_day(value: Any) -> date | None:  # noqa: ANN401 - whatever the JSON holds
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a date is a string of the form YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("the calendar has no such day") from None


def _text(value: str) -> str:
    try:
        return check_text(value, "text")
    except BrokenTextError as error:
        raise ValueError(str(error)) from None


Text = Annotated[str, AfterValidator(_text)]
Day = Annotated[
    date | None,
    BeforeValidator(_iso_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Dated(_Body):
    since: Day = Field(None, description="earliest day of publication", examples=["2020-01-31"])
    until: Day = Field(None, description="latest day of publication")

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since ({self.since}) is after until ({self.until}); swap them")
        return self


class _Filtered(_Dated):
    question: Text = Field(
        description="in any language", examples=["ماذا تقول المقالات عن الانتخابات؟"]
    )
    sources: tuple[Text, ...] = Field((), max_length=MOST_NAMES, description="outlets allowed")
    languages: tuple[Text, ...] = Field((), max_length=MOST_NAMES, description="languages allowed")

    @property
    def filters(self) -> Filters | None:
        """What the caller allows; None when that is everything."""
        chosen = Filters(self.since, self.until, self.sources, self.languages)
        return None if chosen.is_empty else chosen


class SearchBody(_Filtered):
    """A search for passages."""

    k: int = Field(10, ge=1, le=100, strict=True, description="most passages returned")


class HistoryTurn(_Body):
    """One earlier exchange."""

    question: Text
    answer: Text = ""


class AskBody(_Filtered):
    """A question to answer."""

    history: tuple[HistoryTurn, ...] = Field((), max_length=MOST_TURNS, description="oldest first")
    writer: Literal["auto", "extractive", "ollama"] | None = Field(
        None, description="who writes the answer; default: the server's setting"
    )
    passages: int | None = Field(
        None,
        ge=1,
        le=100,
        strict=True,
        description="passages to answer from; default: the server's",
    )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the assistant takes it."""
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)


class ArticleQuery(_Dated):
    """Which articles are listed, and which page of them."""

    source: list[Text] = Field([], max_length=MOST_NAMES, description="outlets; may be repeated")
    language: list[Text] = Field([], max_length=MOST_NAMES, description="may be repeated")
    query: Text | None = Field(
        None, max_length=200, description="words that the title holds, in any spelling"
    )
    story: Text | None = Field(
        None, max_length=200, description="a story, or an article of it: the copies of it"
    )
    offset: int = Field(0, ge=0, le=10_000_000, description="articles passed over")
    limit: int = Field(1000, ge=1, le=1000, description="most articles of a page")


class ArticleBody(_Body):
    """An article to bring in: its address, or its text."""

    url: Text | None = Field(None, max_length=2048, description="of a page, or an RSS or Atom feed")
    title: Text = Field("", max_length=500)
    text: Text | None = None
    published: Day = None
    source: Text | None = Field(None, max_length=200)
    language: Text | None = Field(None, pattern="^[A-Za-z]{2,3}$")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.url is None) == (self.text is None):
            raise ValueError("give either url or text")
        return self

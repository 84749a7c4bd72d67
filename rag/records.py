"""The nouns that flow between the stages. Frozen; offsets count code points of `Article.text`."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import date

Status = Literal["answered", "partial", "not_found", "ambiguous"]
Match = Literal["verbatim", "supported"]


@dataclass(frozen=True, slots=True)
class Article:
    """One news article: cleaned original text and what is known about it.

    `published_origin` tells where the date came from: "front matter", "metadata", "text" or "unknown".
    """

    id: str
    text: str
    title: str = ""
    published: date | None = None
    published_origin: str = "unknown"
    source: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over everything that the index keeps of the article, for incremental syncs."""
        parts = dataclasses.astuple(self)
        return hashlib.sha256(
            "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class DateMention:
    """A time named in a text: days `first` to `last` inclusive, at `[start, end)` of that text.

    `first` or `last` is None where the range is open ("since 2011", "until 2020"). `certainty` is
    "explicit" (year named), "resolved" (filled in from an anchor date) or "weekday" (a weekday alone,
    with no anchor: first and last are None).
    """

    start: int
    end: int
    first: date | None
    last: date | None
    certainty: Literal["explicit", "resolved", "weekday"] = "explicit"

    @property
    def is_open(self) -> bool:
        """Whether one side has no bound."""
        return self.first is None or self.last is None


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Days from `first` to `last`, both included; None means unbounded on that side."""

    first: date | None = None
    last: date | None = None

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Whether `[first, last]` (None: unbounded) shares a day with this range."""
        return not (
            (self.last is not None and first is not None and first > self.last)
            or (self.first is not None and last is not None and last < self.first)
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its place: `article.text[start:end]`."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences of one article in a row; `text == article.text[start:end]`. The unit of retrieval."""

    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def id(self) -> str:
        """Readable and stable while the article's text is: article id and offsets."""
        return f"{self.article_id}@{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the caller allows: publication dates from `since` to `until`, outlets, languages, article ids."""

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether everything is allowed."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk with its article's particulars. `legs` holds each leg's own score."""

    rank: int
    score: float
    chunk: Chunk
    article: Article
    legs: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As the JSON contract has it."""
        return {
            "rank": self.rank,
            "score": round(self.score, 4),
            "chunk_id": self.chunk.id,
            "article_id": self.article.id,
            "title": self.article.title,
            "source": self.article.source,
            "published": _iso(self.article.published),
            "published_origin": self.article.published_origin,
            "url": self.article.url,
            "language": self.article.language,
            "text": self.chunk.text,
            "start": self.chunk.start,
            "end": self.chunk.end,
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked quotation: `quote == article.text[start:end]`. `support` is in [0, 1]."""

    marker: int
    article: Article
    quote: str
    start: int
    end: int
    support: float
    match: Match

    def to_dict(self) -> dict[str, Any]:
        """As the JSON contract has it."""
        return {
            "marker": self.marker,
            "article_id": self.article.id,
            "title": self.article.title,
            "source": self.article.source,
            "published": _iso(self.article.published),
            "published_origin": self.article.published_origin,
            "url": self.article.url,
            "language": self.article.language,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "support": round(self.support, 4),
            "match": self.match,
        }


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An article that comes close to the question, and why it does not answer it."""

    article: Article
    why: str

    def to_dict(self) -> dict[str, Any]:
        """As the JSON contract has it."""
        return {
            "article_id": self.article.id,
            "title": self.article.title,
            "source": self.article.source,
            "published": _iso(self.article.published),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader gets. `confidence` is the estimated probability that the passages answer."""

    question: str
    language: str
    status: Status
    text: str
    confidence: float
    writer: str
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    unsupported: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()  # those of `unsupported` that a source says the contrary of
    notices: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As the JSON contract has it."""
        return {
            "id": self.id,
            "question": self.question,
            "language": self.language,
            "status": self.status,
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "writer": self.writer,
            "citations": [c.to_dict() for c in self.citations],
            "passages": [p.to_dict() for p in self.passages],
            "near_misses": [n.to_dict() for n in self.near_misses],
            "unsupported": list(self.unsupported),
            "contradicted": list(self.contradicted),
            "notices": list(self.notices),
            "timings_ms": {step: round(ms, 1) for step, ms in self.timings_ms.items()},
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

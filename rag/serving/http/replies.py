"""What the API answers, as its documentation and the clients made of it see it."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.serving.ingesting.receipts import Fault, Kind, Outcome  # noqa: TC001 - likewise


class _Reply(BaseModel):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Problem(BaseModel):
    """An error (RFC 9457). `detail` is one line that says what was found, what was expected, what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str | None = Field(None, description="names the request in the server's log")
    items: list[Item] | None = Field(None, description="of a batch none of whose files was taken")


class Told(_Reply):
    """What is known of the article that something comes from."""

    article_id: str
    title: str
    source: str | None
    published: date | None


class Passage(Told):
    """A retrieved piece of an article; offsets count code points of the article's text."""

    rank: int
    score: float
    chunk_id: str
    published_origin: str
    url: str | None
    language: str | None
    text: str
    start: int
    end: int


class Citation(Told):
    """A quotation that was checked: the article's text from `start` to `end`."""

    marker: int
    published_origin: str
    url: str | None
    language: str | None
    quote: str
    start: int
    end: int
    support: float
    match: Literal["verbatim", "supported"]


class NearMiss(Told):
    """An article that comes close, and why it does not answer."""

    why: str


class Answer(_Reply):
    """An answer; `not_found` and `ambiguous` are answers too."""

    id: str | None
    question: str
    language: str
    status: Literal["answered", "partial", "not_found", "ambiguous"]
    text: str
    confidence: float
    writer: str
    citations: list[Citation]
    passages: list[Passage]
    near_misses: list[NearMiss]
    unsupported: list[str]
    contradicted: list[str]
    notices: list[str]
    timings_ms: dict[str, float]


class Found(_Reply):
    """Passages, best first."""

    passages: list[Passage]


class Article(Told):
    """What is known of an article. `story` names the story that it and its copies tell, if there are copies."""

    published_origin: str
    url: str | None
    language: str | None
    author: str | None
    characters: int
    story: str | None


class ArticleText(Article):
    """An article with its text."""

    text: str


class Articles(_Reply):
    """One page of the articles that fit. `generation` is another one once the index has changed."""

    articles: list[Article]
    total: int
    offset: int
    limit: int
    generation: str


class Removed(_Reply):
    """Lines that are not in the article, for one reason; `lines` has the first ones."""

    reason: str
    count: int
    lines: list[str]


class Item(_Reply):
    """What became of one article, or of a file that gave none."""

    name: str
    outcome: Outcome
    article_id: str | None
    title: str
    published: date | None
    published_origin: str
    source: str | None
    language: str | None
    file: str | None
    paragraphs: int
    characters: int
    removed: list[Removed]
    notes: list[str]
    fault: Fault | None
    reason: str


class Receipt(_Reply):
    """A batch that is done; `batch` is what can be undone, null where nothing changed."""

    kind: Kind
    batch: str | None
    items: list[Item]
    articles: int
    seconds: float


class Batch(_Reply):
    """A batch that can be undone."""

    batch: str
    kind: Kind
    created: str
    files: int
    titles: list[str]


class Batches(_Reply):
    """Newest first."""

    batches: list[Batch]


_MEANINGS: dict[int, str] = {
    400: "the body, or a part of it, can't be read",
    401: "there is no token, or it is unknown",
    403: "the token, the setting or the site does not allow it",
    404: "there is no such thing",
    405: "the address knows other methods",
    408: "the body did not arrive in time",
    409: "the corpus holds something else under that name",
    413: "the body is too large",
    415: "the body is of another type",
    421: "the server is not called by that name",
    422: "a value is missing, unknown or impossible",
    429: "this client asks too often; `Retry-After` tells when to come back",
    500: "the server met an unexpected error, and its log tells of it",
    503: "the index or the model can't be used now, or the server is busy",
    504: "it took too long",
}
ALWAYS = (401, 403, 405, 421, 429, 500, 503)  # what any route may give


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Errors of a route, for its documentation; `ALWAYS` are added to every route's."""
    return {
        status: {"description": _MEANINGS[status], "content": {"application/problem+json": {}}}
        for status in statuses
    }

"""The tables of an index, and how rows become records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rag.records import Article, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SCHEMA = """
CREATE TABLE articles (
  key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, file TEXT NOT NULL,
  text TEXT NOT NULL, title TEXT NOT NULL, published TEXT, published_origin TEXT NOT NULL,
  source TEXT, url TEXT, language TEXT, author TEXT);
CREATE TABLE mentions (
  article INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  first TEXT, last TEXT, certainty TEXT NOT NULL);
CREATE INDEX mentions_by_article ON mentions (article);
CREATE TABLE backgrounds (language TEXT PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE signatures (text INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE bands (
  band INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (band, text)) WITHOUT ROWID;
CREATE TABLE signed (article INTEGER PRIMARY KEY, text INTEGER NOT NULL, story TEXT);
CREATE INDEX signed_by_text ON signed (text);
CREATE INDEX signed_by_story ON signed (story);
"""
# What filters ask for, without the text between: reading it out of the rows means reading them all.
FACETS_INDEX = (
    "CREATE INDEX IF NOT EXISTS articles_by_facets ON articles (published, source, language)"
)
SELECT_ARTICLE = "SELECT id, text, title, published, published_origin, source, url, language, author FROM articles"


def sentences_of(article: Article, spans: Iterable[tuple[int, int]]) -> tuple[Sentence, ...]:
    """Sentence records for spans of an article."""
    return tuple(Sentence(article.id, start, end) for start, end in spans)


def to_article(row: Sequence[Any]) -> Article:
    """A row of `SELECT_ARTICLE`."""
    article_id, text, title, published, origin, source, url, language, author = row
    return Article(
        article_id, text, title, to_day(published), origin, source, url, language, author
    )


def to_iso(day: date | None) -> str | None:
    """ISO 8601, as dates are kept."""
    return day.isoformat() if day else None


def to_day(text: str | None) -> date | None:
    """Back from `to_iso`."""
    return date.fromisoformat(text) if text else None

"""Articles, chunks, sentences and date mentions as SQLite rows."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import IndexDamagedError
from rag.records import Article, DateMention, Filters
from rag.store.schema import FACETS_INDEX, SCHEMA, SELECT_ARTICLE, to_article, to_day, to_iso
from rag.store.stories import Stories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_WRITER_KB = 131_072  # of pages in memory while writing: signatures go to random places (`rag.store.stories`)
_BATCH = 500  # SQLite's oldest limit of variables in a statement is 999


class Rows:
    """A connection to one generation's rows. Safe to read from several threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.stories = Stories(connection)  # which articles are copies of one story

    @classmethod
    def create(cls, path: Path) -> Rows:
        """A new empty database."""
        rows = cls(sqlite3.connect(path))
        rows._db.executescript(SCHEMA)
        rows._db.execute(FACETS_INDEX)
        return rows

    @classmethod
    def open_for_writing(cls, path: Path) -> Rows:
        """An existing database, to change it; nothing is kept before `commit`."""
        rows = cls(sqlite3.connect(path))
        with contextlib.suppress(sqlite3.DatabaseError):  # a damaged file's first use tells of it
            rows._db.execute(f"PRAGMA cache_size = -{_WRITER_KB}")
            rows._db.execute(FACETS_INDEX)  # older ones have none
        return rows

    @classmethod
    def open(cls, path: Path) -> Rows:
        """An existing database that nobody changes any more.

        Raises:
            IndexDamagedError: it is no such database.
        """
        try:
            # immutable: a finished generation never changes, and its folder may be read-only
            db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            for table in ("articles", "mentions", "signed"):
                db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - names above
        except sqlite3.Error as error:
            raise IndexDamagedError(
                f"{path} can't be read ({error}); run `shawahid index --rebuild`"
            ) from None
        return cls(db)

    def move_article(self, article_id: str, file: str) -> None:
        """Note that an article is now in another file."""
        self._db.execute("UPDATE articles SET file = ? WHERE id = ?", (file, article_id))

    def add_article(self, article: Article, file: str) -> int:
        """Insert an article; returns its key."""
        values = (
            article.id,
            article.digest,
            file,
            article.text,
            article.title,
            to_iso(article.published),
            article.published_origin,
            article.source,
            article.url,
            article.language,
            article.author,
        )
        cursor = self._db.execute(
            "INSERT INTO articles (id, digest, file, text, title, published, published_origin, source, url,"
            " language, author) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            values,
        )
        return int(cursor.lastrowid or 0)

    def add_mentions(self, article: int, mentions: Iterable[DateMention]) -> None:
        """Insert an article's date mentions."""
        self._db.executemany(
            "INSERT INTO mentions VALUES (?,?,?,?,?,?)",
            [
                (article, m.start, m.end, to_iso(m.first), to_iso(m.last), m.certainty)
                for m in mentions
            ],
        )

    def delete_article(self, article_id: str) -> int | None:
        """Delete an article; returns its key, None if unknown."""
        row = self._db.execute("SELECT key FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return None
        self._db.execute("DELETE FROM mentions WHERE article = ?", row)
        self._db.execute("DELETE FROM articles WHERE key = ?", row)
        return int(row[0])

    def commit(self) -> None:
        """Keep the changes."""
        self._db.commit()

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def state(self) -> dict[str, tuple[str, str]]:
        """Article id -> (digest, file) for every article."""
        return {i: (d, f) for i, d, f in self._db.execute("SELECT id, digest, file FROM articles")}

    def counts(self) -> dict[str, int]:
        """The number of articles and of stories."""
        articles = self._db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return {"stories": self.stories.count(), "articles": int(articles)}

    def article(self, article_id: str) -> Article | None:
        """One article by id."""
        row = self._db.execute(SELECT_ARTICLE + " WHERE id = ?", (article_id,)).fetchone()
        return to_article(row) if row else None

    def articles(self) -> list[Article]:
        """All articles: newest first, undated last, then by id."""
        query = SELECT_ARTICLE + " ORDER BY published IS NULL, published DESC, id"
        return [to_article(row) for row in self._db.execute(query)]

    def allowed_articles(self, filters: Filters) -> list[int]:
        """Keys of the articles that the filters let pass; an undated article fits no date filter."""
        clauses, values = ["1"], []  # type: tuple[list[str], list[str]]
        for operator, day in ((">=", filters.since), ("<=", filters.until)):
            if day is not None:
                clauses.append(f"published {operator} ?")
                values.append(day.isoformat())
        named = (
            ("source", filters.sources),
            ("language", filters.languages),
            ("id", filters.articles),
        )
        for column, names in named:
            if names:
                clauses.append(f"{column} IN ({','.join('?' * len(names))})")
                values.extend(names)
        return self._column(f"SELECT key FROM articles WHERE {' AND '.join(clauses)}", values)  # noqa: S608 - no user text

    def facets(self) -> Iterator[tuple[int, str | None, str | None, str | None]]:
        """Key, day, source and language of every article."""
        return self._db.execute("SELECT key, published, source, language FROM articles")

    def article_keys(self) -> NDArray[np.int64]:
        """Keys of all articles, in order."""
        query = "SELECT key FROM articles ORDER BY key"
        return np.fromiter((row[0] for row in self._db.execute(query)), np.int64)

    def ids(self, keys: Sequence[int]) -> list[str]:
        """Ids of the articles with these keys."""
        return [row[0] for row in self._batched("SELECT id FROM articles WHERE key IN ({})", keys)]

    def articles_by_key(
        self, keys: Sequence[int]
    ) -> dict[int, tuple[Article, tuple[DateMention, ...]]]:
        """Articles with their date mentions by offset."""
        mentions: dict[int, list[DateMention]] = {key: [] for key in keys}
        query = (
            'SELECT article, start, "end", first, last, certainty FROM mentions'
            " WHERE article IN ({}) ORDER BY start"
        )
        for key, start, end, first, last, certainty in self._batched(query, keys):
            mention = DateMention(start, end, to_day(first), to_day(last), certainty)
            mentions[key].append(mention)
        query = SELECT_ARTICLE.replace("SELECT", "SELECT key,") + " WHERE key IN ({})"
        return {
            key: (to_article(row), tuple(mentions[key])) for key, *row in self._batched(query, keys)
        }

    def languages(self) -> set[str]:
        """Known languages of the articles."""
        return {
            row[0] for row in self._db.execute("SELECT DISTINCT language FROM articles") if row[0]
        }

    def add_background(self, language: str, vector: NDArray[np.float32]) -> None:
        """Keep a language's background vector, shape (dimension,)."""
        blob = vector.astype("<f4").tobytes()
        self._db.execute("INSERT OR REPLACE INTO backgrounds VALUES (?,?)", (language, blob))

    def backgrounds(self) -> dict[str, NDArray[np.float32]]:
        """Background vector by language, each shape (dimension,)."""
        query = "SELECT language, vector FROM backgrounds"
        return {language: np.frombuffer(blob, "<f4") for language, blob in self._db.execute(query)}

    def _column(self, query: str, values: Sequence[Any]) -> list[int]:
        return [int(row[0]) for row in self._db.execute(query, values)]

    def _batched(self, query: str, keys: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query with `{}` for the keys."""
        for at in range(0, len(keys), _BATCH):
            part = keys[at : at + _BATCH]
            yield from self._db.execute(query.format(",".join("?" * len(part))), part)

"""Articles as an epoch shows them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rag.store.milvus.collections import id_is
from rag.store.milvus.rows import article_rows
from rag.store.milvus.texts import FIELDS, part_name, unpacked
from rag.store.recent import RecentArticles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Article, DateMention
    from rag.store.milvus.connection import Connection, Row
    from rag.store.milvus.view import View

    Told = tuple[Article, tuple[DateMention, ...]]

_CHARACTERS_KEPT = 16_000_000  # of articles read lately
_TOGETHER = 200  # articles; with 64 KB each, below what one message holds
_PIECES = "t"  # the kind of facts that hold what a row has no room for


class Library:
    """Reads articles with their date mentions; keeps those read lately. Thread-safe."""

    def __init__(self, connection: Connection, view: View) -> None:
        self._connection, self._view = connection, view
        self._lock = threading.Lock()
        self._recent = RecentArticles(self._read, _CHARACTERS_KEPT)

    def get(self, keys: Sequence[int]) -> dict[int, Told]:
        """The articles of these keys."""
        with self._lock:
            return self._recent.get(keys)

    def named(self, article_id: str) -> Article | None:
        """The article of that id, or None."""
        view = self._view
        within = view.within(id_is(article_id))
        rows = self._connection.rows(view.own.articles, within, FIELDS, view.level)
        found = (article for article, _ in self._unpacked(rows).values())
        return next((article for article in found if article.id == article_id), None)

    def all(self) -> Iterator[tuple[int, Told]]:
        """Every article with its key, in the order of keys."""
        view = self._view
        windows = article_rows(
            self._connection, view.own, view.record, FIELDS, view.alive, view.level
        )
        for rows in windows:
            yield from sorted(self._unpacked(rows).items())

    def _read(self, keys: Sequence[int]) -> dict[int, Told]:
        view = self._view
        found: dict[int, Told] = {}
        for at in range(0, len(keys), _TOGETHER):
            part = keys[at : at + _TOGETHER]
            rows = self._connection.rows_of(view.own.articles, "article", part, FIELDS, view.level)
            found |= self._unpacked(rows)
        return found

    def _unpacked(self, rows: Sequence[Row]) -> dict[int, Told]:
        names = [
            part_name(row["article"], number)
            for row in rows
            for number in range(1, row["parts"] + 1)
        ]
        view = self._view
        parts = view.facts.values(_PIECES, names, view.level) if names else {}
        found = {}
        for row in rows:
            key = int(row["article"])
            rest = [parts[part_name(key, number)] for number in range(1, row["parts"] + 1)]
            found[key] = unpacked([row["body"], *rest])
        return found

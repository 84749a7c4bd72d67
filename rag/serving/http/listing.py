"""The articles of the index as a list with filters and pages."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.records import Article
    from rag.serving.http.schemas import ArticleQuery
    from rag.serving.protocol import Assistant


class Listing:
    """What is known of each article, read once for each state of the index. Thread-safe."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._kept: tuple[str, list[tuple[str, dict[str, Any]]]] | None = None

    def page(self, query: ArticleQuery) -> dict[str, Any]:
        """One page of those that fit, newest first, undated last, then by id; `total` counts all that fit."""
        generation, rows = self._rows()
        words = fold_text(query.query or "").split()
        fitting = [
            row for title, row in rows if all(word in title for word in words) and _fits(row, query)
        ]
        return {
            "articles": fitting[query.offset : query.offset + query.limit],
            "total": len(fitting),
            "offset": query.offset,
            "limit": query.limit,
            "generation": generation,
        }

    def _rows(self) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
        generation = self._assistant.generation
        with self._lock:
            if self._kept is None or self._kept[0] != generation:
                stories = self._assistant.stories()
                rows = [
                    (fold_text(article.title), article_dict(article, stories))
                    for article in self._assistant.articles()
                ]
                self._kept = (generation, rows)
            return self._kept


def _fits(row: Mapping[str, Any], query: ArticleQuery) -> bool:
    day = row["published"]
    return (
        (not query.source or row["source"] in query.source)
        and (not query.language or row["language"] in query.language)
        and (query.story is None or query.story in (row["story"], row["article_id"]))
        and (query.since is None or (day is not None and day >= query.since.isoformat()))
        and (query.until is None or (day is not None and day <= query.until.isoformat()))
    )


def article_dict(article: Article, stories: Mapping[str, str]) -> dict[str, Any]:
    """What is known of an article, without its text."""
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "published_origin": article.published_origin,
        "url": article.url,
        "language": article.language,
        "author": article.author,
        "characters": len(article.text),
        "story": stories.get(article.id),
    }

"""Files as they are given, read by the product's own readers before anything of them is kept."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from rag.errors import ArticleError
from rag.indexing.clean import clean
from rag.indexing.readers import read_file
from rag.serving.ingesting.receipts import Item, Removed
from rag.serving.inspecting.removal import removed_lines
from rag.serving.inspecting.sources import sources_of

if TYPE_CHECKING:
    from rag.records import Article
    from rag.serving.ingesting.receipts import Fault, Outcome
    from rag.serving.inspecting.sources import Source

_LINES_SHOWN: Final = 50  # of those removed for one reason
_ARTICLES_SHOWN: Final = 50  # of a file that holds many, with the lines removed from each
# Telling what was removed reads the file once more; a long report in PDF takes too long for that.
_QUICK_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was read. `name` is what its giver calls it, `file` its name in the corpus.

    `items` has one item an article, in the order of `articles`, with the outcome "added", and one for each
    part that can't be read. Of a file that gives no article, `articles` is empty.
    """

    name: str
    file: str
    data: bytes
    articles: tuple[Article, ...] = ()
    items: tuple[Item, ...] = ()

    def told(self, outcome: Outcome) -> tuple[Item, ...]:
        """The items, those of articles with that outcome."""
        return tuple(
            item if item.outcome == "refused" else replace(item, outcome=outcome, file=self.file)
            for item in self.items
        )

    def refused(self, fault: Fault, reason: str) -> tuple[Item, ...]:
        """The file refused as a whole."""
        article = self.articles[0] if len(self.articles) == 1 else None
        return (refusal(self.name, fault, reason, article),)


def refusal(name: str, fault: Fault, reason: str, article: Article | None = None) -> Item:
    """A refused item; with what is known of the article that would have come of it."""
    item = Item(name, "refused", fault=fault, reason=reason)
    if article is None:
        return item
    day = article.published.isoformat() if article.published else None
    return replace(item, article_id=article.id, title=article.title, published=day)


def read_given(name: str, file: str, data: bytes) -> Given:
    """What the readers make of a file that would be `file` in the corpus."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shawahid-") as folder:
        path = Path(folder, file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            result = read_file(path, Path(folder))
        except ArticleError as error:
            return Given(name, file, data, items=(refusal(name, "unreadable", str(error)),))
    quick = time.monotonic() - began < _QUICK_S
    sources = _sources(data, PurePosixPath(file)) if quick else {}
    items = [
        item_of(name, article, sources.get(article.id) if number < _ARTICLES_SHOWN else None)
        for number, article in enumerate(result.articles)
    ]
    if items and result.notes:
        items[0] = replace(items[0], notes=result.notes)
    broken = [refusal(place, "unreadable", reason) for place, reason in result.refused]
    return Given(name, file, data, result.articles, (*items, *broken))


def item_of(name: str, article: Article, source: Source | None = None) -> Item:
    """What is told of an article that was read."""
    return Item(
        name,
        "added",
        article.id,
        article.title,
        article.published.isoformat() if article.published else None,
        article.published_origin,
        article.source,
        article.language,
        paragraphs=sum(1 for line in article.text.split("\n") if line.strip()),
        characters=len(article.text),
        removed=_removed(article, source) if source else (),
    )


def _sources(data: bytes, file: PurePosixPath) -> dict[str, Source]:
    try:
        return sources_of(data, file.suffix.lower(), file.with_suffix("").as_posix())
    except ArticleError:
        return {}


def _removed(article: Article, source: Source) -> tuple[Removed, ...]:
    page = clean(source.text, title=source.meta.title or source.heading, gently=source.gently)
    if page.text != article.text:
        return ()
    return tuple(
        Removed(reason, len(lines), tuple(lines[:_LINES_SHOWN]))
        for reason, lines in removed_lines(source, page).items()
    )

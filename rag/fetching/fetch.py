"""Addresses of pages and feeds → articles in the corpus, one by one, each with what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from rag.errors import FetchError, UsageError
from rag.fetching.addresses import parse_url
from rag.fetching.client import Client
from rag.fetching.feeds import read_feed
from rag.fetching.pages import entry_article, feed_data, page_article, with_entry
from rag.fetching.shelf import Outcome, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.fetching.feeds import Entry
    from rag.records import Article
    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one article. `reason` tells of a refusal, or why a file was kept."""

    url: str
    outcome: Outcome | Literal["refused"]
    file: str | None = None
    title: str = ""
    published: str | None = None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For `fetch --json`."""
        return asdict(self)


def fetch(
    urls: Sequence[str],
    settings: Settings,
    limit: int = 20,
    client: Client | None = None,
) -> Iterator[Fetched]:
    """Save the article at each address, or the first `limit` articles of the feed that is there.

    What can't be fetched is told as refused, and the rest goes on. Files are written one by one; an
    article whose file a person wrote or changed is not touched.

    Raises:
        UsageError: one of the addresses is none; nothing has been fetched.
        CorpusError: the corpus folder can't be written.
    """
    for url in urls:
        try:
            parse_url(url)
        except FetchError as error:
            raise UsageError(f"{url!r} {error}") from None
    shelf = Shelf(settings.corpus)
    with client or Client(settings) as client:
        for url in dict.fromkeys(urls):
            yield from _fetched(url, client, shelf, limit)


def _fetched(url: str, client: Client, shelf: Shelf, limit: int) -> Iterator[Fetched]:
    try:
        reply = client.get(url)
        data = feed_data(reply)
        if data is None:
            yield _put(page_article(reply), url, shelf)
            return
        feed = read_feed(data, reply.url, limit)
    except FetchError as error:
        yield Fetched(url, "refused", reason=str(error))
        return
    for number, entry in enumerate(feed.entries, 1):
        place = entry.url or f"{url}, article {number}"
        try:
            article = _article(entry, reply.url, client)
        except FetchError as error:
            yield Fetched(place, "refused", title=entry.title, reason=str(error))
        else:
            yield _put(with_entry(article, entry, feed), place, shelf)


def _article(entry: Entry, feed_url: str, client: Client) -> Article:
    """The article at the entry's address; where it can't be had, the one that the feed carries."""
    if entry.url is None:
        return entry_article(entry, feed_url)
    try:
        return page_article(client.get(entry.url))
    except FetchError:
        if not entry.body:
            raise
        return entry_article(entry, feed_url)


def _put(article: Article, url: str, shelf: Shelf) -> Fetched:
    kept = shelf.put(article)
    why = "a person wrote or changed this file; move it away to have it fetched anew"
    return Fetched(
        url,
        kept.outcome,
        str(kept.path),
        article.title,
        article.published.isoformat() if article.published else None,
        why if kept.outcome == "kept" else "",
    )

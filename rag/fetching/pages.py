"""What was fetched → articles, by the readers that files of a corpus go through."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

import httpx

from rag.errors import ArticleError, FetchError
from rag.fetching.body import to_utf8
from rag.fetching.feeds import is_feed
from rag.indexing.building import build_article, build_from_draft
from rag.indexing.lines import normalise, unwrap
from rag.indexing.metadata import Metadata
from rag.indexing.parser_process import parse_apart
from rag.indexing.readers import decode_text

if TYPE_CHECKING:
    from rag.fetching.client import Reply
    from rag.fetching.feeds import Entry, Feed
    from rag.records import Article

_PAGE: Final = re.compile(rb"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_PAGE_BYTES: Final = 2048
_ELLIPSES: Final = ("…", "...", "..")


def feed_data(reply: Reply) -> bytes | None:
    """The feed in a reply, ready for `read_feed`; None where it holds none."""
    data = to_utf8(reply.data, reply.charset)
    return data if is_feed(data) else None


def page_article(reply: Reply) -> Article:
    """The article of a page; its `id` is empty, its `url` the one that the page itself prefers.

    Raises:
        FetchError: the page holds no article.
    """
    data = to_utf8(reply.data, reply.charset)
    is_page = reply.kind.endswith("html") or _PAGE.search(data[:_PAGE_BYTES]) is not None
    if reply.kind.endswith("xml") and not is_page:
        raise FetchError("is XML, but neither a feed nor a web page; name another address")
    try:
        if reply.kind == "text/plain" or not is_page:
            text = unwrap(normalise(decode_text(data)))
            article = build_article(text, Metadata(), "", gently=False)
        else:
            article, _ = build_from_draft(parse_apart(".html", data), "")
    except ArticleError as error:
        raise FetchError(str(error)) from None
    return dataclasses.replace(article, url=_preferred(article.url, reply.url))


def entry_article(entry: Entry, url: str) -> Article:
    """The article that the feed itself carries. Raises FetchError where it carries none."""
    if not entry.body:
        raise FetchError("carries no text and no address of one; nothing can be saved of it")
    page = f"<html><body><article>{entry.body}</article></body></html>".encode("utf-8", "replace")
    try:
        article, _ = build_from_draft(parse_apart(".html", page), "")
    except ArticleError as error:
        raise FetchError(str(error)) from None
    return dataclasses.replace(article, url=entry.url or url)


def with_entry(article: Article, entry: Entry, feed: Feed) -> Article:
    """The article with what the feed tells of it, where the page tells less."""
    by_page = article.published_origin == "metadata" or not entry.published
    title = "" if entry.title.endswith(_ELLIPSES) else entry.title
    return dataclasses.replace(
        article,
        title=title or article.title,
        published=article.published if by_page else entry.published,
        published_origin=article.published_origin if by_page else "metadata",
        source=article.source or feed.title or None,
        language=article.language or feed.language,
        author=article.author or entry.author,
    )


def _preferred(told: str | None, found: str) -> str:
    """The canonical address that a page tells, if it is one of the same host; else where it was found."""
    try:
        same = told is not None and _site(httpx.URL(told)) == _site(httpx.URL(found))
    except (httpx.InvalidURL, ValueError):
        same = False
    return told if same and told else found


def _site(url: httpx.URL) -> tuple[str, int | None]:
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", url.host), url.port

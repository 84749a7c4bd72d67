"""The page of one article, with a quotation marked: its particulars, links, and the story's other reports."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, Request

from rag.errors import ShawahidError
from rag.serving.tokens.access import may_ingest
from rag.serving.ui.adding.page import delete_html
from rag.serving.ui.browsing.document import Frame, document, message_page
from rag.serving.ui.browsing.page import ask_href, story_html
from rag.serving.ui.browsing.strings import amount, tell
from rag.serving.ui.render import (
    Html,
    date_html,
    lang_attribute,
    outlet_html,
    title_of,
    web_address,
)
from rag.serving.ui.strings import language_name, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import HTMLResponse

    from rag.records import Article
    from rag.serving.protocol import Assistant
    from rag.serving.ui.browsing.library import Card, Library

_ARTICLE = Html(
    '<article><h1 dir="auto"{lang}>{title}</h1><p class="meta">{meta}</p><p class="acts">{links}</p>'
    '<div class="text" dir="auto"{lang}>{text}</div></article>{story}{removal}'
)
_LINK = Html('<a class="act" href="{}"{}>{}</a>')
_STORY = Html('<section class="others"><h2>{}</h2><ul>{}</ul></section>')


def article_router(assistant: Assistant, library: Library, *, adding: bool = False) -> APIRouter:
    """GET /article/{id}?s=START&e=END: offsets in code points of the article's text."""
    router = APIRouter(include_in_schema=False)

    @router.get("/article/{article_id:path}")
    async def show(request: Request, article_id: str, s: str = "", e: str = "") -> HTMLResponse:
        frame = Frame.of(request, adding=adding and may_ingest(request.scope))
        article = await anyio.to_thread.run_sync(assistant.article, article_id)
        if article is None:
            words = say(frame.language, "no_article")
            return message_page(frame, say(frame.language, "name"), words, HTTPStatus.NOT_FOUND)
        others = await anyio.to_thread.run_sync(_others, library, article_id)
        main = article_main(article, span(article.text, s, e), others, frame)
        return document(frame, title_of(article, frame.language), main, "narrow")

    return router


def _others(library: Library, article_id: str) -> tuple[Card, ...]:
    try:
        return library.shelf().others(article_id)
    except ShawahidError:
        return ()  # the article itself can still be read


def span(text: str, start: str, end: str) -> tuple[int, int] | None:
    """The offsets when they name a piece of the text, else None: an old link still opens its article."""
    if not (start.isdecimal() and end.isdecimal() and len(start) < 10 and len(end) < 10):
        return None
    first, last = int(start), int(end)
    return (first, last) if first < last <= len(text) else None


def article_main(
    article: Article, quote: tuple[int, int] | None, others: Sequence[Card], frame: Frame
) -> Html:
    """What stands between the bar and the end of the page."""
    language = frame.language
    story = Html()
    if others:
        story = _STORY.format(tell(language, "others"), story_html(others, language))
    return _ARTICLE.format(
        lang=lang_attribute(article),
        title=title_of(article, language),
        meta=_meta(article, language),
        links=_links(article, quote, language),
        text=Html.escape(article.text) if quote is None else _marked(article.text, *quote),
        story=story,
        removal=delete_html(article.id, frame) if frame.adding else Html(),
    )


def _meta(article: Article, language: str) -> Html:
    meta = [outlet_html(article, language), date_html(article, language)]
    if article.author:
        meta.append(Html("<bdi>{}</bdi>").format(article.author))
    if article.language:
        meta.append(Html.escape(language_name(article.language, language)))
    meta.append(Html.escape(amount(language, "words", len(article.text.split()))))
    return Html().join(Html("<span>{}</span>").format(part) for part in meta)


def _marked(text: str, start: int, end: int) -> Html:
    whole = Html('{}<mark id="mark" tabindex="-1">{}</mark>{}')
    return whole.format(text[:start], text[start:end], text[end:])


def _links(article: Article, quote: tuple[int, int] | None, language: str) -> Html:
    links = [_LINK.format(ask_href(article), Html(), tell(language, "ask_about"))]
    if quote:
        links.insert(0, _LINK.format("#mark", Html(), say(language, "to_quote")))
    url = web_address(article.url)
    if url:
        outside = Html(' target="_blank" rel="noopener noreferrer"')
        links.append(_LINK.format(url, outside, f"{say(language, 'original')} ↗"))
    return Html().join(links)

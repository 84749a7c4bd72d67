"""The page of one article, with a quotation marked; it runs no script."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from rag.serving.ui.render import (
    Html,
    date_html,
    lang_attribute,
    outlet_html,
    title_of,
    web_address,
)
from rag.serving.ui.shell import theme_of
from rag.serving.ui.strings import DIRECTION, language_name, say

if TYPE_CHECKING:
    from rag.records import Article
    from rag.serving.protocol import Assistant

_PAGE = Html(
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="icon" type="image/svg+xml" href="/ui/icon.svg">'
    '<link rel="stylesheet" href="/ui/tokens.css"><link rel="stylesheet" href="/ui/article.css"></head>'
    '<body class="{theme}"><header class="bar"><a class="brand" href="/"><span class="logo" aria-hidden="true">'
    "</span>{name}</a><nav>{links}</nav></header><main>{main}</main></body></html>"
)
_ARTICLE = Html(
    '<article><h1 dir="auto"{lang}>{title}</h1><p class="meta">{meta}</p>'
    '<div class="text" dir="auto"{lang}>{text}</div></article>'
)
_LINK = Html('<a class="act" href="{}"{}>{}</a>')


def article_router(assistant: Assistant) -> APIRouter:
    """GET /article/{id}?s=START&e=END: offsets in code points of the article's text."""
    router = APIRouter(include_in_schema=False)

    @router.get("/article/{article_id:path}")
    async def show(request: Request, article_id: str, s: str = "", e: str = "") -> HTMLResponse:
        article = await anyio.to_thread.run_sync(assistant.article, article_id)
        language = request.state.language
        theme = theme_of(request.headers)
        if article is None:
            missing = Html('<p class="missing">{}</p>').format(say(language, "no_article"))
            page = _document(say(language, "name"), missing, Html(), language, theme)
            return HTMLResponse(page, HTTPStatus.NOT_FOUND)
        return HTMLResponse(article_page(article, span(article.text, s, e), language, theme))

    return router


def span(text: str, start: str, end: str) -> tuple[int, int] | None:
    """The offsets when they name a piece of the text, else None: an old link still opens its article."""
    if not (start.isdecimal() and end.isdecimal() and len(start) < 10 and len(end) < 10):
        return None
    first, last = int(start), int(end)
    return (first, last) if first < last <= len(text) else None


def article_page(
    article: Article, quote: tuple[int, int] | None, language: str, theme: str
) -> Html:
    """The whole document."""
    shown = Html.escape(article.text) if quote is None else _marked(article.text, *quote)
    title = title_of(article, language)
    meta = [outlet_html(article, language), date_html(article, language)]
    if article.author:
        meta.append(Html("<bdi>{}</bdi>").format(article.author))
    if article.language:
        meta.append(Html.escape(language_name(article.language, language)))
    main = _ARTICLE.format(
        lang=lang_attribute(article),
        title=title,
        meta=Html().join(Html("<span>{}</span>").format(part) for part in meta),
        text=shown,
    )
    return _document(title, main, _links(article, quote, language), language, theme)


def _marked(text: str, start: int, end: int) -> Html:
    whole = Html('{}<mark id="mark" tabindex="-1">{}</mark>{}')
    return whole.format(text[:start], text[start:end], text[end:])


def _links(article: Article, quote: tuple[int, int] | None, language: str) -> Html:
    links = []
    if quote:
        links.append(_LINK.format("#mark", Html(), say(language, "to_quote")))
    url = web_address(article.url)
    if url:
        outside = Html(' target="_blank" rel="noopener noreferrer"')
        links.append(_LINK.format(url, outside, f"{say(language, 'original')} ↗"))
    return Html().join(links)


def _document(title: str, main: Html, links: Html, language: str, theme: str) -> Html:
    back = _LINK.format("/", Html(), say(language, "to_chat"))
    return _PAGE.format(
        language=language,
        direction=DIRECTION[language],
        title=title,
        theme=theme,
        name=say(language, "name"),
        links=links + back,
        main=main,
    )

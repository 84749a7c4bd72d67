"""The frame of the pages beside the chat: head, bar with links, language and theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.render import Html
from rag.serving.ui.shell import theme_of
from rag.serving.ui.strings import DIRECTION, LANGUAGES, say

if TYPE_CHECKING:
    from fastapi import Request

# Scripts are our own files; forms go to our own server; nothing is fetched from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE = Html(
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="icon" type="image/svg+xml" href="/ui/icon.svg">'
    '<link rel="stylesheet" href="/ui/tokens.css"><link rel="stylesheet" href="/ui/article.css">'
    '<link rel="stylesheet" href="/ui/browse.css"><link rel="stylesheet" href="/ui/timeline.css"><link rel="stylesheet" href="/ui/adding.css">'
    '<script defer src="/ui/browse.js"></script>{refresh}</head>'
    '<body class="{theme}"><a class="skip" href="#main">{skip}</a><header class="bar">'
    '<a class="brand" href="/"><span class="logo" aria-hidden="true"></span><span>{name}</span></a>'
    '<nav aria-label="{pages}">{links}</nav><div class="tools">{language_link}'
    '<button type="button" class="act icon" data-act="theme" hidden><span aria-hidden="true">◐</span>'
    '<span class="away">{theme_word}</span></button></div></header>'
    '<main id="main" class="{kind}" tabindex="-1">{main}</main></body></html>'
)
_REFRESH = Html('<noscript><meta http-equiv="refresh" content="2"></noscript>')
_LINK = Html('<a href="{}"{}>{}</a>')
_LANGUAGE = Html(
    '<a class="act" lang="{code}" dir="{direction}" hreflang="{code}" href="{href}">{name}</a>'
)
_NAMES = {"ar": "العربية", "en": "English"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page is told of its request. `address` is path and query, without the language's name."""

    language: str
    theme: str
    path: str
    address: str
    adding: bool = False

    @classmethod
    def of(cls, request: Request, *, adding: bool) -> Frame:
        """The frame of a request; `adding` tells whether articles may be added."""
        pairs = [
            (name, value) for name, value in request.query_params.multi_items() if name != "lang"
        ]
        query = urlencode([*pairs, ("lang", "")], errors="replace")
        return cls(
            request.state.language,
            theme_of(request.headers),
            request.url.path,
            f"{request.url.path}?{query}",
            adding,
        )


def document(
    frame: Frame,
    title: str,
    main: Html,
    kind: str = "wide",
    status: int = 200,
    *,
    refreshing: bool = False,
) -> HTMLResponse:
    """The whole page as a response with its headers; `refreshing` where it is worth asking again soon."""
    language = frame.language
    other = next(code for code in LANGUAGES if code != language)
    page = _PAGE.format(
        language=language,
        direction=DIRECTION[language],
        title=f"{title} · {say(language, 'name')}",
        theme=frame.theme,
        skip=tell(language, "skip_main"),
        name=say(language, "name"),
        pages=tell(language, "pages"),
        links=_links(frame),
        language_link=_LANGUAGE.format(
            code=other, direction=DIRECTION[other], href=frame.address + other, name=_NAMES[other]
        ),
        theme_word=tell(language, "theme"),
        refresh=_REFRESH if refreshing else Html(),
        kind=kind,
        main=main,
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": language,
        "Cache-Control": "no-store",
    }
    return HTMLResponse(page, status, headers)


def _links(frame: Frame) -> Html:
    pages = [("/", "ask_page"), ("/corpus", "corpus"), ("/timeline", "timeline")]
    pages += [("/add", "add")] if frame.adding else []
    here = Html(' aria-current="page"')
    return Html().join(
        _LINK.format(path, here if path == frame.path else Html(), tell(frame.language, key))
        for path, key in pages
    )


def message_page(frame: Frame, title: str, words: str, status: int) -> HTMLResponse:
    """A page that says one sentence."""
    return document(frame, title, Html('<p class="missing">{}</p>').format(words), "narrow", status)

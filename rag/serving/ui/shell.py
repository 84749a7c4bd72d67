"""The page's outer HTML: language, direction, theme and scripts, set by the server before anything runs."""

from __future__ import annotations

import json
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders

from rag.serving.ui.render import Html
from rag.serving.ui.strings import DIRECTION, LANGUAGES, pick_language, say

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LANGUAGE_COOKIE = "lang"
THEME_COOKIE = "theme"
YEAR_S = 31_536_000
OWN_PAGES = ("/article/", "/corpus", "/timeline", "/add")  # those beside the chat

# Gradio's HTML component compiles its template, hence 'unsafe-eval'; inline scripts need the nonce of the
# response, so that an event handler smuggled into the page stays dead.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Gradio takes its interface language from navigator.language alone.
_HEAD = Html(
    '<script nonce="{nonce}">Object.defineProperty(navigator,"language",'
    "{{get:()=>document.documentElement.lang,configurable:true}})</script>"
    '<link rel="icon" type="image/svg+xml" href="/ui/icon.svg">'
    '<link rel="preload" as="font" type="font/woff2" crossorigin '
    'href="/ui/fonts/ibm-plex-sans-arabic-arabic-400-normal.woff2">'
    '<meta name="description" content="{tagline}">'
    '<link rel="stylesheet" href="/ui/tokens.css"><link rel="stylesheet" href="/ui/app.css">'
    '<link rel="stylesheet" href="/ui/panel.css"><link rel="stylesheet" href="/ui/extras.css">'
    '<link rel="stylesheet" href="/ui/timeline.css"><link rel="stylesheet" media="print" href="/ui/print.css">'
    '<meta name="shawahid-words" content="{words}">{modules}'
    '<script nonce="{nonce}" type="module" src="/ui/app.js"></script>'
)
_MODULE = Html('<link rel="modulepreload" href="/ui/{}.js">')
_MODULES = (
    "dom", "theme", "repair", "sources", "copying", "talks", "talks_list", "limits", "rating", "export",
    "asked",
)  # fmt: skip
# What the scripts say by themselves.
_SPOKEN = (
    "send", "stop", "conversation", "edit", "rate", "rate_right", "rename", "delete", "sure", "save",
    "cancel", "talk_name", "copied",
)  # fmt: skip
_PREVIEWS = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>')


def cookies_of(headers: Headers) -> dict[str, str]:
    """The request's cookies; none where the header is broken."""
    try:
        return {
            name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()
        }
    except CookieError:
        return {}


def theme_of(headers: Headers) -> str:
    """The reader's choice, "dark" or "light"; empty when the system decides."""
    theme = cookies_of(headers).get(THEME_COOKIE, "")
    return theme if theme in ("dark", "light") else ""


class Language:
    """Chooses the language of each request (state "language"), remembers one asked for by ?lang=, dresses "/"."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = parse_qs(scope["query_string"].decode("ascii", "replace")).get("lang", [None])[-1]
        remembered = cookies_of(headers).get(LANGUAGE_COOKIE)
        language = pick_language(asked, remembered, headers.get("accept-language", ""))
        scope.setdefault("state", {})["language"] = language
        if scope["path"] == "/" and scope["method"] == "GET":
            send = _Dresser(send, language)
        elif asked not in LANGUAGES or not scope["path"].startswith(OWN_PAGES):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _remembering(send, language))


def _remembering(send: Send, language: str) -> Send:
    async def remember(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = f"{LANGUAGE_COOKIE}={language}; Path=/; Max-Age={YEAR_S}; SameSite=Lax"
            MutableHeaders(scope=message).append("Set-Cookie", cookie)
        await send(message)

    return remember


class _Dresser:
    """Collects Gradio's document and sends it with our head, its scripts bearing the nonce."""

    def __init__(self, send: Send, language: str) -> None:
        self._send = send
        self._language = language
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        nonce = secrets.token_urlsafe(16)
        body = dress(self._body.decode("utf-8"), self._language, nonce).encode("utf-8")
        headers = MutableHeaders(scope=self._start)
        headers["Content-Length"] = str(len(body))
        headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
        headers["Content-Language"] = self._language
        headers["Cache-Control"] = "no-store"
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def dress(document: str, language: str, nonce: str) -> str:
    """Gradio's document in the page's language; every script in it is Gradio's own and gets the nonce."""
    words = {key: say(language, key) for key in _SPOKEN}
    head = _HEAD.format(
        nonce=nonce,
        tagline=say(language, "tagline"),
        words=json.dumps(words, ensure_ascii=False),
        modules=Html().join(_MODULE.format(name) for name in _MODULES),
    )
    root = f'lang="{language}" dir="{DIRECTION[language]}"'
    dressed = _PREVIEWS.sub("", document).replace("<script", f'<script nonce="{nonce}"')
    return dressed.replace('lang="en"', root, 1).replace("<head>", f"<head>{head}", 1)

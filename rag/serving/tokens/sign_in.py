"""The page where a browser shows its token once, and gets a cookie for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rag.serving.http.limits import client_of, too_often
from rag.serving.tokens.access import COOKIE, SIGN_IN

if TYPE_CHECKING:
    from rag.serving.http.limits import Rates
    from rag.serving.tokens.keeping import Tokens
    from rag.settings import Settings

SIGN_OUT: Final = "/sign-out"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_WORDS: Final = {
    "ar": {
        "title": "الدخول إلى شواهد",
        "label": "الرمز",
        "hint": "يعطيك إياه من يدير هذا الخادم. لا يُحفظ في المتصفح، بل تُحفظ جلسة فقط.",
        "enter": "ادخل",
        "wrong": "هذا الرمز غير معروف، أو انتهى العمل به.",
    },
    "en": {
        "title": "Sign in to Shawahid",
        "label": "Token",
        "hint": "Whoever runs this server gives it to you. The browser keeps a session, never the token.",
        "enter": "Sign in",
        "wrong": "This token is unknown, or no longer in force.",
    },
}
_PAGE: Final = """<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>
:root{{color-scheme:light dark}}
body{{font:1.05rem/1.7 system-ui,sans-serif;min-height:90vh;display:grid;place-items:center;margin:1rem}}
main{{inline-size:min(24rem,100%)}}h1{{font-size:1.5rem}}label,input,button{{display:block;font:inherit}}
input,button{{inline-size:100%;box-sizing:border-box;padding:.6rem .8rem;margin-block:.4rem;border:1px solid;border-radius:.5rem}}
button{{cursor:pointer;font-weight:600}}:focus-visible{{outline:3px solid;outline-offset:2px}}
.wrong{{border-inline-start:4px solid;padding-inline-start:.8rem;font-weight:600}}
</style></head><body><main><h1>{title}</h1>{wrong}<form method="post" action="{action}">
<label for="token">{label}</label>
<input id="token" name="token" type="password" dir="ltr" autocomplete="current-password" required autofocus
 maxlength="512" aria-describedby="hint"><p id="hint">{hint}</p><button>{enter}</button></form></main></body></html>"""


def sign_in_router(tokens: Tokens, rates: Rates, settings: Settings) -> APIRouter:
    """GET and POST /sign-in, POST /sign-out."""
    router = APIRouter(include_in_schema=False)

    @router.get(SIGN_IN)
    async def show(request: Request) -> Response:
        if not tokens.are_on:
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        return _page(request, HTTPStatus.OK)

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        seconds = rates.wait("attempt", client_of(request.scope))
        if seconds:
            return too_often(request.scope, seconds)
        async with request.form(max_files=0, max_fields=1) as form:
            token = form.get("token")
        session = tokens.open_session(token.strip()) if isinstance(token, str) else None
        if session is None:
            rates.hit("attempt", client_of(request.scope))
            return _page(request, HTTPStatus.UNAUTHORIZED)
        reply = RedirectResponse("/", HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
        is_secure = request.url.scheme == "https"
        age = int(settings.session_hours * 3600)
        reply.set_cookie(
            COOKIE, session, age, path="/", secure=is_secure, httponly=True, samesite="strict"
        )
        return reply

    @router.post(SIGN_OUT)
    async def sign_out() -> Response:
        reply = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
        reply.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return reply

    return router


def _page(request: Request, status: HTTPStatus) -> HTMLResponse:
    language = getattr(request.state, "language", "ar")
    words = _WORDS.get(language, _WORDS["en"])
    is_wrong = status is HTTPStatus.UNAUTHORIZED
    page = _PAGE.format(
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        action=SIGN_IN,
        **words
        | {"wrong": f'<p class="wrong" role="alert">{words["wrong"]}</p>' if is_wrong else ""},
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY}
    return HTMLResponse(page, status, headers)

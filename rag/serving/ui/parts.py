"""The page's standing parts, in both languages at once: header, greeting, note, dates."""

from __future__ import annotations

from rag.serving.ui.render import Html, both
from rag.serving.ui.strings import DIRECTION, LANGUAGES, count

_HEADER = Html(
    '<a class="skip" href="#ask">{skip}</a>'
    '<div class="brand"><span class="logo" aria-hidden="true"></span><div><h1>{name}</h1>'
    '<p>{tagline}<span class="articles">{articles}</span></p></div></div><nav>'
    '<button type="button" class="hbtn phone" data-act="open" disabled>{sources}<b data-count hidden></b></button>'
    '<button type="button" class="hbtn" data-act="new"><span class="label">{new}</span>'
    '<span class="plus" aria-hidden="true">+</span></button>'
    '<a class="hbtn say" lang="en" dir="rtl" hreflang="ar" href="?lang=ar"><span lang="ar">العربية</span></a>'
    '<a class="hbtn say" lang="ar" dir="ltr" hreflang="en" href="?lang=en"><span lang="en">English</span></a>'
    '<button type="button" class="hbtn icon" data-act="theme"><span aria-hidden="true">◐</span>'
    '<span class="away">{theme}</span></button></nav>'
)
_DAY = Html('<label>{}<input type="date" data-day="{}" dir="ltr"></label>')

# The template is fixed text: nothing of the corpus ever reaches it.
DAYS_ON_LOAD = (
    "element.addEventListener('change', () => { props.value = Object.fromEntries("
    "[...element.querySelectorAll('input')].map(input => [input.dataset.day, input.value])); });"
)


def header_html(articles: int) -> Html:
    """Name, promise, number of articles, and the buttons; app.js gives them their work."""
    spans = [
        Html('<span class="say" lang="{}" dir="{}"> · {}</span>').format(
            code, DIRECTION[code], count(code, "articles", articles)
        )
        for code in LANGUAGES
    ]
    words = {key: both(key) for key in ("skip", "name", "tagline", "sources", "new", "theme")}
    return _HEADER.format(articles=Html().join(spans) if articles else "", **words)


def hello_markdown() -> str:
    """The greeting of an empty conversation, as the HTML that Gradio's Markdown lets pass."""
    return str(Html("<h2>{}</h2><p>{}</p>").format(both("hello"), both("promise")))


def notice_html(words: str = "") -> Html:
    """Why a question wasn't taken; empty when it was."""
    return Html('<p role="alert" dir="auto">{}</p>').format(words) if words else Html()


def note_html() -> Html:
    """The line under the question box."""
    return Html("<p>{}</p>").format(both("note"))


def days_html() -> str:
    """The two dates of the filter."""
    fields = [_DAY.format(both(name), name) for name in ("since", "until")]
    return str(Html('<div class="days">{}</div>').format(Html().join(fields)))

"""The page's standing parts, in both languages at once: header, greeting, note, dates, dialogs."""

from __future__ import annotations

from rag.serving.feedback.store import COMMENT_CHARACTERS, VERDICTS
from rag.serving.ui.render import Html, both
from rag.serving.ui.strings import DIRECTION, LANGUAGES, count

_HEADER = Html(
    '<a class="skip" href="#ask">{skip}</a><div class="brand">'
    '<button type="button" class="hbtn icon list" data-act="talks" aria-haspopup="dialog">'
    '<span aria-hidden="true">☰</span><span class="away">{talks}</span></button>'
    '<span class="logo" aria-hidden="true"></span><div><h1>{name}</h1>'
    '<p>{tagline}<span class="articles">{articles}</span></p></div></div>'
    "<nav{rating}>{links}"
    '<button type="button" class="hbtn phone" data-act="open" disabled>{sources}<b data-count hidden></b></button>'
    '<button type="button" class="hbtn" data-act="new"><span class="label">{new}</span>'
    '<span class="plus" aria-hidden="true">+</span></button>'
    '<a class="hbtn say" lang="en" dir="rtl" hreflang="ar" href="?lang=ar"><span lang="ar" class="label">العربية</span>'
    '<span class="plus" aria-hidden="true">ع</span></a>'
    '<a class="hbtn say" lang="ar" dir="ltr" hreflang="en" href="?lang=en"><span lang="en" class="label">English</span>'
    '<span class="plus" aria-hidden="true">EN</span></a>'
    '<button type="button" class="hbtn icon" data-act="theme"><span aria-hidden="true">◐</span>'
    '<span class="away">{theme}</span></button></nav>'
)
_LINK = Html('<a class="{kind}" href="{href}">{words}</a>')
_PAGES = (("/corpus", "browse"), ("/timeline", "timeline"))
_ADDING = (("/add", "add_page"),)  # where the setting allows it
_DAY = Html('<label>{}<input type="date" data-day="{}" dir="ltr"></label>')
_TALKS = Html(
    '<dialog id="talks" aria-labelledby="talks-h"><header><h2 id="talks-h">{talks}</h2>{close}</header>'
    '<nav>{links}</nav><button type="button" class="act" data-act="new">{new}</button>'
    '<p class="none">{none}</p><ul class="talks"></ul>'
    '<footer><p>{note}</p><button type="button" class="act danger" data-act="talk-delete-all">{all}</button>'
    "</footer></dialog>"
)
_RATING = Html(
    '<dialog id="rating" aria-labelledby="rating-h"><form method="dialog"><header><h2 id="rating-h">{rate}</h2>'
    '{close}</header><fieldset><legend class="away">{rate}</legend>{verdicts}</fieldset>'
    '<label class="comment">{comment}<textarea name="comment" rows="3" maxlength="{longest}" dir="auto"></textarea>'
    '</label><footer><button type="button" class="act main" data-act="rate-send" disabled>{send}</button><p>{note}</p>'
    "</footer></form></dialog>"
)
_VERDICT = Html('<label><input type="radio" name="verdict" value="{}">{}</label>')
_CLOSE = Html(
    '<button type="button" class="x" data-act="dialog-close"><span aria-hidden="true">×</span>'
    '<span class="away">{}</span></button>'
)

# The templates are fixed text: nothing of the corpus ever reaches them.
DAYS_ON_LOAD = (
    "const inputs = () => [...element.querySelectorAll('input')];"
    "const show = () => inputs().forEach(input => {"
    " const day = (props.value || {})[input.dataset.day] || '';"
    " if (input.value !== day) input.value = day; });"
    "element.addEventListener('change', () => { props.value = Object.fromEntries("
    "inputs().map(input => [input.dataset.day, input.value])); trigger('input'); });"
    "watch('value', show); show();"
)
WIRE_ON_LOAD = (
    "element.addEventListener('wire', event => { props.value = event.detail; trigger('submit'); });"
)
# The address and the open conversation (static/talks.js keeps it) go to the server as the page loads.
LOAD_SENDS = """(sent, talk) => {
  const found = { search: location.search, turns: [] };
  try {
    const open = sessionStorage.getItem("shawahid.open");
    const kept = JSON.parse(localStorage.getItem("shawahid.talk." + open) || "{}");
    if (Array.isArray(kept.turns)) found.turns = kept.turns;
  } catch { /* a browser that keeps nothing starts empty */ }
  return [found, talk];
}"""


def header_html(articles: int, *, rating: bool = True, adding: bool = False) -> Html:
    """Name, promise, number of articles, and the buttons; the scripts give them their work."""
    spans = [
        Html('<span class="say" lang="{}" dir="{}"> · {}</span>').format(
            code, DIRECTION[code], count(code, "articles", articles)
        )
        for code in LANGUAGES
    ]
    names = ("skip", "name", "tagline", "sources", "new", "theme", "talks")
    return _HEADER.format(
        articles=Html().join(spans) if articles else "",
        rating=Html(" data-rating") if rating else Html(),
        links=_links("hbtn page", adding=adding),
        **{key: both(key) for key in names},
    )


def _links(kind: str, *, adding: bool) -> Html:
    pages = _PAGES + _ADDING if adding else _PAGES
    return Html().join(_LINK.format(kind=kind, href=href, words=both(key)) for href, key in pages)


def dialogs_html(*, adding: bool = False) -> Html:
    """The list of conversations, the rating of an answer, and where what happens is said aloud."""
    close = _CLOSE.format(both("close"))
    talks = _TALKS.format(
        talks=both("talks"),
        close=close,
        links=_links("act", adding=adding),
        new=both("new"),
        none=both("talks_none"),
        note=both("talks_note"),
        all=both("delete_all"),
    )
    rating = _RATING.format(
        rate=both("rate"),
        close=close,
        verdicts=Html().join(_VERDICT.format(name, both(f"rate_{name}")) for name in VERDICTS),
        comment=both("rate_comment"),
        longest=COMMENT_CHARACTERS,
        send=both("rate_send"),
        note=both("rate_note"),
    )
    return talks + rating + Html('<p id="said" class="away" role="status" aria-live="polite"></p>')


def hello_markdown() -> str:
    """The greeting of an empty conversation, as the HTML that Gradio's Markdown lets pass."""
    return str(Html("<h2>{}</h2><p>{}</p>").format(both("hello"), both("promise")))


def notice_html(words: str = "", kind: str = "alert") -> Html:
    """Why a question wasn't taken ("alert"), or what was done ("status"); empty when there is nothing to say."""
    return Html('<p role="{}" dir="auto">{}</p>').format(kind, words) if words else Html()


def note_html() -> Html:
    """The line under the question box."""
    return Html("<p>{}</p>").format(both("note"))


def days_html() -> str:
    """The two dates of the filter."""
    fields = [_DAY.format(both(name), name) for name in ("since", "until")]
    return str(Html('<div class="days">{}</div>').format(Html().join(fields)))

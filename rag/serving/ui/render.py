"""The only place that escapes: text of articles, questions and models becomes HTML or Markdown here.

`Html("<b>{}</b>").format(text)` escapes `text` (MarkupSafe); what is Html already stays. The characters
that JavaScript templates read are escaped too, since Gradio's HTML component is built on such templates.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from rag.serving.ui.strings import DIRECTION, LANGUAGES, long_date, say

if TYPE_CHECKING:
    from collections.abc import Collection

    from rag.records import Article

CONTEXT_CHARACTERS = 220  # shown on each side of a quotation: about four lines of a card

_TEMPLATE_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "`$\\{}"}
_PUNCTUATION = {ord(sign): f"&#{ord(sign)};" for sign in string.punctuation}
_ORIGINS = {"front matter": "origin_front", "metadata": "origin_metadata", "text": "origin_text"}
_MOST_OPEN = 8  # marks within marks: bounds the work on a line of nothing else
_CLOSERS = {"«": "»", "“": "”", "(": ")"}
_BLANK_LINES = re.compile(r"\n\s*\n")
_MARKER = re.compile(r"[^\S\n]*\[([0-9]{1,3})\]")


class Html(Markup):
    """HTML that is safe to show."""

    @classmethod
    def escape(cls, value: Any, /) -> Self:  # noqa: ANN401 - MarkupSafe's signature
        """The value as HTML; `value` stays as it is when it is HTML already."""
        if hasattr(value, "__html__"):
            return cls(value.__html__())
        whole = str(value).encode("utf-8", "replace").decode()  # a lone surrogate can't be sent
        return cls(str(escape(whole)).translate(_TEMPLATE_SIGNS))


def both(key: str) -> Html:
    """Words of the page in both languages; the stylesheet shows the one of the page."""
    span = Html('<span class="say" lang="{}" dir="{}">{}</span>')
    return Html().join(span.format(code, DIRECTION[code], say(code, key)) for code in LANGUAGES)


def plain_markdown(text: str) -> str:
    """Markdown that shows `text` literally: no mark-up, no HTML, no links, line breaks kept.

    Every ASCII punctuation mark becomes a character reference, which CommonMark never reads as
    structure (CommonMark 0.31, section 2.5); white space at line starts would make code blocks.
    """
    whole = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    lines = [line.strip(" \t\r\f\v") for line in whole.split("\n")]
    return "\n".join(lines).translate(_PUNCTUATION)


def isolated(text: str) -> str:
    """The text with what stands in quotation marks or brackets as a bidirectional isolate of its own direction.

    Else the full stop of a Latin quotation in an Arabic line jumps to its front, and a date in brackets after a
    Latin name is read backwards (UAX #9, section 2.4). A mark without its partner on the line is left alone.
    """
    return "\n".join(map(_isolated_line, text.split("\n")))


def _isolated_line(line: str) -> str:
    opened: list[int] = []
    pairs: dict[int, str] = {}
    for place, sign in enumerate(line):
        if sign in _CLOSERS and len(opened) < _MOST_OPEN:
            opened.append(place)
        elif sign in _CLOSERS.values():
            known = [at for at in opened if _CLOSERS[line[at]] == sign]
            if known:
                pairs |= {known[-1]: f"{line[known[-1]]}\u2068", place: f"\u2069{sign}"}
                opened = opened[: opened.index(known[-1])]
    return "".join(pairs.get(place, sign) for place, sign in enumerate(line))


def answer_markdown(text: str, turn: int, markers: Collection[int]) -> str:
    """The answer with each known [n] linked to its card; an unknown [n] stays text.

    A no-break space before the link keeps it on the line of the word it supports.
    """
    text = isolated(text)
    parts = []
    done = 0
    for found in _MARKER.finditer(text):
        if int(found[1]) in markers:
            marker = int(found[1])
            parts += [
                plain_piece(text[done : found.start()]),
                f"\u00a0[{marker}](#t{turn}-s{marker})",
            ]
            done = found.end()
    parts.append(plain_piece(text[done:]))
    return "".join(parts).strip()


def plain_piece(text: str) -> str:
    """`plain_markdown` of a piece within a line: white space at its ends is kept as one space."""
    shown = plain_markdown(text)
    lead = " " if text[:1].isspace() and not text.startswith("\n") else ""
    trail = " " if text[-1:].isspace() and not text.endswith("\n") and shown else ""
    return f"{lead}{shown}{trail}"


def marked(text: str, start: int, end: int) -> Html:
    """`text[start:end]` marked, with context on each side, cut between words and without blank lines."""
    first = _word_start(text, start - CONTEXT_CHARACTERS)
    last = _word_end(text, end + CONTEXT_CHARACTERS)
    return Html("{}{}<mark>{}</mark>{}{}").format(
        "… " if first else "",
        _BLANK_LINES.sub("\n", text[first:start]),
        text[start:end],
        _BLANK_LINES.sub("\n", text[end:last]),
        " …" if last < len(text) else "",
    )


def _word_start(text: str, place: int) -> int:
    if place <= 0:
        return 0
    gap = re.compile(r"\s").search(text, place, place + 30)
    return gap.end() if gap else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    gaps = list(re.compile(r"\s").finditer(text, max(0, place - 30), place))
    return gaps[-1].start() if gaps else place


def cut_text(text: str, longest: int) -> str:
    """The text on one line, cut between words where it is longer."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest + 1].rsplit(" ", 1)[0][:longest] + "…"


def date_html(article: Article, language: str) -> Html:
    """The day of publication with its month's name, and where it came from."""
    if article.published is None:
        return Html('<span class="unknown">{}</span>').format(say(language, "no_date"))
    shown = long_date(article.published, language)
    time = Html('<time dir="auto" datetime="{}">{}</time>').format(
        article.published.isoformat(), shown
    )
    key = _ORIGINS.get(article.published_origin)
    if key is None:
        return time
    origin = say(language, key)
    return time + Html(' <span class="origin">({})</span>').format(origin)


def outlet_html(article: Article, language: str) -> Html:
    """The outlet, or that it is unknown."""
    if article.source:
        return Html('<bdi class="outlet">{}</bdi>').format(article.source)
    return Html('<span class="unknown">{}</span>').format(say(language, "no_outlet"))


def title_of(article: Article, language: str) -> str:
    """The title, or that there is none, with the id."""
    return article.title.strip() or f"{say(language, 'no_title')} ({article.id})"


def lang_attribute(article: Article) -> Html:
    """A lang attribute where the language is known and looks like a code."""
    code = article.language or ""
    known = re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", code)
    return Html(' lang="{}"').format(code) if known else Html()


def article_href(article_id: str, start: int | None = None, end: int | None = None) -> str:
    """Address of an article's page, at a quotation if one is given."""
    place = "" if start is None else f"?s={start}&e={end}#mark"
    return f"/article/{quote(article_id.encode('utf-8', 'replace'), safe='')}{place}"


def web_address(url: str | None) -> str | None:
    """The address when it is an http or https one."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None

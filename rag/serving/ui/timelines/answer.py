"""The dates an answer's sources speak of: publication, and what is mentioned near each quotation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rag.serving.ui.browsing.find import span_of
from rag.serving.ui.browsing.form import span_words
from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.render import Html, article_href, lang_attribute, title_of
from rag.serving.ui.strings import DIRECTION, long_date
from rag.text.dates import find_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer, Citation

NEAR_CHARACTERS = 300  # before and after a quotation: its paragraph, mostly
_MOST_SOURCES = 8
_MOST_TIMES = 4  # of one source
_WIDTH, _ROW, _HEAD, _SIDE = 360, 26, 8, 26  # of the drawing, in pixels of the panel

_FRAME = Html(
    '<details class="when"{opened}><summary>{summary}</summary>{svg}'
    '<p class="legend"><span class="published">{published}</span><span class="named">{named}</span></p>'
    '<ul class="away">{items}</ul></details>'
)
_SVG = Html(
    '<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{lines}{marks}'
    '<text class="end" x="{x0}" y="{y}" text-anchor="middle">{first}</text>'
    '<text class="end" x="{x1}" y="{y}" text-anchor="middle">{last}</text></svg>'
)
_LINE = Html(
    '<line x1="{}" x2="{}" y1="{}" y2="{}"/><text class="n" x="{}" y="{}" text-anchor="middle">{}</text>'
)
_DOT = Html('<path class="published" d="M{x} {top}l6 6-6 6-6-6z"><title>{words}</title></path>')
_SPAN = Html(
    '<rect class="named" x="{}" y="{}" width="{}" height="8" rx="4"><title>{}</title></rect>'
)
_ITEM = Html('<li>{}. <a href="{}"{}>{}</a>: {}</li>')


@dataclass(frozen=True, slots=True)
class _Time:
    kind: Literal["published", "named"]
    first: date
    last: date


def answer_timeline(answer: Answer, language: str) -> Html:
    """A small plot of the dates that the answer's quotations speak of; empty where they are fewer than two.

    Bounded: the first few citations, the first few times of each. Every date stands in a list for those
    who can't see the plot.
    """
    rows = [(c, times_of(c)) for c in answer.citations[:_MOST_SOURCES]]
    rows = [(citation, times) for citation, times in rows if times]
    days = sorted({day for _, times in rows for time in times for day in (time.first, time.last)})
    if len(days) < 2:
        return Html()
    drawing = _Drawing(days[0], days[-1], language)
    marks = [
        drawing.mark(time, place)
        for kind in ("named", "published")  # a day of publication stays in sight
        for place, (_, times) in enumerate(rows)
        for time in times
        if time.kind == kind
    ]
    lines = [drawing.line(citation.marker, place) for place, (citation, _) in enumerate(rows)]
    ends = {"first": long_date(days[0], language), "last": long_date(days[-1], language)}
    return _FRAME.format(
        opened=Html(" open"),
        summary=tell(language, "answer_dates"),
        svg=_SVG.format(
            width=_WIDTH,
            height=_HEAD + _ROW * len(rows) + 26,
            label=tell(language, "answer_plot", **ends),
            lines=Html().join(lines),
            marks=Html().join(marks),
            x0=drawing.end(days[0]),
            x1=drawing.end(days[-1]),
            y=_HEAD + _ROW * len(rows) + 18,
            **ends,
        ),
        published=tell(language, "day_published"),
        named=tell(language, "day_named"),
        items=Html().join(_item(citation, times, language) for citation, times in rows),
    )


def times_of(citation: Citation) -> list[_Time]:
    """Publication of the citation's article and the times mentioned in and around its quotation."""
    article = citation.article
    found: list[_Time] = []
    if article.published:
        found.append(_Time("published", article.published, article.published))
    first = max(0, citation.start - NEAR_CHARACTERS)
    near = _near(
        article.text[first : citation.end + NEAR_CHARACTERS],
        citation.start - first,
        citation.end - first,
        article.published,
        article.language,
    )
    return found + [_Time("named", *span) for span in near]


@lru_cache(maxsize=512)
def _near(
    text: str, start: int, end: int, published: date | None, language: str | None
) -> tuple[tuple[date, date], ...]:
    """Distinct times in the text, those of the quotation first, then the nearest to it."""
    mentions = find_dates(text, anchor=published, language=language)
    mentions.sort(key=lambda m: max(0, start - m.end, m.start - end))
    spans = dict.fromkeys(span_of(mention) for mention in mentions)
    return tuple((a, b) for a, b in spans if a and b)[:_MOST_TIMES]


class _Drawing:
    """Places on the axis; time runs as the language is read."""

    def __init__(self, first: date, last: date, language: str) -> None:
        self._first = first
        self._days = max(1, (last - first) // timedelta(1))
        self._language = language
        self._is_mirrored = DIRECTION[language] == "rtl"

    def mark(self, time: _Time, row: int) -> Html:
        """One time of a source."""
        words = f"{tell(self._language, 'day_' + time.kind)}: {self._said(time)}"
        y = _HEAD + _ROW * row
        if time.kind == "published":
            return _DOT.format(x=f"{self._x(time.first):.1f}", top=y + 3, words=words)
        left, right = sorted((self._x(time.first), self._x(time.last)))
        return _SPAN.format(f"{left - 4:.1f}", y + 5, f"{right - left + 8:.1f}", words)

    def line(self, marker: int, row: int) -> Html:
        """The line that a source's times stand on, with its number."""
        y = _HEAD + _ROW * row + 9
        first, last = (8, _WIDTH - _SIDE) if self._is_mirrored else (_SIDE, _WIDTH - 8)
        number_x = _WIDTH - 10 if self._is_mirrored else 10
        return _LINE.format(first, last, y, y, number_x, y + 4, marker)

    def end(self, day: date) -> str:
        """Where the name of an end of the axis stands, not cut off at the edge."""
        return f"{min(max(self._x(day), 56), _WIDTH - 56):.1f}"

    def _x(self, day: date) -> float:
        share = (day - self._first).days / self._days
        place = _SIDE + 12 + share * (_WIDTH - _SIDE - 32)
        return _WIDTH - place if self._is_mirrored else place

    def _said(self, time: _Time) -> str:
        return span_words(time.first, time.last, self._language)


def _item(citation: Citation, times: Sequence[_Time], language: str) -> Html:
    article = citation.article
    said = "؛ " if language == "ar" else "; "
    words = said.join(
        f"{tell(language, 'day_' + time.kind)} {span_words(time.first, time.last, language)}"
        for time in times
    )
    href = article_href(article.id, citation.start, citation.end)
    return _ITEM.format(
        citation.marker, href, lang_attribute(article), title_of(article, language), words
    )

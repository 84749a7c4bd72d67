"""The timeline's page: plot, table of the same numbers, and links to look closer or farther."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rag.serving.ui.browsing.find import allowed
from rag.serving.ui.browsing.form import chips_html, notes_html
from rag.serving.ui.browsing.query import read_day
from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.render import Html
from rag.serving.ui.strings import count, long_date
from rag.serving.ui.timelines.bins import timeline_of
from rag.serving.ui.timelines.plot import plot_html
from rag.serving.ui.timelines.words import period

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from rag.serving.ui.browsing.library import Shelf
    from rag.serving.ui.browsing.query import BrowseQuery
    from rag.serving.ui.timelines.bins import Bin, Timeline

_HEAD = Html(
    '<div class="title"><h1>{}</h1><p class="total">{}</p><a class="act" href="{}">{}</a></div>'
)
_WAY = Html('<nav class="way" aria-label="{}">{}</nav>')
_STEP = Html('<a href="{}">{}</a>')
_HERE = Html('<span aria-current="page">{}</span>')
_FIGURE = Html(
    '<figure class="times"><p class="legend"><span class="published">{}</span><span class="named">{}</span></p>'
    '<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div><figcaption>{}</figcaption></figure>'
)
_TABLE = Html(
    '<details class="numbers"{}><summary>{}</summary><table><thead><tr><th scope="col">{}</th>'
    '<th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody></table></details>'
)
_ROW = Html('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>')
_LINK = Html('<a href="{}" aria-label="{}">{}</a>')
_NOTE = Html('<p class="bound"><a href="{}">{}</a></p>')
_SAID = Html('<p class="bound">{}</p>')


def timeline_page(
    shelf: Shelf, query: BrowseQuery, notes: list[tuple[str, dict[str, str]]], request: Request
) -> Html:
    """What stands between the bar and the end of the page. `from` and `to` bound what is shown."""
    language = request.state.language
    window = (
        read_day(request.query_params.get("from", "")),
        read_day(request.query_params.get("to", "")),
    )
    query = query.changed(text="", sort="")  # a search has an order, a timeline has none
    cards = allowed(shelf, query)
    made = timeline_of(cards, shelf.mentions, window)
    total = count(language, "articles", len(cards))
    listed = tell(language, "on_list")
    parts = [
        _HEAD.format(tell(language, "timeline"), total, query.href(), listed),
        notes_html(notes, language),
        chips_html(query, language, "/timeline"),
    ]
    if made is None:
        parts.append(Html('<p class="missing">{}</p>').format(tell(language, "no_dates")))
        return Html().join(parts)
    parts += [_way(query, window, language), _figure(made, query, language)]
    if window == (None, None) and (made.reach[0] < made.first or made.reach[1] > made.last):
        days = {
            "first": long_date(made.reach[0], language),
            "last": long_date(made.reach[1], language),
        }
        parts.append(_NOTE.format(_at(query, *made.reach), tell(language, "outside", **days)))
    if made.undated:
        words = tell(language, "undated", articles=count(language, "articles", made.undated))
        parts.append(_NOTE.format(query.changed(undated=True).href(), words))
    if made.coarse:
        words = tell(language, "coarse", articles=count(language, "articles", made.coarse))
        parts.append(_SAID.format(words))
    parts.append(_table(made, query, language))
    return Html().join(parts)


def _figure(made: Timeline, query: BrowseQuery, language: str) -> Html:
    first, last = made.bins[0], made.bins[-1]
    label = tell(
        language,
        "plot_label",
        first=period(first.first, first.last, language),
        last=period(last.first, last.last, language),
    )
    plot = plot_html(made, language, _published(query), _named(query), _zoom(made, query))
    lanes = tell(language, "published_lane"), tell(language, "named_lane")
    return _FIGURE.format(*lanes, tell(language, "timeline"), plot, label)


def _published(query: BrowseQuery) -> Callable[[Bin], str]:
    def href(each: Bin) -> str:
        since = max(filter(None, (each.first, query.since)))
        until = min(filter(None, (each.last, query.until)))
        return query.changed(since=since, until=until).href()

    return href


def _named(query: BrowseQuery) -> Callable[[Bin], str]:
    return lambda each: query.changed(first=each.first, last=each.last).href()


def _zoom(made: Timeline, query: BrowseQuery) -> Callable[[Bin], str] | None:
    return (lambda each: _at(query, each.first, each.last)) if made.unit != "day" else None


def _at(query: BrowseQuery, first: date, last: date) -> str:
    return query.href("/timeline", **{"from": first.isoformat(), "to": last.isoformat()})


def _way(query: BrowseQuery, window: tuple[date | None, date | None], language: str) -> Html:
    """All years › the year › the month, each a link to it, and the neighbours of what is shown."""
    first, last = window
    if first is None or last is None:
        return Html()
    first, last = min(first, last), max(first, last)
    steps = [_STEP.format(query.href("/timeline"), tell(language, "whole"))]
    year = date(first.year, 1, 1), date(first.year, 12, 31)
    if first.year == last.year and (first, last) != year:
        steps.append(_STEP.format(_at(query, *year), period(*year, language)))
    steps.append(_HERE.format(period(first, last, language)))
    days = Html().join(
        Html('<a class="act" rel="{}" href="{}">{}</a>').format(
            rel, _at(query, *near), period(*near, language)
        )
        for rel, near in _neighbours(first, last)
    )
    trail = Html('<span class="trail">{}</span><span class="near">{}</span>')
    inner = trail.format(Html('<span aria-hidden="true">/</span>').join(steps), days)
    return _WAY.format(tell(language, "period"), inner)


def _neighbours(first: date, last: date) -> list[tuple[str, tuple[date, date]]]:
    """The period of the same kind before and after; none beyond the calendar's ends."""
    if not date(2, 1, 1) < first or not last < date(9990, 1, 1):
        return []
    before, after = first - timedelta(1), last + timedelta(1)
    if first.day == 1 and after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        start, end = _months_on(first, -months), _months_on(after, months - 1)
        closing = date(end.year, end.month, monthrange(end.year, end.month)[1])
        return [("prev", (start, before)), ("next", (after, closing))] if start.year > 0 else []
    width = last - first
    return [("prev", (before - width, before)), ("next", (after, after + width))]


def _months_on(day: date, months: int) -> date:
    place = max(12, day.year * 12 + day.month - 1 + months)
    return date(min(9998, place // 12), place % 12 + 1, 1)


def _table(made: Timeline, query: BrowseQuery, language: str) -> Html:
    published, named, zoom = _published(query), _named(query), _zoom(made, query)
    rows = []
    for each in made.bins:
        if not (each.published or each.named):
            continue
        name = period(each.first, each.last, language)
        closer = tell(language, "closer", period=name)
        head = _LINK.format(zoom(each), closer, name) if zoom else Html.escape(name)
        cells = [
            _cell(each.published, "show_published", name, published(each), language),
            _cell(each.named, "show_named", name, named(each), language),
        ]
        rows.append(_ROW.format(head, *cells))
    names = [tell(language, key) for key in ("numbers", "period", "published_lane", "named_lane")]
    return _TABLE.format(Html(" open"), *names, Html().join(rows))


def _cell(number: int, key: str, name: str, href: str, language: str) -> Html:
    if not number:
        return Html.escape("–")
    words = tell(language, key, period=name, articles=count(language, "articles", number))
    return _LINK.format(href, words, number)

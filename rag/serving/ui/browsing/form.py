"""Search box, limits and their chips: what the list and the timeline share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.render import Html
from rag.serving.ui.strings import language_name, long_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from rag.serving.ui.browsing.library import Shelf
    from rag.serving.ui.browsing.query import BrowseQuery

_FORM = Html(
    '<form class="find" action="/corpus" method="get" role="search"><div class="row">'
    '<label class="away" for="q">{label}</label>'
    '<input id="q" name="q" type="search" maxlength="300" value="{text}" placeholder="{hint}"{direction}>'
    '<button class="go">{search}</button></div>'
    '<details class="limits"{opened}><summary>{limits}</summary><div class="fields">{days}{choices}{sort}'
    '<button class="act">{apply}</button></div></details></form>'
)
_DAY = Html('<label class="field">{}<input type="date" name="{}" value="{}" dir="ltr"></label>')
_SELECT = Html('<label class="field">{}<select name="sort">{}</select></label>')
_OPTION = Html('<option value="{}"{}>{}</option>')
_CHOICES = Html(
    '<fieldset class="field many"><legend>{}</legend><div class="boxes">{}</div></fieldset>'
)
_BOX = Html(
    '<label><input type="checkbox" name="{}" value="{}"{}> <bdi>{}</bdi> <small>{}</small></label>'
)
_CHIP = Html(
    '<li><a class="chip" href="{}" aria-label="{}">{}<span aria-hidden="true"> ×</span></a></li>'
)
_CHIPS = Html('<ul class="chips">{}</ul>')
_NOTE = Html('<p class="note" role="status" dir="auto">{}</p>')
_SORTS = ("newest", "oldest", "title", "longest")


def form_html(shelf: Shelf, query: BrowseQuery, language: str) -> Html:
    """The search form; works as a plain GET."""
    days = {
        "since": query.since,
        "until": query.until,
        "first": query.first,
        "last": query.last,
    }
    words = dict(zip(days, ("since", "until", "mentions_since", "mentions_until"), strict=True))
    dates = Html().join(
        _DAY.format(tell(language, words[name]), name, day.isoformat() if day else "")
        for name, day in days.items()
    )
    names = [(code, language_name(code, language), n) for code, n in shelf.languages]
    outlets = [(name, name, n) for name, n in shelf.outlets]
    choices = _choices("source", outlets, query.outlets, tell(language, "outlets"))
    choices += _choices("language", names, query.languages, tell(language, "languages"))
    return _FORM.format(
        label=tell(language, "search_label"),
        text=query.text,
        direction=Html(' dir="auto"')
        if query.text
        else Html(),  # an empty one would be left to right
        hint=tell(language, "search_hint"),
        search=tell(language, "search"),
        opened=Html(),
        limits=tell(language, "limits"),
        days=dates,
        choices=choices,
        sort=_SELECT.format(tell(language, "sort"), _options(query, language)),
        apply=tell(language, "apply"),
    )


def chips_html(query: BrowseQuery, language: str, path: str = "/corpus") -> Html:
    """The limits in force, each a link to the view without it."""
    chips = [
        _CHIP.format(without.href(path), tell(language, "remove", what=words), words)
        for words, without in _limits(query, language)
    ]
    if not chips:
        return Html()
    if len(chips) > 1:
        clear = Html('<li><a class="chip all" href="{}">{}</a></li>')
        chips.append(clear.format(path, tell(language, "clear")))
    return _CHIPS.format(Html().join(chips))


def notes_html(notes: Iterable[tuple[str, dict[str, str]]], language: str) -> Html:
    """What of the address was not taken as it stands."""
    return Html().join(_NOTE.format(tell(language, key, **values)) for key, values in notes)


def span_words(first: date | None, last: date | None, language: str) -> str:
    """A range of days in words."""
    if first and last:
        if first == last:
            return long_date(first, language)
        days = {"first": long_date(first, language), "last": long_date(last, language)}
        return tell(language, "span", **days)
    if first:
        return tell(language, "from_on", first=long_date(first, language))
    return tell(language, "up_to", last=long_date(last, language)) if last else ""


def _limits(query: BrowseQuery, language: str) -> Iterable[tuple[str, BrowseQuery]]:
    if query.text:
        yield tell(language, "chip_text", text=query.text), query.changed(text="")
    if query.since:
        day = long_date(query.since, language)
        yield tell(language, "chip_since", day=day), query.changed(since=None)
    if query.until:
        day = long_date(query.until, language)
        yield tell(language, "chip_until", day=day), query.changed(until=None)
    if query.named:
        days = span_words(query.first, query.last, language)
        yield tell(language, "chip_named", days=days), query.changed(first=None, last=None)
    if query.undated:
        yield tell(language, "chip_undated"), query.changed(undated=False)
    for name in query.outlets:
        rest = tuple(other for other in query.outlets if other != name)
        yield name, query.changed(outlets=rest)
    for code in query.languages:
        rest = tuple(other for other in query.languages if other != code)
        yield language_name(code, language), query.changed(languages=rest)


def _options(query: BrowseQuery, language: str) -> Html:
    first = ("", "best") if query.text else ("", "newest")
    options = [first, *((name, name) for name in _SORTS if query.text or name != "newest")]
    chosen = Html(" selected")
    return Html().join(
        _OPTION.format(value, chosen if value == query.sort else Html(), tell(language, key))
        for value, key in options
    )


def _choices(
    field: str, names: Iterable[tuple[str, str, int]], chosen: tuple[str, ...], legend: str
) -> Html:
    checked = Html(" checked")
    boxes = [
        _BOX.format(field, value, checked if value in chosen else Html(), shown, number)
        for value, shown, number in names
    ]
    return _CHOICES.format(legend, Html().join(boxes)) if boxes else Html()

"""The limits of a search: read from the page's address, shown as chips, written back so that a link repeats the view."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rag.records import Filters
from rag.serving.ui.render import Html, title_of
from rag.serving.ui.strings import language_name, long_date, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.records import Article

MOST_NAMES = 100
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN_CHARACTERS = 60  # of a value that is refused

_CHIPS = Html(
    '<div class="chips" role="group" aria-label="{label}" data-query="{query}">{chips}{all}</div>'
)
_CHIP = Html(
    '<button type="button" class="chip" data-act="unlimit" data-name="{name}" data-value="{value}" '
    'title="{remove}"><bdi>{words}</bdi><span aria-hidden="true">×</span><span class="away">{remove}</span></button>'
)
_ALL = Html('<button type="button" class="chip all" data-act="unlimit" data-name="all">{}</button>')


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reader allows, and sentences about what of the address could not be taken."""

    filters: Filters = field(default_factory=Filters)
    question: str = ""
    faults: tuple[str, ...] = ()


def read_limits(
    asked: Mapping[str, Sequence[str]], articles: Sequence[Article], language: str, longest: int
) -> Limits:
    """`since`, `until`, `source`, `language`, `about` and `q` of an address; what can't be taken is told.

    Args:
        asked: the values of each parameter, in order.
        articles: all of the index; names that none of them has are refused.
        language: of the sentences.
        longest: characters of a question.
    """
    faults: list[str] = []
    since, until = (_day(asked.get(name, ()), language, faults) for name in ("since", "until"))
    if since and until and since > until:
        faults.append(say(language, "bad_days"))
        since = until = None
    known = {
        "source": {a.source for a in articles if a.source},
        "language": {a.language for a in articles if a.language},
        "about": {a.id for a in articles},
    }
    names = {key: _known(key, asked.get(key, ()), known[key], language, faults) for key in known}
    question = " ".join(next(iter(asked.get("q", ())), "").split())
    if len(question) > longest:
        faults.append(say(language, "bad_question"))
    filters = Filters(since, until, names["source"], names["language"], names["about"])
    return Limits(filters, question[:longest], tuple(faults))


def _day(values: Sequence[str], language: str, faults: list[str]) -> date | None:
    value = values[-1].strip() if values else ""
    try:
        return iso_day(value) if value else None
    except ValueError:
        faults.append(say(language, "bad_day", value=value[:_SHOWN_CHARACTERS]))
        return None


def iso_day(value: str) -> date:
    """The day written as YYYY-MM-DD; ValueError for any other form, or no such day."""
    if not _ISO.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value)


def _known(
    key: str, values: Sequence[str], known: set[str], language: str, faults: list[str]
) -> tuple[str, ...]:
    wanted = list(dict.fromkeys(value for value in values[:MOST_NAMES] if value))
    faults += [
        say(language, f"bad_{key}", value=value[:_SHOWN_CHARACTERS])
        for value in wanted
        if value not in known
    ]
    return tuple(value for value in wanted if value in known)


def filters_of(
    outlets: object, languages: object, days: object, about: object
) -> tuple[Filters, bool]:
    """The limits as the form has them, and whether its dates are in order; nonsense counts as not given."""
    since, until = _form_day(days, "since"), _form_day(days, "until")
    filters = Filters(since, until, _names(outlets), _names(languages), _names(about))
    return filters, not (since and until and since > until)


def _form_day(days: object, name: str) -> date | None:
    try:
        value = days.get(name) if isinstance(days, dict) else None
        return iso_day(str(value)) if value else None
    except ValueError:
        return None


def _names(chosen: object) -> tuple[str, ...]:
    return tuple(str(name) for name in chosen[:MOST_NAMES]) if isinstance(chosen, list) else ()


def without(filters: Filters, name: object, value: object) -> Filters:
    """The limits less one, as the chip names it; "all" takes every one away."""
    if name == "all":
        return Filters()
    return Filters(
        None if name == "since" else filters.since,
        None if name == "until" else filters.until,
        _less(filters.sources, value if name == "source" else None),
        _less(filters.languages, value if name == "language" else None),
        _less(filters.articles, value if name == "about" else None),
    )


def _less(names: tuple[str, ...], value: object) -> tuple[str, ...]:
    return tuple(name for name in names if name != value)


def query_of(filters: Filters) -> str:
    """The limits as an address has them."""
    pairs = [(name, getattr(filters, name)) for name in ("since", "until")]
    shown = [(name, day.isoformat()) for name, day in pairs if day]
    shown += [("source", name) for name in filters.sources]
    shown += [("language", code) for code in filters.languages]
    shown += [("about", article) for article in filters.articles]
    return urlencode(shown, errors="replace")


def chips_html(filters: Filters, titles: Mapping[str, str], language: str) -> Html:
    """A chip for each limit, with the address's query; `titles` of the articles asked about, by id."""
    rows: list[tuple[str, str, str]] = []
    rows += (
        [("since", "", say(language, "limit_since", day=long_date(filters.since, language)))]
        if filters.since
        else []
    )
    rows += (
        [("until", "", say(language, "limit_until", day=long_date(filters.until, language)))]
        if filters.until
        else []
    )
    rows += [("source", name, name) for name in filters.sources]
    rows += [("language", code, language_name(code, language)) for code in filters.languages]
    rows += [
        ("about", article, f"{say(language, 'about')}: {titles.get(article, article)}")
        for article in filters.articles
    ]
    remove = say(language, "unlimit")
    chips = [
        _CHIP.format(name=name, value=value, words=words, remove=remove)
        for name, value, words in rows
    ]
    everything = _ALL.format(say(language, "unlimit_all")) if len(rows) > 1 else Html()
    return _CHIPS.format(
        label=say(language, "limits"),
        query=query_of(filters),
        chips=Html().join(chips),
        all=everything,
    )


def form_of(filters: Filters) -> tuple[list[str], list[str], dict[str, str], list[str]]:
    """The limits as the form shows them: outlets, languages, days, articles."""
    days = {
        "since": filters.since.isoformat() if filters.since else "",
        "until": filters.until.isoformat() if filters.until else "",
    }
    return list(filters.sources), list(filters.languages), days, list(filters.articles)


def titles_of(articles: Sequence[Article | None], language: str) -> dict[str, str]:
    """Titles by id, of those that are there."""
    return {article.id: title_of(article, language) for article in articles if article}


def plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the browser sent
    """What the browser sent, when it is an object."""
    return value if isinstance(value, dict) else {}

"""What a corpus page is asked to show, as its address has it: every view is a link."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rag.records import Filters, TimeRange

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

SORTS = ("newest", "oldest", "title", "longest")
MOST_NAMES = 100  # outlets or languages in one address
MOST_CHARACTERS = 300  # of a search or a name
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class BrowseQuery:
    """Limits, order and page. `first` and `last` bound the dates that the texts mention."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    first: date | None = None
    last: date | None = None
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    undated: bool = False
    sort: str = ""
    page: int = 1

    @property
    def filters(self) -> Filters:
        """The limits that a search for passages takes."""
        return Filters(self.since, self.until, self.outlets, self.languages)

    @property
    def named(self) -> TimeRange | None:
        """The mentioned days looked for, if any."""
        return TimeRange(self.first, self.last) if self.first or self.last else None

    @property
    def is_limited(self) -> bool:
        """Whether anything is left out."""
        return dataclasses.replace(self, sort="", page=1) != BrowseQuery()

    def changed(self, **values: object) -> BrowseQuery:
        """The same view but for `values`; back on its first page unless one is named."""
        return dataclasses.replace(self, **({"page": 1} | values))  # type: ignore[arg-type]

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, without what is as usual."""
        found = [("q", self.text)]
        days = {"since": self.since, "until": self.until, "first": self.first, "last": self.last}
        found += [(name, day.isoformat() if day else "") for name, day in days.items()]
        found += [("source", name) for name in self.outlets]
        found += [("language", name) for name in self.languages]
        found += [("undated", "1" if self.undated else ""), ("sort", self.sort)]
        found.append(("page", str(self.page) if self.page > 1 else ""))
        return [(name, value) for name, value in found if value]

    def href(self, path: str = "/corpus", **more: str) -> str:
        """Address of this view on a page, with `more` of that page's own."""
        pairs = urlencode([*self.pairs(), *more.items()], errors="replace")
        return f"{path}?{pairs}" if pairs else path


def read_query(given: QueryParams) -> tuple[BrowseQuery, list[tuple[str, dict[str, str]]]]:
    """The query of an address, and what was not taken as it stands: (key of the words, values)."""
    notes: list[tuple[str, dict[str, str]]] = []
    days: dict[str, date | None] = {}
    for name in ("since", "until", "first", "last"):
        text = given.get(name, "").strip()
        days[name] = read_day(text)
        if text and days[name] is None:
            notes.append(("bad_day", {"day": text[:40]}))
    for low, high in (("since", "until"), ("first", "last")):
        early, late = days[low], days[high]
        if early and late and early > late:
            days[low], days[high] = late, early
            notes.append(("days_exchanged", {}))
    page = given.get("page", "")
    query = BrowseQuery(
        text=_clean(given.get("q", "")),
        outlets=_names(given.getlist("source")),
        languages=_names(given.getlist("language")),
        undated=given.get("undated") == "1",
        sort=given["sort"] if given.get("sort") in SORTS else "",
        page=int(page) if page.isdecimal() and len(page) < 7 and int(page) else 1,
        **days,
    )
    return query, notes


def read_day(text: str) -> date | None:
    """The day that YYYY-MM-DD names; None for anything else."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _names(given: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_clean, given[:MOST_NAMES]))))


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text[:MOST_CHARACTERS]).strip()

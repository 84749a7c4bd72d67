"""Dates joined to ranges, opened by "since" and its like, and confirmed or dropped by their neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from rag.text.dates.cues import BEGINNING, END
from rag.text.dates.intervals import Days, Written, days_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.text.dates.items import Shrunk

# Over the letters of items: T, N (month alone), W (weekday alone), Y (bare year) are dates.
_X: Final = "[TNWY]"
_JOINED: Final = (
    rf"(?P<between>b[kyp]?{_X}(?:&[at]?|[at-])[pky]?{_X}|{_X}&{_X}5)"
    rf"|(?P<range>[fsk]?[ky]?{_X}(?:-|(?:&p?)?[at][kyf]?){_X}[5Q]?)"
    rf"|(?P<season>Y-[dn])"
)
_OPENED: Final = rf"|(?P<open>(?P<head>[stBA])[pkyl]{{0,2}}{_X}(?!-))|(?P<post>{_X}(?P<tail>[1-4]))"
# Besides articles and "month of", what tells a part of the period: "since the end of the year 2019".
_PART: Final = "(?:[jkl]?p[-jk]{0,2}){0,2}(?:[jk]uk?|[jk]?y|u)?[kl]{0,2}j?"
_ASKED_OPENED: Final = (
    rf"|(?P<open>(?P<head>[stBA]){_PART}{_X}(?!-))|(?P<post>{_X}p?(?P<tail>[1-4]))"
)
_SINGLE: Final = rf"|(?P<single>{_X})"
_BEGINS: Final = "(?=[ABNTWYbfksty])"  # what any of these can begin with: most letters are none
_TOLD: Final = re.compile(f"{_BEGINS}(?:{_JOINED}{_OPENED}{_SINGLE})")
_ASKED: Final = re.compile(f"{_BEGINS}(?:{_JOINED}{_ASKED_OPENED}{_SINGLE})")
_OPEN_KINDS: Final = {"1": "s", "2": "t", "3": "B", "4": "A"}
_ANNOUNCED: Final = re.compile(r"P[;,.(/-]*[pku]?$")
_REACH: Final = 8  # tokens
_UNLIKE: Final = {"WY", "YW", "WN", "NW"}
_ONE_DAY: Final = timedelta(1)
_SECOND_DAY: Final = date.min + _ONE_DAY
_LAST_BUT_ONE: Final = date.max - _ONE_DAY


@dataclass(frozen=True, slots=True)
class Found:
    """A time named by tokens `[start, end)`, made of the single dates `written`.

    `is_announced`: a publication cue stands in front.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    certainty: Literal["explicit", "resolved", "weekday"]
    written: tuple[Written, ...]
    is_announced: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads times off a shrunk row.

    `asking`: the text is a question, where a number alone may be a year, and "after 2021's elections" is about
    2021 itself: only a preposition directly before a time opens it.
    """

    row: Shrunk
    anchor: date | None
    asking: bool = False

    def read(self) -> Iterator[Found]:
        """Every time found, in order, without overlap."""
        position = 0
        pattern = _ASKED if self.asking else _TOLD
        while match := pattern.search(self.row.letters, position):
            position = match.end()
            found = self._joined(match)
            if found is None:
                place = next(i for i in range(*match.span()) if i in self.row.atoms)
                position = place + 1
                found = self._single(place)
            if found:
                yield found

    def _joined(self, match: re.Match[str]) -> Found | None:
        places = [i for i in range(*match.span()) if i in self.row.atoms]
        if match["single"] or any(self.row.is_count(place, strictly=False) for place in places):
            return None
        if match["season"]:
            return self._season(match)
        if match["between"] or match["range"]:
            return self._range(match.span(), places)
        return self._open(match["head"] or _OPEN_KINDS[match["tail"]], match.span(), places[0])

    def _range(self, span: tuple[int, int], places: list[int]) -> Found | None:
        left, right = (self._days(place) for place in places)
        if not left or not right or left[0] > right[1] or self._letters(places) in _UNLIKE:
            return None
        return self._found(span, (left[0], right[1]), places)

    def _letters(self, places: list[int]) -> str:
        return "".join(self.row.letters[place] for place in places)

    def _season(self, match: re.Match[str]) -> Found | None:
        """As in "2019-20", where the second number is the end of the next year's, or in "2020-03"."""
        year = self.row.written(match.start()).year or 0
        index = self.row.starts[match.end() - 1]
        second = self.row.row.value(index)
        written = Written(year, last_year=year + 1)
        if self.row.row.word(index).startswith("0"):
            written = Written(year, second)
        elif second != (year + 1) % 100:
            return None
        days = days_of(written, None)
        return self._found(match.span(), days, [match.start()]) if days else None

    def _open(self, kind: str, span: tuple[int, int], place: int) -> Found | None:
        days = self._days(place)
        if days is None or (self.asking and self.row.is_of_event(place)):
            return None
        if kind in "AB" and (self._is_partly_in(kind, span) or self.row.is_possessive(place)):
            return self._found(span, (days[0], None) if kind == "A" else (None, days[1]), [place])
        bounds: dict[str, tuple[date | None, date | None]] = {
            "s": (days[0], None),
            "t": (None, days[1]),
            "B": (None, max(days[0], _SECOND_DAY) - _ONE_DAY),
            "A": (min(days[1], _LAST_BUT_ONE) + _ONE_DAY, None),
        }
        return self._found(span, bounds[kind], [place])

    def _is_partly_in(self, kind: str, span: tuple[int, int]) -> bool:
        """Whether some of the period is meant too, as in "before the end of 2019", "after the summer of 2019"."""
        whole = BEGINNING if kind == "B" else END
        parts = [i for i in range(*span) if self.row.letters[i] == "p"]
        return self.asking and any(self.row.value(part) != whole for part in parts)

    def _single(self, place: int) -> Found | None:
        if not self.row.is_dated(place, asking=self.asking):
            return None
        days = self._days(place)
        if days:
            return self._found((place, place + 1), days, [place])
        if self.row.letters[place] == "W" and self.anchor is None:
            span = self.row.starts[place], self.row.end(place)
            return Found(*span, None, None, "weekday", (self.row.written(place),))
        return None

    def _days(self, place: int) -> Days | None:
        return days_of(self.row.written(place), self.anchor)

    def _found(
        self, span: tuple[int, int], bounds: tuple[date | None, date | None], places: list[int]
    ) -> Found:
        written = tuple(self.row.written(place) for place in places)
        explicit = all(part.year is not None and not part.is_anchored for part in written)
        return Found(
            self.row.starts[span[0]],
            self.row.end(span[1] - 1),
            *bounds,
            "explicit" if explicit else "resolved",
            written,
            bool(_ANNOUNCED.search(self.row.letters, max(0, span[0] - _REACH), span[0])),
        )

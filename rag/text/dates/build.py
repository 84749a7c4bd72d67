"""From matched tokens to what is written; one function for each pattern of the grammar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rag.text.dates.cues import DAY, MONTH, YEAR
from rag.text.dates.intervals import Written, unit_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.text.dates.tokens import Row, Token

_LAST_MONTH: Final = 12
_HIJRI_YEARS: Final = range(1300, 1500)
_CENTURY_TURN: Final = 70  # "23/03/70" is 1970, "23/03/69" 2069


class _Parts:
    """The tokens of a match by kind."""

    def __init__(self, row: Row, start: int, end: int, anchor: date | None, language: str | None) -> None:
        self.row, self.start, self.end = row, start, end
        self.anchor, self.language = anchor, language
        self.tokens = row.tokens[start:end]

    def of(self, kinds: str) -> list[Token]:
        return [token for token in self.tokens if token.kind in kinds]

    def value(self, kinds: str) -> int | None:
        for token in self.tokens:
            if token.kind in kinds:
                return token.value
        return None

    def text(self, kind: str) -> str:
        token = self.of(kind)[0]
        return self.row.text[token.start : token.end]


def _numeric(parts: _Parts) -> Written | None:
    text = parts.text("F")
    first, second, third = (int(number) for number in re.findall(r"\d+", text))
    weekday = parts.value("WV")
    if re.match(r"\d{4}", text):
        year, month, day = first, second, third
    else:
        year, day, month = third, first, second
        swap = parts.language == "en" and "/" in text
        if month > _LAST_MONTH or (swap and day <= _LAST_MONTH):
            day, month = month, day
        if len(text) - max(text.rfind(mark) for mark in "-/.") == 3:  # noqa: PLR2004 - two digits of a year
            if "-" in text or len(text) < len("1.01.20"):
                return None
            year += 1900 if year >= _CENTURY_TURN else 2000
    return Written(year, month, day, weekday=weekday, hijri=year in _HIJRI_YEARS)


def _hijri(parts: _Parts) -> Written:
    return Written(
        parts.value("o"), parts.value("H"), parts.value("d"), weekday=parts.value("WV"), hijri=True
    )


def _day_month(parts: _Parts) -> Written | None:
    months = [token.value for token in parts.of("Mm")]
    days = [token.value for token in parts.of("d")]
    if len(days) > 1 and days[-1] <= days[0]:
        return None
    if len(set(months)) > 1:
        return None if days else Written(parts.value("Yo"), months[0], last_month=months[-1])
    return Written(
        year=parts.value("Yo"),
        month=months[0],
        day=days[0] if days else None,
        last_day=days[-1] if len(days) > 1 else None,
        weekday=parts.value("WV"),
        shift=parts.value("L"),
    )


def _shifted_month(parts: _Parts) -> Written | None:
    """As in "last March", "5 March last year", "5 March of this month".""" 
    written = _day_month(parts)
    unit, shift = parts.value("yQ"), parts.value("L")
    if written is None or shift is None or unit is None:
        return written
    if unit != YEAR or parts.anchor is None:
        return None
    return Written(parts.anchor.year + shift, written.month, written.day, weekday=written.weekday)


def _day_of_this_month(parts: _Parts) -> Written | None:
    day, unit, shift = parts.value("d"), parts.value("u"), parts.value("L")
    if parts.anchor is None or day is None or unit != MONTH:
        return None
    first = unit_days(unit, shift or 0, parts.anchor)[0]
    return Written(first.year, first.month, day)


def _year(parts: _Parts) -> Written | None:
    year = parts.value("Yo")
    if year is not None and parts.of("h"):
        return Written(year, hijri=True)
    return Written(year)


def _decade(parts: _Parts) -> Written:
    year = parts.value("X") or 0
    return Written(year, last_year=year + 9)


def _nothing(parts: _Parts) -> None:
    del parts


def _weekday(parts: _Parts) -> Written:
    return Written(weekday=parts.value("W"), shift=parts.value("L"))


def _units_ago(parts: _Parts) -> Written | None:
    unit = parts.value("yQuU")
    if parts.anchor is None or unit is None:
        return None
    number = 2 if parts.of("U") else parts.value("dn") or 1
    days = unit_days(abs(unit), -number, parts.anchor)
    if parts.of("L"):  # "the last three years" reach up to the anchor
        days = (days[0], parts.anchor) if (parts.value("L") or 0) < 0 else None
    return Written(days=days) if days else None


def _unit_shift(parts: _Parts) -> Written | None:
    unit, shift = parts.value("yQu"), parts.value("L")
    if parts.anchor is None or unit is None or shift is None or unit < 0:
        return None
    if unit == DAY and shift:
        return None  # "last day" is the end of something
    return Written(days=unit_days(unit, shift, parts.anchor))


def _relative_day(parts: _Parts) -> Written | None:
    if parts.anchor is None:
        return None
    day = parts.anchor + timedelta(parts.value("R") or 0)
    return Written(days=(day, day))


_BUILD: Final[dict[str, Callable[[_Parts], Written | None]]] = {
    "numeric": _numeric,
    "hijri": _hijri,
    "phrase_with_this_month": _day_of_this_month,
    "days_of_month": _day_month,
    "shifted_month": _shifted_month,
    "month_days": _day_month,
    "day_month": _day_month,
    "short_day_month": _day_month,
    "month_year": _day_month,
    "year_month": _day_month,
    "year": _year,
    "decade": _decade,
    "no_date": _nothing,
    "weekday_shift": _weekday,
    "units_ago": _units_ago,
    "unit_shift": _unit_shift,
    "relative_day": _relative_day,
    "weekday": _weekday,
    "month": _day_month,
    "bare_year": _year,
}


def build(
    name: str, row: Row, span: tuple[int, int], anchor: date | None, language: str | None
) -> Written | None:
    """What the tokens `span` of `row`, matched by the pattern `name`, say; None if they name no date."""
    return _BUILD[name](_Parts(row, *span, anchor, language))

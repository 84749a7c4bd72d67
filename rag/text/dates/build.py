"""From matched tokens to what is written; one function for each pattern of the grammar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rag.text.dates.cues import DAY, MONTH, YEAR
from rag.text.dates.intervals import Written, unit_days
from rag.text.dates.name_forms import IN_AUGUST
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.text.dates.tokens import Row, Token

_LAST_MONTH: Final = 12
_HIJRI_YEARS: Final = range(1300, 1500)
_PERSIAN_YEARS: Final = range(1250, 1500)  # of the solar calendar, which is not converted
_CENTURY_TURN: Final = 70  # "23/03/70" is 1970, "23/03/69" 2069
_DECADE: Final = 10
_FIRST_CYRILLIC: Final = "\u0400"
_FOLDED_DOOR: Final = fold_text(IN_AUGUST)


class _Parts:
    """The tokens of a match by kind."""

    def __init__(
        self, row: Row, span: tuple[int, int], anchor: date | None, language: str | None
    ) -> None:
        self.row, self.start = row, span[0]
        self.tokens = row.tokens(*span)
        self.anchor, self.language = anchor, language

    def of(self, kinds: str) -> list[Token]:
        return [token for token in self.tokens if token.kind in kinds]

    def value(self, kinds: str) -> int | None:
        return next((token.value for token in self.tokens if token.kind in kinds), None)

    def goes_on(self) -> bool:
        """Whether a second date seems to follow."""
        end = self.start + len(self.tokens)
        return self.row.kinds[end : end + 1] in {*"&-at"}

    def text(self, kind: str) -> str:
        return next(
            self.row.word(self.start + i) for i, t in enumerate(self.tokens) if t.kind == kind
        )


def _numeric(parts: _Parts) -> Written | None:
    text = parts.text("F")
    first, second, third = (int(number) for number in re.findall(r"\d+", text))
    if re.match(r"\d{4}", text):
        year, month, day = first, second, third
    else:
        day, month, year = first, second, third
        american = parts.language == "en" and "/" in text and day <= _LAST_MONTH
        if month > _LAST_MONTH or american:
            day, month = month, day
        if re.search(r"\D\d\d$", text):
            if "-" in text or len(text) < len("1.01.20"):
                return None
            year += 1900 if year >= _CENTURY_TURN else 2000
    if year in _PERSIAN_YEARS and parts.language == "fa":
        return None
    return Written(year, month, day, weekday=parts.value("WV"), hijri=year in _HIJRI_YEARS)


def _hijri(parts: _Parts) -> Written:
    kinds = "".join(token.kind for token in parts.tokens)
    mark = kinds.find("h")
    year = parts.tokens[mark - 1].value if mark > 0 else parts.value("oY")
    day = parts.value("di") if re.match(r"\D*[di]\D*H", kinds) else None
    return Written(year, parts.value("H"), day, weekday=parts.value("WV"), hijri=True)


def _holds_door(parts: _Parts) -> bool:
    row, places = parts.row, range(parts.start, parts.start + len(parts.tokens))
    return any(row.word(i) == _FOLDED_DOOR and row.as_written(i) != IN_AUGUST for i in places)


def _month(parts: _Parts) -> Written | None:
    """A month or days of one, with or without year; two month names are one month twice, or a range."""
    if _holds_door(parts):
        return None
    months = [token.value for token in parts.of("Mm")]
    days = [token.value for token in parts.of("di")]
    if days[1:] and days[-1] <= days[0]:
        return None
    if len(set(months)) > 1:
        return (
            None
            if days or not parts.of("/&-a(")
            else Written(parts.value("Yo"), months[0], last_month=months[-1])
        )
    return Written(
        year=parts.value("Yo"),
        month=months[0],
        day=days[0] if days else None,
        last_day=days[-1] if days[1:] else None,
        weekday=parts.value("WV"),
        shift=parts.value("L"),
    )


def _month_days(parts: _Parts) -> Written | None:
    """As in "March 15": only other scripts count things behind a month («في مارس 5 قتلى»)."""
    is_latin = parts.text("M") < _FIRST_CYRILLIC
    return _month(parts) if is_latin or parts.of("Yo") else None


def _shifted_month(parts: _Parts) -> Written | None:
    """As in "last March", "5 March last year"."""
    written = _month(parts)
    unit, shift = parts.value("yQ"), parts.value("L")
    if written is None or shift is None or unit is None:
        return written
    if unit != YEAR or parts.anchor is None:
        return None
    return Written(
        parts.anchor.year + shift,
        written.month,
        written.day,
        weekday=written.weekday,
        is_anchored=True,
    )


def _day_of_shifted_month(parts: _Parts) -> Written | None:
    day, unit, shift = parts.value("d"), parts.value("u"), parts.value("L")
    if parts.anchor is None or day is None or unit != MONTH:
        return None
    first = unit_days(unit, shift or 0, parts.anchor)[0]
    return Written(first.year, first.month, day, is_anchored=True)


def _year(parts: _Parts) -> Written | None:
    years = parts.of("Yo")  # two where the first is the Hijri one
    year = years[-1].value if years else None
    if year is None or (year in _PERSIAN_YEARS and parts.language == "fa" and not parts.of("g")):
        return None
    is_plural = (parts.value("y") or 0) < 0
    if year % _DECADE == 0 and is_plural and not parts.goes_on():  # "les années 1980"
        return Written(year, last_year=year + _DECADE - 1)
    return Written(year)


def _old_years(parts: _Parts) -> Written | None:
    first, last = (token.value for token in parts.of("Yo"))
    return Written(first, last_year=last) if first < last else None


def _decade(parts: _Parts) -> Written:
    year = parts.value("X") or 0
    return Written(year, last_year=year + _DECADE - 1)


def _nothing(parts: _Parts) -> None:
    del parts


def _weekday(parts: _Parts) -> Written:
    return Written(weekday=parts.value("W"), shift=parts.value("L"))


def _unit_and_number(parts: _Parts) -> tuple[int, int]:
    unit = parts.value("yQuU") or DAY
    return abs(unit), 2 if parts.of("U") else parts.value("dnc") or 0


def _units_ago(parts: _Parts) -> Written | None:
    unit, number = _unit_and_number(parts)
    if parts.anchor is None or not number or parts.row.kinds[parts.start - 1 : parts.start] == "q":
        return None
    return Written(days=unit_days(unit, -number, parts.anchor))


def _units_long(parts: _Parts) -> Written | None:
    """As in "the last three years", "(since) three years": up to the anchor."""
    unit, number = _unit_and_number(parts)
    if parts.anchor is None or not number:
        return None
    shift = parts.value("L")
    if shift == 0:
        return None
    shift = shift or -1
    far = unit_days(unit, shift * number, parts.anchor)
    return Written(days=(parts.anchor, far[1]) if shift > 0 else (far[0], parts.anchor))


def _shifted_unit(parts: _Parts) -> Written | None:
    unit, shift = parts.value("yQu"), parts.value("L")
    if parts.anchor is None or unit is None or shift is None or unit <= DAY:
        return None  # "last day" is the end of something, "last years" have no first day
    return Written(days=unit_days(unit, shift, parts.anchor))


def _relative_day(parts: _Parts) -> Written | None:
    if parts.anchor is None or (parts.of("L") and parts.value("L") != parts.value("R")):
        return None
    day = parts.anchor + timedelta(parts.value("R") or 0)
    return Written(days=(day, day))


_BUILD: Final[dict[str, Callable[[_Parts], Written | None]]] = {
    "no_date": _nothing,
    "numeric": _numeric,
    "hijri": _hijri,
    "day_of_shifted_month": _day_of_shifted_month,
    "days_of_month": _month,
    "shifted_month": _shifted_month,
    "month_days": _month_days,
    "day_month": _month,
    "short_day_month": _month,
    "month_year": _month,
    "year_month": _month,
    "old_years": _old_years,
    "year": _year,
    "decade": _decade,
    "shifted_weekday": _weekday,
    "units_ago": _units_ago,
    "units_long": _units_long,
    "shifted_unit": _shifted_unit,
    "relative_day": _relative_day,
    "weekday": _weekday,
    "month": _month,
    "bare_year": _year,
}


def build(
    name: str, row: Row, span: tuple[int, int], anchor: date | None, language: str | None
) -> Written | None:
    """What the tokens `span` of `row`, matched by the pattern `name`, say; None if they name no date."""
    try:
        return _BUILD[name](_Parts(row, span, anchor, language))
    except (ValueError, OverflowError):  # a day outside the years 1 to 9999
        return None

"""What a written date says, and the days it means."""

from __future__ import annotations

import calendar
import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hijridate import Hijri
from hijridate.convert import Gregorian

from rag.text.dates.cues import DAY, MONTH, WEEK, YEAR

AHEAD_DAYS: Final = (
    62  # news dates without a year lie in the past, save announcements of the next two months
)
_DAYS_OF_WEEK: Final = 7
_MONTHS: Final = 12
_FIRST_GREGORIAN: Final = 1900  # of the years that stand with a Hijri month

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Written:
    """The parts of a date that a text gives; ranges inside one month or year have a `last_` part.

    `shift` is -1, 0 or 1 for "last", "this", "next" applied to the month or weekday; `days` is set instead
    of all else where the meaning depends on the anchor alone ("yesterday").
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    last_month: int | None = None
    last_day: int | None = None
    last_year: int | None = None
    weekday: int | None = None
    shift: int | None = None
    hijri: bool = False
    is_anchored: bool = False  # the year was taken from the anchor
    days: Days | None = None

    @property
    def is_weekday_alone(self) -> bool:
        """Whether nothing but a day of the week is given."""
        return (
            self.weekday is not None
            and self.month is None
            and self.day is None
            and self.days is None
        )

    @property
    def lacks_year(self) -> bool:
        """Whether a month or day is given without its year."""
        return (
            self.year is None
            and self.month is not None
            and self.shift is None
            and self.days is None
        )


def days_of(written: Written, anchor: date | None) -> Days | None:
    """First and last day meant; None where the anchor is needed and missing, or no such day exists."""
    try:
        if written.days:
            return written.days
        if written.year is not None:
            return _with_year(written, written.year)
        if anchor is None:
            return None
        return (
            _weekday(written, anchor) if written.is_weekday_alone else _month_day(written, anchor)
        )
    except (ValueError, OverflowError, StopIteration):
        return None


def unit_days(unit: int, shift: int, anchor: date) -> Days:
    """The day, week (Monday to Sunday), month or year `shift` units away from the anchor's."""
    if unit == YEAR:
        return _year(anchor.year + shift)
    if unit == MONTH:
        index = anchor.year * _MONTHS + anchor.month - 1 + shift
        return _month(index // _MONTHS, index % _MONTHS + 1)
    if unit == WEEK:
        monday = anchor - timedelta(anchor.weekday()) + timedelta(weeks=shift)
        return monday, monday + timedelta(_DAYS_OF_WEEK - 1)
    day = anchor + timedelta(DAY * shift)
    return day, day


def _year(year: int, last: int | None = None) -> Days:
    return date(year, 1, 1), date(last or year, 12, 31)


def _month(year: int, month: int, last: int | None = None) -> Days:
    last = last or month
    last_year = year + (last < month)
    return date(year, month, 1), date(last_year, last, calendar.monthrange(last_year, last)[1])


def _with_year(written: Written, year: int) -> Days:
    if written.hijri:
        return _hijri(year, written.month, written.day)
    if written.month is None:
        return _year(year, written.last_year)
    if written.day is None:
        return _month(year, written.month, written.last_month)
    first = date(year, written.month, written.day)
    return first, date(year, written.month, written.last_day or written.day)


def _hijri(year: int, month: int | None, day: int | None) -> Days:
    if year >= _FIRST_GREGORIAN:  # "Ramadan 2020"
        turn = Gregorian(year, 1, 1).to_hijri().year
        both = (_hijri(turn + later, month, day) for later in (0, 1))
        return next(days for days in both if days[0].year == year)
    first = Hijri(year, month or 1, day or 1)
    last_month = month or _MONTHS
    last_day = day or Hijri(year, last_month, 1).month_length()
    return _to_date(first), _to_date(Hijri(year, last_month, last_day))


def _to_date(hijri: Hijri) -> date:
    gregorian = hijri.to_gregorian()
    return date(gregorian.year, gregorian.month, gregorian.day)


def _weekday(written: Written, anchor: date) -> Days:
    """The latest such day up to the anchor; "last" excludes the anchor, "next" looks ahead of it."""
    assert written.weekday is not None
    back = (anchor.weekday() - written.weekday) % _DAYS_OF_WEEK
    if written.shift == -1:
        day = anchor - timedelta(back or _DAYS_OF_WEEK)
    elif written.shift == 1:
        day = anchor + timedelta(_DAYS_OF_WEEK - back)
    else:
        day = anchor - timedelta(back)
    return day, day


def _month_day(written: Written, anchor: date) -> Days | None:
    """A month, with or without day, in the year that fits best: same weekday first, then not far ahead."""
    current = Gregorian.fromdate(anchor).to_hijri().year if written.hijri else anchor.year
    candidates = []
    for year in (current + 1, current, current - 1):
        days = days_of(dataclasses.replace(written, year=year, shift=None), None)
        if days and _fits(days, written, anchor):
            candidates.append(days)
    if (
        not candidates and written.weekday is not None
    ):  # a weekday that contradicts the date: the date counts
        return _month_day(dataclasses.replace(written, weekday=None), anchor)
    return candidates[-1 if written.shift == 1 else 0] if candidates else None


def _fits(days: Days, written: Written, anchor: date) -> bool:
    first, last = days
    if written.shift is not None:
        if written.shift == 0:
            return first.year == anchor.year
        if written.shift > 0:
            return first > anchor
        return last < (anchor.replace(day=1) if written.day is None else anchor)
    if written.weekday is not None and first == last and first.weekday() != written.weekday:
        return False
    return first <= anchor + timedelta(AHEAD_DAYS)

"""Names of periods, as the timeline and its table say them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date

from rag.serving.ui.strings import long_date

if TYPE_CHECKING:
    from datetime import date


def period(first: date, last: date, language: str) -> str:
    """Days `first` to `last`: a day, a month, a year, some years, or two days."""
    if first == last:
        return long_date(first, language)
    ends = last + timedelta(1)
    if first.day == ends.day == 1:
        if (ends.year - first.year) * 12 + ends.month - first.month == 1:
            return _said(first, "LLLL y", language)
        if first.month == ends.month == 1:
            return _years(first.year, last.year)
    return f"{long_date(first, language)} – {long_date(last, language)}"


def short_period(first: date, language: str, unit: str, *, years: bool = False) -> str:
    """How the axis names the bin that begins on `first`; `years`: the axis spans several."""
    if unit == "day":
        return str(first.day)
    if unit == "month" and years:
        return f"{first.year}-{first.month:02}"  # a name and a year would run into the next label
    if unit == "month":
        return _said(first, "LLL", language)
    return str(first.year)


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _said(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=_locale(language)))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)

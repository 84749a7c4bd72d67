"""The day that a value of metadata names, where it names one with certainty."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from rag.text.dates import find_dates

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d.*)?")
_HIJRI_YEARS = range(1300, 1500)  # 1882 to 2076; no article was published in such a Gregorian year
_NUMBERS = re.compile(
    r"\D{0,3}(\d{1,2})\s?[-/]\s?(\d{1,2})\s?[-/]\s?\d{4}\b"
)  # with dots, the day comes first
_MONTHS = 12
_MAX_LENGTH = 100  # characters of a date with weekday, time and both calendars


def read_day(value: object) -> date | None:
    """The day in ISO form, or written in any way that `find_dates` reads, Hijri dates among them.

    None where it is no date, a month, a range or several days, or where day and month may be swapped.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _ascii_digits(value.strip()) if isinstance(value, str) else ""
    if not text or len(text) > _MAX_LENGTH:
        return None
    iso = _ISO.fullmatch(text)
    if iso and int(iso[1]) not in _HIJRI_YEARS:
        return _iso_day(text)
    return None if _may_be_swapped(text) else _written_day(text)


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _may_be_swapped(text: str) -> bool:
    numbers = _NUMBERS.match(text)
    if not numbers or numbers[1] == numbers[2]:
        return False
    return int(numbers[1]) <= _MONTHS and int(numbers[2]) <= _MONTHS


def _written_day(text: str) -> date | None:
    days = {(m.first, m.last) for m in find_dates(text, None) if m.certainty == "explicit"}
    first, last = days.pop() if len(days) == 1 else (None, None)
    return first if first == last else None


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)

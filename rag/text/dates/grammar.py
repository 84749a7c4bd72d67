"""Single dates in a row of tokens, as regular expressions over the letters of their kinds.

The letters of words are listed in `cues`. The others:

    M month   m abbreviated month   H Hijri month   W weekday   V abbreviated weekday
    d number of a day   Y year 1900-2099   o year 600-1899   X decade   F date in numbers
    x suffix of the token before   n other number   w other word   % money or per cent   ; other mark
    , - / ( ) . ' themselves
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rag.text.dates.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rag.text.dates.intervals import Written
    from rag.text.dates.tokens import Row

_DAY: Final = r"d[x.]?k?u?"
_MONTHS: Final = r"Mx?(?:[/&a-]M|-?\(M\)|M(?![x.]?[d]))?x?u?"
_WEEKDAY: Final = r"(?:[WV]u?x?[,.]?[(]?p?u?)?"
_YEAR: Final = r"[,/-]?[kp]?y?[Yo]x?(?:Q\.?|g(?!x))?"
_AFTER: Final = r"\)?(?:,?\(?W\)?)?"  # a weekday behind, as in Turkish
_HIJRI: Final = r"H(?:[/(]H\)?)?"

PATTERNS: Final[dict[str, str]] = {
    "numeric": rf"{_WEEKDAY}Fh?",
    "hijri": rf"{_WEEKDAY}{_DAY}{_HIJRI}(?:,?k?y?oh?)?|{_HIJRI},?k?y?oh?|y?oh",
    "phrase_with_this_month": r"dk?uL",
    "days_of_month": rf"b?f?{_WEEKDAY}{_DAY}(?:[-at&]|&p|-a)p?{_DAY}{_MONTHS}(?:{_YEAR})?{_AFTER}",
    "shifted_month": rf"{_WEEKDAY}(?:{_DAY})?{_MONTHS},?[kp]*(?:L[yQ]|[yQ]L|L)|L{_MONTHS}",
    "month_days": rf"{_WEEKDAY}Mdx?(?:[-at&]dx?)?,Y|{_WEEKDAY}Mdx?(?:[-at&]dx?)?Y|{_WEEKDAY}Mdx?(?:-dx?)?(?!{_MONTHS})",
    "day_month": rf"{_WEEKDAY}{_DAY}{_MONTHS}(?:{_YEAR})?{_AFTER}",
    "short_day_month": rf"{_WEEKDAY}(?:{_DAY}m\.?|m\.?d[x.]?),?k?Y|m\.?Y",
    "month_year": rf"{_MONTHS}{_YEAR}",
    "year_month": rf"YxQ?{_MONTHS}|YQ{_MONTHS}|yYk?{_MONTHS}",
    "year": r"yk?[Yo]x?g?|[Yo]x?Q\.?|[Yo]gx?",
    "decade": r"X",
    "no_date": r"RD|uD|uLD|Ey|ELy?|EyL",
    "weekday_shift": r"u?Wx?u?,?L|LWx?u?",
    "units_ago": r"d[yuQ]G|Gd[yuQ]|B[dn][yu](?![YL])|BU|d[yuQ]3|s(?:d[yu]|U)(?![L])|Ld[yu]|[yu][kl]?dL",
    "unit_shift": r"L[yQu]u?|[yQu]L",
    "relative_day": r"R(?:,?W)?",
    "weekday": r"u?Wx?u?",
    "month": rf"{_MONTHS}|uH",
    "bare_year": r"Yx?",
}
_SEARCH: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in PATTERNS.items()))
WEAK: Final = {"month": "N", "bare_year": "Y", "weekday": "W"}  # all others are dates by themselves: "T"


@dataclass(frozen=True, slots=True)
class Atom:
    """One date, of tokens `[start, end)`; `kind` is "T", or a letter of `WEAK` where a cue must confirm it."""

    kind: str
    start: int
    end: int
    written: Written


def atoms(row: Row, anchor: date | None, language: str | None) -> Iterator[Atom]:
    """The single dates of a row, in order, without overlap."""
    position = 0
    while match := _SEARCH.search(row.kinds, position):
        name = match.lastgroup or ""
        start, end = match.span()
        position = end
        written = build(name, row, (start, end), anchor, language)
        if written is not None:
            yield Atom(WEAK.get(name, "T"), start, end, written)
        elif name != "no_date":
            position = start + 1

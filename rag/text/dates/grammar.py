"""Single dates in a row of tokens, as regular expressions over the letters of their kinds.

The letters of words are listed in `cues`. The others:

    M month   m abbreviated month   H Hijri month   W weekday   V abbreviated weekday
    d number of a day   Y year 1900-2099   o year 1000-1899   F date in numbers
    x suffix of the token before   n other number   % money or per cent   ; other mark
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

_DAY: Final = r"(?:d[x.]?(?:k'?)?u?|ik?u?(?=M|H))"
_MONTHS: Final = r"Mx?(?:[/&a-]M|-?\(M\)|M(?![x.]?d))?x?u?"
_WEEKDAY: Final = r"(?:u?[WV]u?x?[,.]?[(]?[pk]?u?)?"
_YEAR: Final = r"[,/-]?[kp]?y?[Yo]x?(?:Q|g(?!x))?"
_AFTER: Final = r"(?:,?\(?u?W\)?)?"  # a weekday behind, as in Turkish
_HIJRI: Final = r"H(?:[/(]H\)?)?"
_DAYS: Final = r"Mdx?(?:[-at&]dx?)?"  # "March 15th", "March 13-14"
_NUMBER: Final = "[dnc]"

PATTERNS: Final[dict[str, str]] = {
    "no_date": r"R[Di](?!k?u?[MH])|[uy][Di](?!k?u?[MH])|uLD|Ey|ELy?|EyL|e[RyuQ]|WD",
    "numeric": rf"{_WEEKDAY}F(?:xh|h)?",
    "hijri": rf"{_WEEKDAY}{_DAY}{_HIJRI}(?:,?k?y?(?:[odn]h|o|Y))?|{_HIJRI},?k?y?(?:[odn]h|o|Y)|y?oh(?!/[oY])|uH",
    "day_of_shifted_month": r"dk?uL",
    "days_of_month": rf"[bfs]?{_WEEKDAY}{_DAY}(?:[-at&]|&p|-a)p?{_DAY}{_MONTHS}(?:{_YEAR})?{_AFTER}",
    "shifted_month": rf"{_WEEKDAY}(?:{_DAY})?{_MONTHS},?[kp]*(?:L[yQ]|[yQ]L|L)|L{_MONTHS}",
    "month_days": rf"{_WEEKDAY}{_DAYS},?[Yo]|{_WEEKDAY}{_DAYS}(?!{_MONTHS}|[C%])",
    "day_month": rf"{_WEEKDAY}{_DAY}{_MONTHS}(?:{_YEAR}|(?!n)){_AFTER}",
    "short_day_month": rf"{_WEEKDAY}(?:{_DAY}m\.?|m\.?d[x.]?),?k?Y|m\.?Y",
    "month_year": rf"{_MONTHS}{_YEAR}",
    "year_month": rf"YxQ?{_MONTHS}|YQ{_MONTHS}|yYk?{_MONTHS}",
    "old_years": r"(?<=[(b])o-[oY]g?|y\(?o(?:[-at&]|&?p?[at])y?[oY]g?|o-[oY]Q",
    "year": r"y?oh/[oY]g?|yk?[Yo]x?g?|[Yo]x?Q|[Yo]gx?",
    "decade": r"Xx?[yQ]?(?:k?K)?",
    "shifted_weekday": r"u?Wx?u?,?L|LWx?u?",
    "units_ago": rf"{_NUMBER}[yuQ](?:G|3)|G{_NUMBER}[yuQ]|B{_NUMBER}[yu](?![kL])|BU(?!k)",
    "units_long": rf"(?<=s){_NUMBER}[yuQ](?!L)|(?<=s)U(?!L)|L{_NUMBER}[yuQ]|{_NUMBER}[yuQ]L|[yu][kl]?{_NUMBER}L",
    "shifted_unit": r"L[yQu](?![-Y])u?|[yQu]L",
    "relative_day": r"L?R(?:,?W)?",
    "weekday": r"u?Wx?u?",
    "month": rf"{_MONTHS}(?!n)",
    "bare_year": r"Yx?",
}
# Kinds with which a pattern can begin: most tokens have another.
_FIRST: Final = "BEFGHLMQRUVWXYbcdefimnosuy"
_SEARCH: Final = re.compile(
    f"(?=[{_FIRST}])(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in PATTERNS.items())
    + ")"
)
WEAK: Final = {
    "month": "N",
    "bare_year": "Y",
    "weekday": "W",
}  # all others are dates by themselves: "T"


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
        written = build(name, row, (start, end), anchor, language)
        if written is not None:
            yield Atom(WEAK.get(name, "T"), start, _trimmed(row.kinds, start, end), written)
        position = end if written is not None or name == "no_date" else start + 1


def _trimmed(kinds: str, start: int, end: int) -> int:
    """The end without a bracket that closes one before the date."""
    return end - 1 if kinds[end - 1] == ")" and "(" not in kinds[start:end] else end

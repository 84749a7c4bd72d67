"""Words that say how a number or a name is part of a date; Babel has month and day names but none of these.

Kinds, one letter each (the grammar is written in them):

    y year, before its number                  Q year, after its number (declined)
    u another unit                             U two of a unit (Arabic dual)
    R a day by its distance from today         L last, this, next (-1, 0, 1)
    p inside: in, during, early, summer of     k of
    f from, heading a range                    a to, inside a range
    b between                                  & and, or
    s since     t until     B before     A after
    1 2 3 4 5   since, until, before, after, between, put after the date (Turkish)
    G ago: after its number of units (1) or before it (2)
    g Gregorian era mark                       h Hijri era mark
    q a quantity follows                       C a thing that is counted
    D what follows "day" where it names no date ("the first day")
    E a noun after which the Arabic for "year" is the adjective "general"
    P publication cue: the article's own date follows

`y`, `Q`, `u` and `U` have the unit as value: its days, negative for a plural.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rag.text.dates import cue_words as words

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY, WEEK, MONTH, YEAR = 1, 7, 30, 365

_UNITS: Final = {"day": DAY, "week": WEEK, "month": MONTH, "year": YEAR}
_VALUES: Final = _UNITS | {f"{name}s": -days for name, days in _UNITS.items()}
_TABLES: Final = (
    words.ENGLISH, words.FRENCH, words.GERMAN, words.TURKISH, words.OTHERS, words.RUSSIAN, words.ARABIC,
)  # fmt: skip

YEAR_SUFFIXES: Final = (  # after "2020'", "Mart'"
    "s de da te ta den dan ten tan e a ye ya in ın un ün nin nın nun nün i ı u ü yi yı deki daki teki taki"
)
HYPHEN_SUFFIXES: Final = "го м му х й е ом ого ой"  # after "2020-", "15-"
ORDINAL_SUFFIXES: Final = "st nd rd th er ère re º ª"
DECADE_SUFFIXES: Final = "s er ern"
HYPHEN_DECADES: Final = "х е"


class Cue(NamedTuple):
    """A phrase as written, its kind and its value."""

    kind: str
    value: int
    phrase: str


def cues() -> Iterator[Cue]:
    """All cue phrases; where two tables share a phrase, the earlier one should win."""
    for table in _TABLES:
        for line in table.strip().replace("\n   ", "").split("\n"):
            head, _, phrases = line.partition(":")
            kind, _, value = head.partition(" ")
            number = _VALUES[value] if value in _VALUES else int(value or 0)
            yield from (Cue(kind, number, phrase.strip()) for phrase in phrases.split("|"))

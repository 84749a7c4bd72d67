"""Words that say how a number or a name is part of a date; Babel has month and day names but none of these.

Kinds, one letter each (the grammar is written in them):

    y year, before its number                  Q year, after its number (declined)
    u another unit                             U two of a unit (Arabic dual)
    R a day by its distance from today         L last, this, next (-1, 0, 1)
    X decade                                   K the century that a decade is of
    c number of units, in words                i day of the month, in words (made by `lexicon`)
    p inside: in, during, summer of; its beginning (1), its end (2)
    k of, and articles that may stand there
    j article or possessive before a year      v an event that is told apart by its year
    f from, heading a range                    a to, inside a range
    b between                                  & and, or
    s since     t until     B before     A after
    1 2 3 4 5   since, until, before, after, between, put after the date (Turkish)
    G ago: after its number of units (1) or before it (2)
    g Gregorian era mark                       h Hijri era mark
    q a quantity follows                       C a thing that is counted
    D what follows "day" where it names no date ("the first day")
    e that, same: before "day", "year" where the text before tells which
    E a noun after which the Arabic for "year" is the adjective "general"
    P publication cue: the article's own date follows
    w no date, though a part of it looks like one

`y`, `Q`, `u` and `U` have the unit as value: its days, negative for a plural. A phrase with "!" is too common
in other languages to count unless its language is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rag.text.dates import words_latin, words_other

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY, WEEK, MONTH, YEAR = 1, 7, 30, 365
BEGINNING, END = 1, 2  # values of "p"

_UNITS: Final = {"day": DAY, "week": WEEK, "month": MONTH, "year": YEAR}
_VALUES: Final = _UNITS | {f"{name}s": -days for name, days in _UNITS.items()}
_TABLES: Final = {
    ("en",): words_latin.ENGLISH,
    ("fr",): words_latin.FRENCH,
    ("de",): words_latin.GERMAN,
    ("tr",): words_latin.TURKISH,
    ("es", "it"): words_latin.OTHERS,
    ("ru", "uk"): words_other.RUSSIAN,
    ("ar",): words_other.ARABIC,
    ("fa",): words_other.PERSIAN,
}
SCRIPTS: Final = (("ar", "fa"), ("ru", "uk"), ("en", "fr", "de", "tr", "es", "it"))
LANGUAGES: Final = tuple(language for script in SCRIPTS for language in script)

YEAR_SUFFIXES: Final = (  # after "2020'", "Mart'"
    "s de da te ta den dan ten tan e a ye ya in ın un ün nin nın nun nün i ı u ü yi yı"
    " deki daki teki taki"
)
HYPHEN_SUFFIXES: Final = "го м му х й е ом ого ой"  # after "2020-", "15-"
ORDINAL_SUFFIXES: Final = "st nd rd th er ère re º ª"
DECADE_SUFFIXES: Final = "s er ern 'ler 'lerde 'lerin 'li 'lar 'larda 'ların"
HYPHEN_DECADES: Final = "х е"


class Cue(NamedTuple):
    """A phrase as written, its kind and its value."""

    kind: str
    value: int
    phrase: str


def knows(language: str | None, others: tuple[str, ...]) -> bool:
    """Whether words of the languages `others` should be looked for in a text in `language`.

    A text may quote other scripts, but a word of another language in the same script is no cue.
    """
    if language is None or language in others:
        return True
    return not any(language in script and others[0] in script for script in SCRIPTS)


def cues(language: str | None) -> Iterator[Cue]:
    """The cue phrases for a text in `language`; where two share a phrase, the earlier one should win."""
    for languages, table in _TABLES.items():
        if not knows(language, languages):
            continue
        for line in table.strip().replace("\n   ", "").split("\n"):
            head, _, phrases = line.partition(":")
            kind, _, value = head.partition(" ")
            number = _VALUES[value] if value in _VALUES else int(value or 0)
            for phrase in phrases.split("|"):
                if language in languages or "!" not in phrase:
                    yield Cue(kind, number, phrase.strip(" !"))

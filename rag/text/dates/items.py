"""A row of tokens with each single date shrunk to one item, and the questions its neighbours answer."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rag.text.dates.grammar import Atom, atoms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rag.text.dates.intervals import Written
    from rag.text.dates.tokens import Row

_CONNECTED: Final = re.compile(r"(?=([TN](?:,?&p?|[-at,]p?k?)[TN]))")
_YEAR_CUES: Final = "pstBAby"
_WEAK_CUES: Final = "kfla,"
_TANWIN: Final = "\u064b"
_FIRST_ARABIC: Final = "\u0600"
_FIRST_CYRILLIC: Final = "\u0400"


@dataclass(frozen=True, slots=True)
class Item:
    """One letter of the shrunk row: a date (`atom`), or any other token; tokens `[start, end)`."""

    letter: str
    start: int
    end: int
    atom: Atom | None = None


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The items of a row and their letters; letters T, N, W, Y stand for dates and for nothing else.

    `original` is the text before folding, from which `row` came, and `places` maps offsets back to it.
    """

    row: Row
    items: list[Item]
    letters: str

    def written(self, place: int) -> Written:
        """What the date at `place` says."""
        atom = self.items[place].atom
        assert atom
        return atom.written

    def is_dated(self, place: int, *, bare_years: bool) -> bool:
        """Whether the neighbours allow reading the item at `place` as a date."""
        letter = self.letters[place]
        if letter == "N":
            return bool(re.search(r"[pukstBAbl]$", self.letters[:place]))
        return letter != "Y" or self._is_year(place, bare_years=bare_years)

    def is_count(self, place: int, *, strictly: bool) -> bool:
        """Whether a bare year is rather a number of things; `strictly` doubts every word behind it."""
        if self.letters[place] != "Y":
            return False
        if self.letters[place + 1 : place + 2] in {"C", "%"}:
            return True
        if self.letters[place + 1 : place + 2] != "w":
            return False
        token = self.row.tokens[self.items[place + 1].start]
        word = self.row.text[token.start : token.end]
        if word >= _FIRST_ARABIC:
            return strictly and not word.startswith("ال")
        if word >= _FIRST_CYRILLIC:
            return not self.row.is_capital(token.start)
        return strictly and word.endswith("s") and not self.row.is_capital(token.start)

    def _is_year(self, place: int, *, bare_years: bool) -> bool:
        before = self.letters[max(0, place - 3) : place]
        item = self.items[place]
        if item.end - item.start > 1:  # has a suffix, as in "2020'de"
            return True
        if re.search(r"q[pk]?$", before):
            return bare_years and self.letters[place + 1 : place + 2] not in {"w", "C", "%"}
        if before[-1:] and before[-1] in _YEAR_CUES:
            return not self.is_count(place, strictly=False)
        if before[-1:] == "(":
            return self.letters[place + 1 : place + 2] in {")", "-", ","}
        if bare_years or (before[-1:] and before[-1] in _WEAK_CUES[:-1]) or re.search(r"[TY],?&?$|[TY],$", before):
            return not self.is_count(place, strictly=not bare_years)
        return False


def shrink(row: Row, anchor: date | None, language: str | None) -> Shrunk:
    """The row with its single dates found and their missing years filled in from connected dates."""
    items = list(_items(row, atoms(row, anchor, language)))
    letters = "".join(item.letter for item in items)
    for match in reversed(list(_CONNECTED.finditer(letters))):
        _fill_year(items, match.start(1), match.end(1) - 1)
    return Shrunk(row, items, letters)


def _items(row: Row, found: Iterator[Atom]) -> Iterator[Item]:
    position = 0
    for atom in found:
        yield from (Item(row.kinds[i], i, i + 1) for i in range(position, atom.start))
        yield Item(atom.kind, atom.start, atom.end, atom)
        position = atom.end
    yield from (Item(row.kinds[i], i, i + 1) for i in range(position, len(row.kinds)))


def _fill_year(items: list[Item], left: int, right: int) -> None:
    """Give a date the year of the date it is joined to: "from 5 March to 7 April 2020"."""
    first, second = items[left].atom, items[right].atom
    assert first
    assert second
    if first.written.lacks_year and second.written.year and not second.written.hijri:
        items[left] = _with_year(items[left], first, second.written.year)
    elif second.written.lacks_year and first.written.year and not first.written.hijri:
        items[right] = _with_year(items[right], second, first.written.year)


def _with_year(item: Item, atom: Atom, year: int) -> Item:
    written = dataclasses.replace(atom.written, year=year)
    return dataclasses.replace(item, atom=dataclasses.replace(atom, written=written))

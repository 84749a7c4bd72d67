"""A row of tokens with each single date shrunk to one item, and the questions its neighbours answer."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rag.text.dates.grammar import Atom, atoms
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rag.text.dates.intervals import Written
    from rag.text.dates.tokens import Row

_CONNECTED: Final = re.compile(r"(?=([TN](?:,?&[pat]?|[-at,]p?k?)[TN]))")
_YEAR_CUES: Final = frozenset("pstBAbyv")
_MONTH_CUES: Final = frozenset("pustBAblf")
_AMBIGUOUS_DAYS: Final = frozenset(map(fold_text, ("pazar", "среда", "среду", "среды")))
_FIRST_ARABIC: Final = "\u0600"
_FIRST_CYRILLIC: Final = "\u0400"
_NO_COUNTED: Final = ("ال", "و", "ف")  # beginnings of words: what is counted has no article
_TANWIN: Final = "\u064b"  # ends the counted noun: «2005 طفلاً»
_SHORT_MONTH: Final = "آب"  # folded it is also "father"


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

    def is_dated(self, place: int, *, asking: bool) -> bool:
        """Whether the neighbours allow reading the item at `place` as a date; `asking` as in `Reader`."""
        letter = self.letters[place]
        if letter == "N":
            return self._is_month(place)
        if letter == "W":
            return self._is_weekday(place)
        return letter != "Y" or self._is_year(place, asking=asking)

    def is_count(self, place: int, *, strictly: bool) -> bool:
        """Whether a bare year is rather a number of things; `strictly` doubts every word behind it."""
        if self.letters[place] != "Y":
            return False
        behind = self._letter(place + 1)
        if behind != "w":
            return behind in {"C", "%"}
        word = self._word(place + 1)
        if word >= _FIRST_ARABIC:
            doubted = strictly and not word.startswith(_NO_COUNTED)
            return doubted or self.row.ends_in(self.items[place + 1].start, _TANWIN)
        if word >= _FIRST_CYRILLIC:
            return not self._is_capital(place + 1)
        return strictly and word.endswith("s") and not self._is_capital(place + 1)

    def _is_month(self, place: int) -> bool:
        cue, word = self._letter(place - 1), self._word(place)
        if word == fold_text(_SHORT_MONTH):
            before = self._word(place - 1)
            return self._as_written(place) == _SHORT_MONTH and (cue == "u" or before == "في")
        if self._has_more(place):
            return True
        return cue in _MONTH_CUES or (cue == "k" and word < _FIRST_ARABIC)

    def _is_weekday(self, place: int) -> bool:
        cue, word = self._letter(place - 1), self._word(place)
        if self._has_more(place) or cue in {"p", "s", "t"}:
            return True
        if word in _AMBIGUOUS_DAYS:
            return word < _FIRST_CYRILLIC and self._is_capital(place)
        if word >= _FIRST_ARABIC:
            return cue != "b"
        is_name = self._letter(place + 1) in {"w", "C"} and self._is_capital(place + 1)
        return not is_name  # "The Sunday Times"

    def _is_year(self, place: int, *, asking: bool) -> bool:
        before = self.letters[max(0, place - 3) : place]
        cue, behind = before[-1:], self._letter(place + 1)
        if re.search(r"q[pkj]?$", before):
            return asking and behind not in {"w", "C", "%"}
        if self._has_more(place):  # as in "2020'de"
            return behind != "C"
        if cue == "(":
            return behind in {")", "-", ","}
        if asking or cue in _YEAR_CUES or before[-2:] in {"vk", "p-"}:
            return not self.is_count(place, strictly=asking and cue in {"k", "f"})
        return self._is_doubtful_year(place, before)

    def _is_doubtful_year(self, place: int, before: str) -> bool:
        cue = before[-1:]
        if cue == "j" or (
            cue == "a" and self._as_written(place - 1).lower() == "a"
        ):  # "the 2014 law"
            is_noun = self._letter(place + 1) == "w"
            return is_noun and not self.is_count(place, strictly=cue == "a")
        listed = cue in {"k", "f", "l"} or re.search(r"[TY](?:,?&|,)$", before)
        return bool(listed) and not self.is_count(place, strictly=True)

    def _has_more(self, place: int) -> bool:
        """Whether the date has a suffix, a unit or a second name: "Mart'ta", "يوم الثلاثاء"."""
        item = self.items[place]
        return item.end - item.start > 1

    def _letter(self, place: int) -> str:
        return self.letters[place] if 0 <= place < len(self.letters) else ""

    def _word(self, place: int) -> str:
        return self.row.word(self.items[place].start) if 0 <= place < len(self.items) else ""

    def _as_written(self, place: int) -> str:
        return self.row.as_written(self.items[place].start)

    def _is_capital(self, place: int) -> bool:
        return self._as_written(place)[:1].isupper()


def shrink(row: Row, anchor: date | None, language: str | None) -> Shrunk:
    """The row with its single dates found and their missing years filled in from connected dates."""
    found = list(atoms(row, anchor, language))
    items = list(_items(row, found)) if found else []
    letters = "".join(item.letter for item in items)
    for match in reversed(list(_CONNECTED.finditer(letters))):
        _fill_year(items, match.start(1), match.end(1) - 1)
    return Shrunk(row, items, letters)


def _items(row: Row, found: list[Atom]) -> Iterator[Item]:
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

"""A row of tokens with each single date shrunk to one item, and the questions its neighbours answer."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rag.text.dates.grammar import atoms
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from datetime import date

    from rag.text.dates.grammar import Atom
    from rag.text.dates.intervals import Written
    from rag.text.dates.tokens import Row

_CONNECTED: Final = re.compile(r"(?=([TN](?:,?&(?:p{0,2}|[at])k?(?:uk?)?|[-at,]p?k?)[TN]))")
_YEAR_CUES: Final = frozenset("pstBAbyv")
_MONTH_CUES: Final = frozenset("pustBAblf")
_AMBIGUOUS_DAYS: Final = frozenset(map(fold_text, ("pazar", "среда", "среду", "среды")))
_FIRST_ARABIC: Final = "\u0600"
_FIRST_CYRILLIC: Final = "\u0400"
_NO_COUNTED: Final = ("ال", "و", "ف")  # beginnings of words: what is counted has no article
_TANWIN: Final = "\u064b"  # ends the counted noun: «2005 طفلاً»
_NO_COUNTS: Final = ("'de", "'da", "'te", "'ta")  # "2023'te ton başına"; but "2000'e yakın kişi"
_NO_YEAR_ARTICLES: Final = ("dem", "den", "der")  # "nach dem 2016 geschlossenen Vertrag"
_MONTHS_OR_VERBS: Final = ("march", "مارس")
_NO_DATE: Final = str.maketrans("TNWY", "xxxx")  # a weekday or year in what made no date
_SHORT_MONTH: Final = "آب"  # folded it is also "father"


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A row with one letter for each date, T, N, W or Y, and for each other token.

    `starts[place]` is the number of the first token behind the letter, `atoms[place]` the date there.
    """

    row: Row
    letters: str
    starts: list[int]
    atoms: dict[int, Atom]

    def end(self, place: int) -> int:
        """The number of the token after those behind the letter at `place`."""
        return self.atoms[place].end if place in self.atoms else self.starts[place] + 1

    def written(self, place: int) -> Written:
        """What the date at `place` says."""
        return self.atoms[place].written

    def is_dated(self, place: int, *, asking: bool) -> bool:
        """Whether the neighbours allow reading the item at `place` as a date; `asking` as in `Reader`."""
        letter = self.letters[place]
        if letter == "N":
            return self._is_month(place) or (asking and self._shares_year(place))
        if letter == "W":
            return self._is_weekday(place)
        return letter != "Y" or self._is_year(place, asking=asking)

    def value(self, place: int) -> int:
        """The value of the token at `place`, which is no date."""
        return self.row.value(self.starts[place])

    def is_possessive(self, place: int) -> bool:
        """As in "Friday's quake", "last year's vote"."""
        end = self.end(place)
        if self.row.word(end - 1) == "'s":
            return True
        return self.row.kinds[end : end + 2] == "'w" and self.row.word(end + 1) == "s"

    def is_of_event(self, place: int) -> bool:
        """Whether a preposition in front is not that of the date, but of what is dated: "after the 2016 derby"."""
        if self.is_possessive(place):
            return True
        cue, kinds = self._letter(place - 1), self.row.kinds[self.starts[place] : self.end(place)]
        if cue == "k" and self._word(place - 1) in _NO_YEAR_ARTICLES:
            return kinds == "Y"
        if cue == "j":  # "after the 1990s", "after the 5th of May" are times
            is_decade = kinds[0] == "X" and self._letter(place + 1) not in {"w", "v", "C"}
            return not (is_decade or kinds[0] == "y" or "k" in kinds)
        return False

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
            return doubted or self.row.ends_in(self.starts[place + 1], _TANWIN)
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

    def _shares_year(self, place: int) -> bool:
        """As in "in April 2019 or May"."""
        is_verb = self._word(place) in _MONTHS_OR_VERBS and self._letter(place + 1).isalpha()
        return self.written(place).year is not None and not is_verb

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
        if re.search(r"q[pk]?$", before) or (before[-2:] == "qj" and not asking):
            return asking and behind not in {"w", "C", "%"}
        if self._has_more(place):  # as in "2020'de"
            return behind != "C" or self.row.word(self.end(place) - 1) in _NO_COUNTS
        if cue == "(":
            return behind in {")", "-", ","}
        if asking or cue in _YEAR_CUES or before[-2:] in {"vk", "p-"}:
            is_doubted = asking and (cue in {"k", "f"} or before[-2:] == "qj")
            return not self.is_count(place, strictly=is_doubted)
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
        return self.end(place) - self.starts[place] > 1

    def _letter(self, place: int) -> str:
        return self.letters[place] if 0 <= place < len(self.letters) else ""

    def _word(self, place: int) -> str:
        return self.row.word(self.starts[place]) if 0 <= place < len(self.starts) else ""

    def _as_written(self, place: int) -> str:
        return self.row.as_written(self.starts[place])

    def _is_capital(self, place: int) -> bool:
        return self._as_written(place)[:1].isupper()


def shrink(row: Row, anchor: date | None, language: str | None) -> Shrunk:
    """The row with its single dates found and their missing years filled in from connected dates."""
    letters: list[str] = []
    starts: list[int] = []
    placed: dict[int, Atom] = {}
    position = 0
    for atom in atoms(row, anchor, language):
        letters += row.kinds[position : atom.start].translate(_NO_DATE), atom.kind
        starts += range(position, atom.start)
        placed[len(starts)] = atom
        starts.append(atom.start)
        position = atom.end
    if placed:  # without any, no letter matters
        letters.append(row.kinds[position:].translate(_NO_DATE))
        starts += range(position, len(row.kinds))
    shrunk = Shrunk(row, "".join(letters), starts, placed)
    for match in reversed(list(_CONNECTED.finditer(shrunk.letters))):
        _fill_year(placed, match.start(1), match.end(1) - 1)
    return shrunk


def _fill_year(placed: dict[int, Atom], left: int, right: int) -> None:
    """Give a date the year of the date it is joined to: "from 5 March to 7 April 2020"."""
    first, second = placed[left].written, placed[right].written
    if first.lacks_year and second.year and not second.hijri:
        placed[left] = _with_year(placed[left], second.year)
    elif second.lacks_year and first.year and not first.hijri:
        placed[right] = _with_year(placed[right], first.year)


def _with_year(atom: Atom, year: int) -> Atom:
    return dataclasses.replace(atom, written=dataclasses.replace(atom.written, year=year))

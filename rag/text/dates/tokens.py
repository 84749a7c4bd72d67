"""Folded text as a row of tokens, and as a string with one letter a token, on which the grammar works."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from rag.text.dates.cues import (
    DECADE_SUFFIXES,
    HYPHEN_DECADES,
    HYPHEN_SUFFIXES,
    ORDINAL_SUFFIXES,
    YEAR_SUFFIXES,
)
from rag.text.dates.lexicon import Entry, Lexicon, lexicon
from rag.text.folding import Folded, fold, fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MODERN_YEARS: Final = range(1900, 2100)  # a bare number of these may be a year
OLD_YEARS: Final = range(
    1000, 1900
)  # a year only with the word "year", a month or an era mark; covers Hijri years
_LAST_DAY: Final = 31
_TOKEN: Final = re.compile(  # none holds white space but gaps
    r"(?P<full>(?<![\d./-])(?:\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(?:\d{4}|\d{2}))(?!\d|[-/.]\d))"
    r"|(?P<many>\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+[.,٫]\d{1,3}(?!\d)|\d{5,})"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<gap>[\W_]+)"
)
_GAP_LETTERS: Final = frozenset(",-/().'")
_MONEY: Final = frozenset("%$€£₽₺")
_CLITIC_KINDS: Final = {"و": "&", "ف": "&", "ب": "p", "ل": "l"}
_FIRST_RIGHT_TO_LEFT: Final = (
    "\u0590"  # Arabic particles may touch a number; Latin and Cyrillic letters make a code
)


def _any_of(words: str) -> str:
    return "|".join(sorted({fold_text(word) for word in words.split()}, key=len, reverse=True))


_SUFFIX: Final = re.compile(
    rf"(?:'(?:{_any_of(YEAR_SUFFIXES)})|-(?:{_any_of(HYPHEN_SUFFIXES)})|(?:{_any_of(ORDINAL_SUFFIXES)}))(?![^\W_])"
)
_DECADE: Final = re.compile(
    rf"(?:{_any_of(DECADE_SUFFIXES)}|-(?:{_any_of(HYPHEN_DECADES)}))(?![^\W_])"
)
_YEAR_WORD: Final = re.compile(r"г+(?![^\W_])")


class Token(NamedTuple):
    """A kind (see `cues` and `grammar`), its value, and its place in the folded text."""

    kind: str
    value: int
    start: int
    end: int


# A `Token` as a plain tuple, which takes a quarter of the time to make.
_Bare = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens of a text; `kinds[i]` is the letter of the token number i."""

    original: str
    folded: Folded
    bare: list[_Bare]
    kinds: str

    def tokens(self, start: int, end: int) -> list[Token]:
        """The tokens from number `start` to before `end`."""
        return [Token(*bare) for bare in self.bare[start:end]]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the tokens from number `start` to before `end` stand in the original."""
        return self.folded.original_span(self.bare[start][2], self.bare[end - 1][3])

    def value(self, index: int) -> int:
        """The value of a token."""
        return self.bare[index][1]

    def word(self, index: int) -> str:
        """The folded text of a token."""
        _, _, start, end = self.bare[index]
        return self.folded.text[start:end]

    def as_written(self, index: int) -> str:
        """A token as the original has it."""
        start, end = self.place(index, index + 1)
        return self.original[start:end]

    def ends_in(self, index: int, mark: str) -> bool:
        """Whether the original has `mark`, which folding drops, beside the last letter of a token."""
        last = self.bare[index][3]
        start, end = self.folded.original_span(last - 1, last)
        return mark in self.original[max(0, start - 1) : end + 1]


def tokenize(original: str, language: str | None) -> Row:
    """The tokens of a text. White space makes no token, unknown words make "w"."""
    folded = fold(original)
    tokens = _Lexer(folded.text, lexicon(language)).read()
    return Row(original, folded, tokens, "".join([token[0] for token in tokens]))


@dataclass(slots=True)
class _Lexer:
    text: str
    lexicon: Lexicon
    tokens: list[_Bare] = field(default_factory=list)

    def read(self) -> list[_Bare]:
        """All tokens. Most of a text is words between spaces that no list knows: those take no regex."""
        known, append = self.lexicon.known, self.tokens.append
        start = position = 0  # up to `position` tokens are made; phrases reach over spaces
        for part in self.text.split(" "):
            end = start + len(part)
            if part.isalpha() and start >= position:
                if part in known:
                    position = self._known(start, end)
                else:
                    append(("w", 0, start, end))
            elif end > position:
                position = self._mixed(max(start, position), end)
            start = end + 1
        return self.tokens

    def _mixed(self, position: int, stop: int) -> int:
        """Append the tokens of what stands between two spaces and return where reading goes on."""
        for match in _TOKEN.finditer(self.text, position, stop):
            start, end = match.span()
            if start < position:
                continue
            group = match.lastgroup
            if group == "gap":
                self.tokens += self._gap(start, end)
            elif group != "word":
                position = self._number(match)
            elif match.group() in self.lexicon.known:
                position = self._known(start, end)
            else:
                self.tokens.append(("w", 0, start, end))
        return position

    def _gap(self, start: int, end: int) -> Iterator[_Bare]:
        for place in range(start, end):
            character = self.text[place]
            if character in _GAP_LETTERS:
                yield character, 0, place, place + 1
            else:
                yield "%" if character in _MONEY else ";", 0, place, place + 1

    def _known(self, start: int, end: int) -> int:
        """Append the tokens of a known word and return where reading goes on."""
        word = self.text[start:end]
        if word not in self.lexicon.phrases:
            particles, word = self.lexicon.joined[word]
            for offset, particle in enumerate(particles, start=start):
                self.tokens.append((_CLITIC_KINDS[particle], 0, offset, offset + 1))
            start += len(particles)
        entry, stop = self._longest(word, end)
        if entry is None:
            self.tokens.append(("w", 0, start, end))
            return end
        self.tokens.append((entry.kind, entry.value, start, stop))
        return self._suffix(stop) if entry.kind in "MWQ" else stop

    def _longest(self, word: str, end: int) -> tuple[Entry | None, int]:
        """The longest phrase that begins with `word` ending at `end`, and where it ends."""
        for entry in self.lexicon.phrases[word]:
            stop = self._after_words(end, entry.rest)
            if stop is not None:
                return entry, stop
        return None, end

    def _after_words(self, position: int, words: tuple[str, ...]) -> int | None:
        for word in words:
            between = self.text[position : position + 1]
            if between not in {" ", "'", "-"} or not self.text.startswith(word, position + 1):
                return None
            position += 1 + len(word)
            if self.text[position : position + 1].isalnum():
                return None
        return position

    def _number(self, match: re.Match[str]) -> int:
        """Append the token of a number, with its suffix, and return where reading goes on."""
        start, end = match.span()
        if match.lastgroup != "number" or self._is_code(start, end):
            self.tokens.append(("F" if match.lastgroup == "full" else "n", 0, start, end))
            return end
        value = int(match.group())
        decade = _DECADE.match(self.text, end)
        if decade and value in MODERN_YEARS and value % 10 == 0:
            self.tokens.append(("X", value, start, decade.end()))
            return decade.end()
        self.tokens.append((_number_kind(value, end - start), value, start, end))
        return self._suffix(end)

    def _suffix(self, end: int) -> int:
        found = _SUFFIX.match(self.text, end)
        if not found:
            return end
        self.tokens.append(("x", 0, end, found.end()))
        return found.end()

    def _is_code(self, start: int, end: int) -> bool:
        """Whether a number belongs to a name or an amount: "F16", "COVID-19", "2000$", "20km"."""
        before, after = self.text[start - 1 : start] if start else "", self.text[end : end + 1]
        if before in _MONEY or (self.text[end : end + 2].lstrip()[:1] or " ") in _MONEY:
            return True
        if before.isalpha() and before < _FIRST_RIGHT_TO_LEFT:
            return True
        if self._is_after_hyphen(start) and self.text[start - 2] < _FIRST_RIGHT_TO_LEFT:
            return True
        if not after.isalpha() or after >= _FIRST_RIGHT_TO_LEFT:
            return False
        return not any(pattern.match(self.text, end) for pattern in (_SUFFIX, _DECADE, _YEAR_WORD))

    def _is_after_hyphen(self, start: int) -> bool:
        """Whether an unknown word and a hyphen touch the number."""
        if len(self.tokens) < 2:
            return False
        (kind, _, _, end), (hyphen, *_) = self.tokens[-2:]
        return (kind, end, hyphen) == ("w", start - 1, "-")


def _number_kind(value: int, digits: int) -> str:
    if digits <= 2 and 1 <= value <= _LAST_DAY:
        return "d"
    if digits == 4:
        return "Y" if value in MODERN_YEARS else "o" if value in OLD_YEARS else "n"
    return "n"

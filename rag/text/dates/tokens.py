"""Folded text as a row of tokens, and as a string with one letter a token, on which the grammar works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from rag.text.dates.cues import (
    DECADE_SUFFIXES,
    HYPHEN_DECADES,
    HYPHEN_SUFFIXES,
    ORDINAL_SUFFIXES,
    YEAR_SUFFIXES,
)
from rag.text.dates.lexicon import Entry, clitics, lexicon
from rag.text.folding import Folded, fold, fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MODERN_YEARS: Final = range(1900, 2100)  # a bare number of these may be a year
OLD_YEARS: Final = range(
    600, 1900
)  # one of these is a year only with the word "year" or a month; covers Hijri years
_LAST_DAY: Final = 31


def _any_of(words: str) -> str:
    return "|".join(sorted({fold_text(word) for word in words.split()}, key=len, reverse=True))


_TOKEN: Final = re.compile(
    r"(?P<full>(?<![\d./-])(?:\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(?:\d{4}|\d{2}))(?![\d])(?![-/.]\d))"
    r"|(?P<many>\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+[.,٫]\d{1,3}(?!\d)|\d{5,})"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<gap>[\W_]+)"
)
_SUFFIX: Final = re.compile(
    rf"(?:'(?:{_any_of(YEAR_SUFFIXES)})|-(?:{_any_of(HYPHEN_SUFFIXES)})|(?:{_any_of(ORDINAL_SUFFIXES)}))(?![^\W_])"
)
_DECADE: Final = re.compile(
    rf"(?:{_any_of(DECADE_SUFFIXES)}|-(?:{_any_of(HYPHEN_DECADES)}))(?![^\W_])"
)
_CLITIC_KINDS: Final = {"و": "&", "ف": "&", "ب": "p", "ل": "l"}
_GAP_LETTERS: Final = frozenset(",-/().'")
_MONEY: Final = frozenset("%$€£₽₺")
_FIRST_RIGHT_TO_LEFT: Final = (
    "\u0590"  # Arabic particles may touch a number; Latin and Cyrillic letters make it a code
)
_YEAR_WORD: Final = re.compile(r"г+(?![^\W_])")


class Token(NamedTuple):
    """A kind (see `cues` and `grammar`), its value, and its place in the folded text."""

    kind: str
    value: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens of a text; `kinds[i]` is the letter of `tokens[i]`."""

    text: str
    tokens: list[Token]
    kinds: str
    original: str
    folded: Folded

    def is_capital(self, place: int) -> bool:
        """Whether the original has a capital letter where the folded text has `place`."""
        return self.original[int(self.folded.starts[place])].isupper()


def tokenize(original: str) -> Row:
    """The tokens of a text. White space makes no token, unknown words make "w"."""
    folded = fold(original)
    text = folded.text
    tokens: list[Token] = []
    words = lexicon()
    joined = clitics()
    position = 0
    append = tokens.append
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if start < position:
            continue
        group = match.lastgroup
        if group == "gap":
            if end - start > 1 or text[start] != " ":
                tokens += _gap(text, start, end)
        elif group == "word":
            word = match.group()
            if word in words or word in joined:
                position = _known(text, start, end, tokens)
            else:
                append(Token("w", 0, start, end))
        else:
            position = _number(match, group or "", tokens)
    return Row(text, tokens, "".join([token.kind for token in tokens]), original, folded)


def _gap(text: str, start: int, end: int) -> Iterator[Token]:
    for place in range(start, end):
        character = text[place]
        if character in _GAP_LETTERS:
            yield Token(character, 0, place, place + 1)
        elif character in _MONEY:
            yield Token("%", 0, place, place + 1)
        elif character != " ":
            yield Token(";", 0, place, place + 1)


def _known(text: str, start: int, end: int, tokens: list[Token]) -> int:
    """Append the tokens of a known word and return where reading goes on."""
    word = text[start:end]
    if word not in lexicon():
        clitic, word = clitics()[word]
        tokens += [Token(_CLITIC_KINDS[c], 0, start + i, start + i + 1) for i, c in enumerate(clitic)]
        start += len(clitic)
    entry, stop = _longest(text, word, end)
    tokens.append(
        Token(entry.kind, entry.value, start, stop) if entry else Token("w", 0, start, end)
    )
    return _suffix(text, stop, tokens) if tokens[-1].kind in "MWQ" else stop


def _longest(text: str, word: str, end: int) -> tuple[Entry | None, int]:
    """The longest phrase that begins with `word` ending at `end`, and where it ends."""
    for entry in lexicon()[word]:
        stop = _after_words(text, end, entry.rest)
        if stop is not None:
            return entry, stop
    return None, end


def _after_words(text: str, position: int, words: tuple[str, ...]) -> int | None:
    for word in words:
        if text[position : position + 1] not in {" ", "'", "-"} or not text.startswith(
            word, position + 1
        ):
            return None
        position += 1 + len(word)
        if text[position : position + 1].isalnum():
            return None
    return position


def _number(match: re.Match[str], group: str, tokens: list[Token]) -> int:
    """Append the token of a number, with its suffix, and return where reading goes on."""
    text, (start, end) = match.string, match.span()
    if group != "number" or _is_code(text, start, end, tokens):
        kind = "F" if group == "full" else "n"
        tokens.append(Token(kind, 0, start, end))
        return end
    value = int(text[start:end])
    decade = _DECADE.match(text, end)
    if decade and value in MODERN_YEARS and value % 10 == 0:
        tokens.append(Token("X", value, start, decade.end()))
        return decade.end()
    tokens.append(Token(_number_kind(value, end - start), value, start, end))
    return _suffix(text, end, tokens)


def _number_kind(value: int, digits: int) -> str:
    if digits <= 2 and 1 <= value <= _LAST_DAY:  # noqa: PLR2004
        return "d"
    if digits == 4:  # noqa: PLR2004
        return "Y" if value in MODERN_YEARS else "o" if value in OLD_YEARS else "n"
    return "n"


def _suffix(text: str, end: int, tokens: list[Token]) -> int:
    found = _SUFFIX.match(text, end)
    if not found:
        return end
    tokens.append(Token("x", 0, end, found.end()))
    return found.end()


def _is_code(text: str, start: int, end: int, tokens: list[Token]) -> bool:
    """Whether a number belongs to a name or an amount: "F16", "COVID-19", "2000$", "20km"."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in _MONEY and before or text[end : end + 2].lstrip()[:1] in _MONEY and after:
        return True
    if before.isalpha() and before < _FIRST_RIGHT_TO_LEFT:
        return True
    glued = (
        len(tokens) > 1
        and tokens[-1].kind == "-"
        and tokens[-2].kind == "w"
        and tokens[-2].end == start - 1
    )
    if glued and text[start - 2] < _FIRST_RIGHT_TO_LEFT:
        return True
    if (
        not after.isalpha()
        or after >= _FIRST_RIGHT_TO_LEFT
        or _SUFFIX.match(text, end)
        or _DECADE.match(text, end)
    ):
        return False
    return not _YEAR_WORD.match(text, end)

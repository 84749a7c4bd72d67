"""Glyphs as they stand on a printed line, back to the text that they were set from.

A PDF places glyphs; in which order it names them is up to the program that wrote it. So the order is
read off the places: a right-to-left line is read from its right, the runs of Latin and Cyrillic
letters and of digits in it from their left. It is the bidirectional algorithm (UAX 9) undone; where
two texts look the same, the usual one is taken (numbers after a Latin word belong to its run).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Direction = Literal["L", "R"]

_RIGHT = frozenset({"R", "AL"})
_NUMBER = frozenset({"EN", "AN"})
_JOINS_NUMBERS = frozenset({"CS", "ES"})  # 1,250 and 12/05: one number
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_CLOSING = {"(": ")", "[": "]"}  # as they are read from the right, mirrored
_GAP = 0.18  # of the glyph's size: a wider one is a space that the file does not write
_LETTER_FORMS = (
    range(0xFB00, 0xFB50),
    range(0xFB50, 0xFDFA),
    range(0xFDFC, 0xFDFD),
    range(0xFE70, 0xFEFF),
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """What one glyph stands for, and its box in points, `y0` below `y1`."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def size(self) -> float:
        """Height of the box, which is that of the font."""
        return self.y1 - self.y0


def read_in_order(glyphs: Sequence[Glyph]) -> str:
    """The text of a line whose letters stand from the left in reading order, whatever their script."""
    return " ".join("".join(_spaced(sorted(glyphs, key=lambda g: g.x0 + g.x1))).split())


def direction_of(glyphs: Iterable[Glyph]) -> Direction:
    """In which direction most letters run."""
    classes = [kind for glyph in glyphs for kind in map(_class, glyph.text)]
    right = sum(kind in _RIGHT for kind in classes)
    return "R" if right > classes.count("L") else "L"


def read_line(glyphs: Sequence[Glyph], base: Direction) -> str:
    """The text of one line of glyphs, in whatever order they come, in a paragraph of that direction."""
    pieces = _spaced(sorted(glyphs, key=lambda g: g.x0 + g.x1))
    if base == "R":
        pieces = _with_runs_turned([piece.translate(_MIRRORED) for piece in reversed(pieces)], "R")
    else:
        pieces = _with_runs_turned(pieces, "L")
    return " ".join("".join(pieces).split())


def letters_of(text: str) -> str:
    """The letters that presentation forms and ligatures of fonts stand for; other text stays."""
    if not any(ord(c) in forms for c in text for forms in _LETTER_FORMS):
        return text
    letters = unicodedata.normalize("NFKC", text)
    # Vowel signs of their own are decomposed to a space or tatweel and the sign.
    return (
        letters[1:] if len(letters) > 1 and letters[0] in " ـ" and _is_mark(letters[1]) else letters
    )


def with_marks(glyphs: Sequence[Glyph], *, in_order: bool = False) -> list[Glyph]:
    """The glyphs, vowel signs and other marks joined to their letters; given in the file's order.

    Fonts draw marks far off their origin, so their places tell little; a file names them next to their
    letter: behind it where it names the letters in reading order (`in_order` tells so for all of them),
    before it where in order of place.
    """
    joined: list[Glyph] = []
    waiting = ""  # marks of the letter to come
    for n, glyph in enumerate(glyphs):
        text = letters_of(glyph.text)
        if not _is_marks(text):
            joined.append(Glyph(text + waiting, glyph.x0, glyph.x1, glyph.y0, glyph.y1))
            waiting = ""
        elif joined and (in_order or not _is_of_next(joined[-1], glyphs, n)):
            last = joined[-1]
            joined[-1] = Glyph(last.text + waiting + text, last.x0, last.x1, last.y0, last.y1)
            waiting = ""
        else:
            waiting = text + waiting  # in order of place, the second sign comes first
    return joined


def _is_of_next(before: Glyph, glyphs: Sequence[Glyph], n: int) -> bool:
    """Whether the mark at `n` belongs to the letter after it, not to `before`."""
    after = next((g for g in glyphs[n + 1 : n + 4] if not _is_marks(g.text)), None)
    if after is None or abs(after.y0 - before.y0) > after.size / 2:
        return False
    is_right_to_left = _kind(letters_of(after.text)) in _RIGHT
    return is_right_to_left and after.x0 > before.x0


def _spaced(glyphs: Sequence[Glyph]) -> list[str]:
    pieces: list[str] = []
    for before, glyph in zip([None, *glyphs], glyphs, strict=False):
        is_apart = before is not None and glyph.x0 - before.x1 > _GAP * glyph.size
        pieces += [" ", glyph.text] if is_apart else [glyph.text]
    return pieces


def _with_runs_turned(pieces: list[str], base: Direction) -> list[str]:
    """In logical order: runs against the base direction are turned round."""
    kinds = [_kind(piece) for piece in pieces]
    for start, end in _left_runs(kinds, pieces) if base == "R" else _right_runs(kinds):
        run = [piece.translate(_MIRRORED) for piece in pieces[start:end][::-1]]
        pieces[start:end] = run if base == "R" else _with_runs_turned(run, "R")
    return pieces


def _left_runs(kinds: list[str], pieces: list[str]) -> list[tuple[int, int]]:
    """Runs of Latin letters and numbers with what stands between, in a line read from its right."""
    spans: list[tuple[int, int]] = []
    n = 0
    while n < len(kinds):
        is_start = kinds[n] in ("L", *_NUMBER) or kinds[n : n + 2] == ["ET", "EN"]
        if not is_start:
            n += 1
            continue
        end = _run_end(kinds, n)
        # "Works (UK)": the bracket that closes within the run stands at its right end.
        run = "".join(pieces[n:end])
        is_open = (
            n > 0
            and pieces[n - 1] in _CLOSING
            and run.count(_CLOSING[pieces[n - 1]]) > run.count(pieces[n - 1])
        )
        spans.append((n - is_open, end))
        n = end
    return spans


def _run_end(kinds: list[str], start: int) -> int:
    end = start + 1
    for n in range(start + 1, len(kinds)):
        if kinds[n] in _RIGHT:
            break
        if _continues(kinds, start, end, n):
            end = n + 1
    return end


def _continues(kinds: list[str], start: int, end: int, n: int) -> bool:
    """Whether what stands at `n` belongs to the run that ended before `end`."""
    between = kinds[end:n]
    has_letters = "L" in kinds[start:end]
    if kinds[n] == "L":
        return has_letters or all(kind == "WS" for kind in between)
    if kinds[n] in _NUMBER:
        is_one_number = len(between) < 2 and all(kind in _JOINS_NUMBERS for kind in between)
        return has_letters or is_one_number
    return kinds[n] == "ET" and kinds[end - 1] == "EN" and not between


def _right_runs(kinds: list[str]) -> list[tuple[int, int]]:
    """Runs from one right-to-left letter to the last, in a line read from its left."""
    spans: list[tuple[int, int]] = []
    start = end = None
    for n, kind in enumerate(kinds):
        if kind in _RIGHT:
            start, end = (n if start is None else start), n + 1
        elif kind == "L" and start is not None and end is not None:
            spans.append((start, end))
            start = end = None
    if start is not None and end is not None:
        spans.append((start, end))
    return spans


def _kind(piece: str) -> str:
    kinds = [_class(c) for c in piece if not _is_mark(c)]
    return kinds[0] if kinds else "NSM"


@lru_cache(maxsize=4096)
def _class(character: str) -> str:
    return unicodedata.bidirectional(character)


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Mn"


def _is_marks(text: str) -> bool:
    letters = letters_of(text)
    return bool(letters) and all(map(_is_mark, letters))

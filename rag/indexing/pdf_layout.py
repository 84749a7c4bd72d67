"""Glyphs of a page to its paragraphs: columns, lines and what belongs together, by place and size.

Columns are found by cutting the page along empty strips, the recursive X-Y cut of Nagy & Seth (1984).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rag.indexing.visual_order import (
    Direction,
    Glyph,
    direction_of,
    read_in_order,
    read_line,
    with_marks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    LineReader = Callable[[Sequence[Glyph], Direction], str]

_GUTTER = 1.0  # of the size of the letters: the narrowest strip between two columns
_MIN_COLUMN_LINES = 4
_MIN_COLUMN_WIDTH = 8.0  # of the size of the letters
_GAP_GROWTH = 1.3  # of the usual gap between lines: a wider one parts paragraphs
_GAP_SLACK = 0.15  # of the size of the letters
_SAME_LINE = 0.5  # of the height, by which glyphs of a line may be raised
_SAME_SIZE = 1.15
_SPACE = 0.3  # of the size: width of a space
_HYPHENS = frozenset("-\u00ad\u2010")
_HYPHEN = re.compile(r"[^\W\d_]{2}(?:-|\u00ad|\u2010)$")
_LOWER = re.compile(r"[a-zà-öø-ÿа-яё]")  # a capital keeps its hyphen: "Harbour-\nStreet"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text in logical order, its lines joined; `y` is the height of its first line on the page."""

    text: str
    y: float


@dataclass(frozen=True, slots=True)
class _Line:
    glyphs: list[Glyph]
    x0: float
    x1: float
    y0: float
    y1: float

    @property
    def size(self) -> float:
        return self.y1 - self.y0


def read_page(glyphs: Sequence[Glyph]) -> list[Paragraph]:
    """The paragraphs of a page in reading order; its glyphs in the file's order."""
    return _read(glyphs, read_line)


def read_page_in_order(glyphs: Sequence[Glyph]) -> list[Paragraph]:
    """Like `read_page`, where the letters of every script stand from left to right."""
    return _read(glyphs, lambda line, _: read_in_order(line))


def _read(glyphs: Sequence[Glyph], read: LineReader) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    whole = with_marks(glyphs, in_order=read is not read_line)
    todo = [_lines([glyph for glyph in whole if glyph.size > 0])]
    while todo:
        lines = todo.pop()
        parts = _columns(lines) or _halves(lines)
        if parts:
            todo += reversed(parts)
        elif lines:
            paragraphs += _paragraphs(lines, read)
    return [paragraph for paragraph in paragraphs if paragraph.text]


def _lines(glyphs: Sequence[Glyph]) -> list[_Line]:
    """Lines from the top down; one that holds parts of two columns is one line still."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.y0, g.x0)):
        if rows and rows[-1][0].y0 - glyph.y0 < _SAME_LINE * min(rows[-1][0].size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_line(row) for row in rows if any(not g.text.isspace() for g in row)]


def _line(glyphs: list[Glyph]) -> _Line:
    solid = [g for g in glyphs if not g.text.isspace()]
    return _Line(
        sorted(glyphs, key=lambda g: g.x0),
        min(g.x0 for g in solid),
        max(g.x1 for g in solid),
        min(g.y0 for g in solid),
        max(g.y1 for g in solid),
    )


def _columns(lines: list[_Line]) -> list[list[_Line]]:
    """The lines parted at the widest gutter, in reading order; nothing where there is none."""
    if len(lines) < _MIN_COLUMN_LINES:
        return []
    size = median(line.size for line in lines)
    solid = sorted(
        (g for line in lines for g in line.glyphs if not g.text.isspace()), key=lambda g: g.x0
    )
    widest, cut, right = _GUTTER * size, 0.0, solid[0].x1
    for glyph in solid:
        if glyph.x0 - right > widest:
            widest, cut = glyph.x0 - right, (glyph.x0 + right) / 2
        right = max(right, glyph.x1)
    if not cut:
        return []
    sides = [_part(lines, -float("inf"), cut), _part(lines, cut, float("inf"))]
    if not all(_is_column(side, size) for side in sides):
        return []
    is_right = direction_of(g for line in lines for g in line.glyphs) == "R"
    return sides[::-1] if is_right else sides


def _part(lines: list[_Line], left: float, right: float) -> list[_Line]:
    rows = [[g for g in line.glyphs if left <= g.x0 < right] for line in lines]
    return [_line(row) for row in rows if any(not g.text.isspace() for g in row)]


def _is_column(lines: list[_Line], size: float) -> bool:
    if len(lines) < _MIN_COLUMN_LINES:
        return False
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    return width >= _MIN_COLUMN_WIDTH * size


def _halves(lines: list[_Line]) -> list[list[_Line]]:
    """The lines parted at the widest gap, if it is wider than between lines of a paragraph."""
    gaps = [above.y0 - below.y1 for above, below in pairwise(lines)]
    if not gaps:
        return []
    widest = max(gaps)
    size = median(line.size for line in lines)
    usual = min(max(median(gaps), 0.0), size)  # lines of a paragraph are never further apart
    if widest <= _GAP_GROWTH * usual + _GAP_SLACK * size:
        return []
    at = gaps.index(widest) + 1
    return [lines[:at], lines[at:]]


def _paragraphs(lines: list[_Line], read: LineReader) -> list[Paragraph]:
    """Lines joined where the first word of the next would not have fitted on the one before."""
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    base = _base(lines, read)
    groups = [[lines[0]]]
    for above, below in pairwise(lines):
        if _goes_on(above, below, width, base):
            groups[-1].append(below)
        else:
            groups.append([below])
    return [_paragraph(group, read) for group in groups]


def _goes_on(above: _Line, below: _Line, width: float, base: Direction) -> bool:
    if max(above.size, below.size) > _SAME_SIZE * min(above.size, below.size):
        return False
    if base == "L" and _last(above) in _HYPHENS:
        return True
    room = width - (above.x1 - above.x0)
    return room < _first_word(below, base) + _SPACE * below.size


def _last(line: _Line) -> str:
    return next((g.text for g in reversed(line.glyphs) if not g.text.isspace()), "")[-1:]


def _first_word(line: _Line, base: Direction) -> float:
    """Width of the word that the line begins with."""
    glyphs = line.glyphs if base == "L" else line.glyphs[::-1]
    start = line.x0 if base == "L" else line.x1
    end = start
    for before, glyph in zip([None, *glyphs], glyphs, strict=False):
        is_apart = before is not None and _distance(before, glyph) > _SPACE * glyph.size / 2
        if end != start and (glyph.text.isspace() or is_apart):
            break
        end = glyph.x1 if base == "L" else glyph.x0
    return abs(end - start)


def _distance(one: Glyph, other: Glyph) -> float:
    return max(one.x0, other.x0) - min(one.x1, other.x1)


def _base(lines: list[_Line], read: LineReader) -> Direction:
    return direction_of(g for line in lines for g in line.glyphs) if read is read_line else "L"


def _paragraph(lines: list[_Line], read: LineReader) -> Paragraph:
    base = _base(lines, read)
    text = ""
    for line in lines:
        following = read(line.glyphs, base)
        if _HYPHEN.search(text) and _LOWER.match(following):
            text = text[:-1] + following
        else:
            text = f"{text} {following}".strip()
    return Paragraph(text, lines[0].y0)

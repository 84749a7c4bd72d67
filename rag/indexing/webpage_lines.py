"""The text of a parsed web page, line by line as a reader sees it, each with where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.etree import iterwalk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div"),
        *("dl", "dt", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section"),
        *("summary", "table", "tbody", "thead", "tfoot", "time", "title", "tr", "ul"),
        *("code", "head", "item", "list", "quote", "row"),  # trafilatura's names of such
    )
)
_BREAKS = frozenset({"br", "lb"})
_CELLS = frozenset({"td", "th", "cell"})
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "textarea", "select"})
_CELL_GAP = " | "


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page, the element whose block it is, and how much of it are links (0 to 1)."""

    text: str
    block: HtmlElement
    links: float


def page_lines(tree: HtmlElement) -> Iterator[PageLine]:
    """The lines under `tree`: a line for each block or line break; cells of a data table share one."""
    return _Reader(tree).lines()


class _Reader:
    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._blocks = [tree]
        self._pieces: list[str] = []
        self._linked = 0
        self._in_link = 0
        self._unseen = 0

    def lines(self) -> Iterator[PageLine]:
        for event, element in iterwalk(self._tree, events=("start", "end")):
            if event == "start":
                yield from self._start(element)
            else:
                yield from self._end(element)
        yield from self._flush()

    def _start(self, element: HtmlElement) -> Iterator[PageLine]:
        if _is_block(element):
            yield from self._flush()
            self._blocks.append(element)
        elif element.tag in _CELLS and self._pieces:
            self._pieces.append(_CELL_GAP)
        self._unseen += element.tag in _UNSEEN and element.getparent() is not None
        self._in_link += element.tag == "a"
        self._add(element.text)

    def _end(self, element: HtmlElement) -> Iterator[PageLine]:
        if element.tag in _BREAKS or _is_block(element):
            yield from self._flush()
        if _is_block(element):
            self._blocks.pop()
        self._unseen -= element.tag in _UNSEEN and element.getparent() is not None
        self._in_link -= element.tag == "a"
        if element is not self._tree:
            self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text and not self._unseen:
            self._pieces.append(text)
            self._linked += len(text.strip()) if self._in_link else 0

    def _flush(self) -> Iterator[PageLine]:
        line = _SPACES.sub(" ", "".join(self._pieces)).strip(" ")
        linked = self._linked
        self._pieces, self._linked = [], 0
        if line.strip(_CELL_GAP):
            yield PageLine(line, self._blocks[-1], min(1.0, linked / len(line)))


def _is_block(element: HtmlElement) -> bool:
    if element.tag in _BLOCKS:
        return True
    # A cell that holds blocks is layout, as pages were once made; others are cells of data.
    return element.tag in _CELLS and element.find(".//*[1]") is not None and _holds_blocks(element)


def _holds_blocks(cell: HtmlElement) -> bool:
    return any(inner.tag in _BLOCKS or inner.tag in _BREAKS for inner in cell.iterdescendants())

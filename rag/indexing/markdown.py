"""Markdown to the plain text a reader sees: a line for each paragraph, heading, list item and row."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
# Both run in linear time on unclosed tags, which html.parser does not (two minutes for 200 kB).
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MAX_PARAGRAPH = 20_000  # characters; markdown-it takes quadratic time on some longer ones
_CELL_GAP = " | "


def to_plain(text: str) -> tuple[str, str]:
    """`(heading, plain)`: the first heading of level 1, or "", and the text with the headings in it.

    Emphasis, links and images become their text; markup of lists, quotations and tables goes; line
    breaks within a paragraph stay. A text with a paragraph of more than 20,000 characters is taken as
    plain.
    """
    if max(map(len, text.split("\n\n"))) > _MAX_PARAGRAPH:
        return "", text
    tokens = _PARSER.parse(text)
    return _heading(tokens), "\n\n".join(block for block in _blocks(tokens) if block.strip())


def _heading(tokens: Sequence[Token]) -> str:
    for token, following in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return " ".join(_inline(following).split())
    return ""


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    row: list[str] = []
    in_row = False
    for token in tokens:
        if token.type == "tr_open":
            row, in_row = [], True
        elif token.type == "tr_close":
            in_row = False
            yield _CELL_GAP.join(row)
        elif token.type == "inline":
            if in_row:
                row.append(_inline(token))
            else:
                yield _inline(token)
        elif token.type in ("fence", "code_block"):
            yield token.content.strip("\n")
        elif token.type == "html_block":
            yield _without_tags(token.content)


def _inline(token: Token) -> str:
    return "".join(map(_piece, token.children or []))


def _piece(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return _inline(token)
    if token.type == "html_inline":
        return "\n" if token.content.lower().startswith("<br") else ""
    return token.content


def _without_tags(markup: str) -> str:
    return html.unescape(_TAG.sub("", _HIDDEN.sub("", markup))).strip()

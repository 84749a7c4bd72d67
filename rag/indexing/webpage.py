"""A saved web page to its story: trafilatura leaves menus, boxes, comments and footers out."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import html
from trafilatura.metadata import extract_metadata

from rag.errors import ArticleError
from rag.indexing.credits import byline, is_date_line, is_stamp
from rag.indexing.decode import decode
from rag.indexing.draft import Draft
from rag.indexing.lines import is_prose, key, words
from rag.indexing.webpage_date import find_published
from rag.indexing.webpage_lines import page_lines
from rag.indexing.webpage_story import find_story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET_BYTES = 4096  # where the declaration is looked for; the standard asks for the first 1024
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_DOTS = re.compile(r"\s+[·•|]\s+")
_MAX_STAMPS = 5
_HEAD_LINES = 40  # below the headline, where the day of publication is looked for
# Libxml2's messages about the limits that it keeps to when not told to trust its input.
_LIMITS = re.compile(r"excessive depth|huge|too (?:long|deep|big)|resource limit", re.IGNORECASE)


def read_webpage(data: bytes) -> Draft:
    """The story of an HTML page and what the page's metadata tell of it.

    Raises:
        ArticleError: no text, an unknown encoding, or more nesting than any browser needs.
    """
    tree = _parse(_decoded(data))
    story = find_story(tree)
    lines = list(_apart(story.lines))
    text = "\n\n".join(lines)
    if not words(text):
        raise ArticleError("holds no text; save the page once its text is shown, or remove it")
    values = _values(tree)
    stamps = _stamps(tree, values, lines) if story.is_sure else ()
    # Bylines and dates that trafilatura took for story are left to the cleaning of copied pages.
    return Draft(text, values, stamps)


def _apart(lines: Iterable[str]) -> Iterator[str]:
    """The lines; above the first paragraph, what stands between dots ("byline · date") apart."""
    is_head = True
    for line in lines:
        is_head = is_head and not is_prose(line)
        parts = _DOTS.split(line) if is_head else []
        yield from parts if any(map(_is_credit, parts)) else (line,)


def _is_credit(line: str) -> bool:
    return is_stamp(line) or is_date_line(line) or byline(line) is not None


def _decoded(data: bytes) -> str:
    """Text by the declared encoding where that fits without a fault, else as `decode` tells."""
    declared = _CHARSET.search(data[:_CHARSET_BYTES])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeError):
            pass
    return decode(data)


def _parse(text: str) -> HtmlElement:
    parser = html.HTMLParser(
        encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True
    )
    cleared = _CONTROLS.sub("", text).encode("utf-8", "replace")
    if not cleared.strip():
        raise ArticleError("holds no text; save the page anew or remove it")
    tree: HtmlElement | None = html.document_fromstring(cleared, parser=parser)
    for entry in parser.error_log:
        if _LIMITS.search(entry.message):
            reason = " ".join(entry.message.split())
            raise ArticleError(f"is nested or sized beyond what a page needs ({reason}); remove it")
    if tree is None:
        raise ArticleError("is no HTML; save the page anew or remove it")
    return tree


def _values(tree: HtmlElement) -> dict[str, str]:
    # htmldate, which trafilatura asks for the day, guesses: its answer is not looked at.
    meta = extract_metadata(
        deepcopy(tree), date_config={"extensive_search": False, "original_date": True}
    )
    values = {
        "title": _headline(tree, meta.title or ""),
        "published": find_published(tree),
        "source": meta.sitename,
        "url": meta.url,
        "language": tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        "author": meta.author,
    }
    return {name: value for name, value in values.items() if value}


def _headline(tree: HtmlElement, told: str) -> str:
    """The page's first-level heading where the title told is that and the site's name, else the title."""
    headings = [_SPACES.sub(" ", h.text_content()).strip() for h in tree.iter("h1")]
    whole = key(told)
    within = [heading for heading in headings if key(heading) and key(heading) in whole]
    if within:
        return max(within, key=len)
    return told or (headings[0] if len(headings) == 1 else "")


def _stamps(tree: HtmlElement, values: dict[str, str], story: list[str]) -> tuple[str, ...]:
    """Lines between headline and story that tell the day of publication."""
    lines = list(_apart(line.text for line in page_lines(tree)))
    title = key(values.get("title", ""))
    start = next((n for n, line in enumerate(lines) if title and key(line) == title), -1)
    stamps: list[str] = []
    for line in lines[start + 1 : start + 1 + _HEAD_LINES]:
        if is_prose(line) and line in story:
            break
        if is_stamp(line) or is_date_line(line):
            stamps.append(line)
    return tuple(stamps[:_MAX_STAMPS])

"""Which lines of a web page are its story: trafilatura tells, the page's own text is what is kept.

Trafilatura's output is not the page's text (it joins, drops and repeats lines), so it only says where
the story stands. What stands between and beside the lines that it found, in the same container and
with no mark of being something else, belongs to the story too: a short paragraph, a sub-heading.
"""

from __future__ import annotations

import re
from configparser import ConfigParser
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG
from trafilatura.settings import Document as TrafilaturaDocument

from rag.indexing.lines import key
from rag.indexing.webpage_lines import PageLine, page_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MIN_FOUND = 0.8  # of trafilatura's lines must be lines of the page for its choice to be followed
_MAX_LINKS = 0.6  # of a line; one with more is a link to another story
_ASIDE = frozenset({"aside", "nav", "footer", "form", "figcaption", "figure", "button"})
_ASIDE_WORDS = re.compile(
    r"(?:^|[\s_-])(?:related|read-?(?:also|more)|see-?also|share|sharing|social\w*|comments?|tags?|newsletter|"
    r"subscri\w*|promo\w*|advert\w*|ads?|sponsor\w*|recommend\w*|sidebar|teaser|breadcrumbs?|cookie\w*|caption)"
    r"(?:[\s_-]|$)"
)
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright\b)", re.IGNORECASE)
_MAX_RIGHTS = 150  # characters of a line that claims rights


@dataclass(frozen=True, slots=True)
class Story:
    """Lines of a page; `is_sure` where they are the story, else the page's text as one would copy it."""

    lines: tuple[str, ...]
    is_sure: bool


def find_story(tree: HtmlElement) -> Story:
    """The story of a parsed page; its lines are the page's own, character for character."""
    lines = list(page_lines(tree.find("body") if _has_body(tree) else tree))
    chosen = _chosen(tree)
    keys = [key(line.text) for line in lines]
    found = {n for n, folded in enumerate(keys) if folded and folded in chosen}
    known = {folded for n, folded in enumerate(keys) if n in found}
    if not chosen or len(known) < _MIN_FOUND * len(chosen):
        return Story(tuple(line.text for line in lines if not _is_rights(line)), is_sure=False)
    region = _region(lines, found)
    return Story(tuple(lines[n].text for n in region if not _is_rights(lines[n])), is_sure=True)


def _has_body(tree: HtmlElement) -> bool:
    return tree.find("body") is not None


def _chosen(tree: HtmlElement) -> set[str]:
    """The folded lines that trafilatura takes for the story."""
    found = bare_extraction(
        deepcopy(tree),
        include_comments=False,
        favor_recall=True,
        with_metadata=False,
        config=_config(),
    )
    if not isinstance(found, TrafilaturaDocument) or found.body is None:
        return set()
    return {folded for line in page_lines(found.body) if (folded := key(line.text))}


def _config() -> ConfigParser:
    # Below these sizes trafilatura gives the page up and hands back all its text as one line.
    config = ConfigParser()
    config.read_dict(DEFAULT_CONFIG)
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config.set("DEFAULT", name, "1")
    return config


def _region(lines: list[PageLine], found: set[int]) -> list[int]:
    """The lines found, and those amid or right after them that stand in the same container."""
    containers = {id(lines[n].block.getparent()) for n in found}
    first, last = min(found), max(found)
    inner = {n for n in range(first, last) if n not in found and _belongs(lines[n], containers)}
    after = last + 1
    while after < len(lines) and _goes_on(lines[last], lines[after]):
        inner.add(after)
        after += 1
    return sorted(found | inner)


def _belongs(line: PageLine, containers: set[int]) -> bool:
    parent = line.block.getparent()
    around = [parent, parent.getparent() if parent is not None else None]
    is_inside = any(id(element) in containers for element in around if element is not None)
    return is_inside and line.links < _MAX_LINKS and not _is_aside(line.block)


def _goes_on(last: PageLine, line: PageLine) -> bool:
    before, block = last.block, line.block
    is_alike = (block.tag, block.get("class"), block.getparent()) == (
        before.tag,
        before.get("class"),
        before.getparent(),
    )
    return is_alike and block.tag == "p" and line.links < _MAX_LINKS and not _is_aside(block)


def _is_aside(block: HtmlElement) -> bool:
    for around in (block, *block.iterancestors()):
        if around.tag in _ASIDE or _ASIDE_WORDS.search(
            f"{around.get('class', '')} {around.get('id', '')}".lower()
        ):
            return True
        if around.tag in ("article", "main", "body"):
            return False
    return False


def _is_rights(line: PageLine) -> bool:
    return len(line.text) <= _MAX_RIGHTS and _RIGHTS.match(line.text) is not None

"""The day on which a web page says it was published: only where its markup says so by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rag.indexing.day import read_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Names under which sites give the day of publication, the most telling first; compared in lower case.
_META_NAMES = (
    *("article:published_time", "og:article:published_time", "og:published_time", "og:pubdate"),
    *("datepublished", "article.published", "article:published", "published_time"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publish-date"),
    *("publish_date", "publishdate", "publication_date", "publicationdate", "pubdate", "pub_date"),
    *("originalpublicationdate", "article_date_original", "citation_publication_date"),
    *("dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "date"),
)
_ARTICLES = ("Article", "Posting", "Report")  # how schema.org's names of stories end
_PAGES = ("WebPage", "ItemPage")
_MAX_NODES = 20_000  # of a page's JSON-LD
_ASIDE = frozenset({"aside", "nav", "footer", "li", "form"})
_ASIDE_WORDS = ("comment", "related", "sidebar", "recommend", "most-read", "teaser")
_CHANGED_WORDS = ("modif", "updat")
_MAX_TIMES = 500
_UNSET = "1970-01-01"  # what an empty field of a database becomes


def find_published(tree: HtmlElement) -> str | None:
    """The day in ISO form from meta elements, JSON-LD or a `time` beside the headline, or None.

    A bare year, a copyright notice, the page's address and days of changes never count.
    """
    for candidates in (_from_meta(tree), _from_json(tree), _from_times(tree)):
        for value in candidates:
            day = read_day(value)
            if day is not None and day.isoformat() != _UNSET:
                return day.isoformat()
    return None


def _from_meta(tree: HtmlElement) -> list[str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if content and name in _META_NAMES:
                found.setdefault(name, content)
    return [found[name] for name in _META_NAMES if name in found]


def _from_json(tree: HtmlElement) -> list[str]:
    articles: list[str] = []
    pages: list[str] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        for node in _nodes(script.text or ""):
            value = node.get("datePublished")
            kinds = node.get("@type")
            names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
            if isinstance(value, str) and any(name.endswith(_ARTICLES) for name in names):
                articles.append(value)
            elif isinstance(value, str) and any(name.endswith(_PAGES) for name in names):
                pages.append(value)
    return articles[:1] + pages[:1]


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    try:
        todo: list[Any] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_MAX_NODES):
        if not todo:
            return
        node = todo.pop(0)
        if isinstance(node, dict):
            yield node
            todo += node.values()
        elif isinstance(node, list):
            todo += node


def _from_times(tree: HtmlElement) -> list[str]:
    """`time` elements marked as publication, else the first one from the headline on."""
    marked: list[str] = []
    others: list[str] = []
    has_headline = tree.find(".//h1") is not None
    seen_headline = not has_headline
    for element in tree.iter("h1", "time", "abbr"):
        seen_headline = seen_headline or element.tag == "h1"
        value = element.get("datetime") or (element.get("title") if element.tag == "abbr" else None)
        if not value or len(marked) + len(others) > _MAX_TIMES or _is_aside(element):
            continue
        about = f"{element.get('itemprop')} {element.get('class')} {element.get('pubdate')}".lower()
        if any(word in about for word in _CHANGED_WORDS):
            continue
        if "datepublished" in about or "published" in about or element.get("pubdate") is not None:
            marked.append(value)
        elif element.tag == "time" and (seen_headline or _is_beside_headline(element)):
            others.append(value)
    return marked[:1] or others[:1]


def _is_aside(element: HtmlElement) -> bool:
    for around in element.iterancestors():
        names = f"{around.get('class')} {around.get('id')} {around.get('itemprop')}".lower()
        if around.tag in _ASIDE or any(word in names for word in (*_ASIDE_WORDS, "datemodified")):
            return True
        if around.tag in ("article", "main"):
            return False
    return False


def _is_beside_headline(element: HtmlElement) -> bool:
    """Whether the headline stands in the same header or article, after the element."""
    for around in element.iterancestors("header", "article"):
        return around.find(".//h1") is not None
    return False

"""RSS (0.9 to 2.0) and Atom: what a feed tells of its articles.

Read with libxml2's event parser, whose time and memory are linear in the size of the feed, which the
client limits; external entities are not loaded, internal ones not expanded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from lxml import etree, html

from rag.errors import FetchError
from rag.fetching.addresses import parse_url
from rag.indexing.day import read_day

if TYPE_CHECKING:
    from datetime import date

    import httpx

_BOM: Final = b"\xef\xbb\xbf"
_ROOT: Final = re.compile(
    rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*+<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.DOTALL
)
_ROOT_BYTES: Final = 4096
_ENTRY: Final = ("{*}item", "{*}entry")
_HEAD: Final = ("{*}title", "{*}language")
_BODIES: Final = ("encoded", "content")  # the whole article; "description" and "summary" are not
_DAYS: Final = ("pubDate", "published", "issued", "date", "created", "updated", "modified")
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_MAX_TEXT: Final = 1000  # characters of a title or a name
_MARKUP: Final = re.compile(r"<[a-zA-Z/!]|&#?\w+;")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as the feed tells of it; "" or None where it does not. `body` is HTML."""

    url: str | None
    title: str = ""
    published: date | None = None
    author: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its name, its language and its entries, as it orders them."""

    title: str
    language: str | None
    entries: tuple[Entry, ...]


def is_feed(data: bytes) -> bool:
    """Whether the root element is that of RSS or Atom; servers call feeds all kinds of types."""
    return _ROOT.match(data.removeprefix(_BOM)[:_ROOT_BYTES]) is not None


def read_feed(data: bytes, url: str, limit: int) -> Feed:
    """The feed with its first `limit` entries; what is broken in it is passed over.

    Raises:
        FetchError: it holds no entry.
    """
    base = parse_url(url)
    head: dict[str, str] = {}
    entries: list[Entry] = []
    # A byte-order mark of UTF-8 was set by whoever fetched; the declaration may name what it was in.
    encoding = "utf-8" if data.startswith(_BOM) else None
    try:
        for _, element in etree.iterparse(
            BytesIO(data), events=("end",), tag=(*_ENTRY, *_HEAD), encoding=encoding,
            recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        ):  # fmt: skip
            if _name(element) in ("item", "entry"):
                entry = _entry(element, base)
                entries += [entry] if entry != Entry(None) else []
                element.clear()
            elif _name(element.getparent()) in ("channel", "feed"):
                head[_name(element)] = _text(element)
            if len(entries) == 1:
                head.setdefault("language", _root_language(element))
            if len(entries) >= limit:
                break
    except etree.XMLSyntaxError:
        pass  # what came before the fault is good
    if not entries:
        raise FetchError("is a feed without articles, or a broken one; check the address")
    return Feed(head.get("title", ""), head.get("language") or None, tuple(entries))


def _root_language(element: etree._Element) -> str:
    return str(element.getroottree().getroot().get(_XML_LANGUAGE, ""))


def _entry(element: etree._Element, base: httpx.URL) -> Entry:
    parts: dict[str, etree._Element] = {}
    for child in element:
        name = _name(child)
        if name == "link" and child.get("rel", "alternate") != "alternate":
            continue
        parts.setdefault(name, child)
    author = parts.get("author", parts.get("creator"))
    return Entry(
        url=_link(parts, base),
        title=_text(parts.get("title")),
        published=next((d for name in _DAYS if (d := _day(_text(parts.get(name))))), None),
        author=_author(author),
        body=next((b for name in _BODIES if (b := _body(parts.get(name)))), ""),
    )


def _link(parts: dict[str, etree._Element], base: httpx.URL) -> str | None:
    link, guid = parts.get("link"), parts.get("guid")
    target = "" if link is None else link.get("href") or _text(link)
    if not target and guid is not None and guid.get("isPermaLink", "true") == "true":
        target = _text(guid)
    try:
        return str(parse_url(target.strip(), base)) if target.strip() else None
    except FetchError:
        return None


def _author(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    name = element.find("{*}name")
    text = _text(element if name is None else name)
    # RSS 2.0 wants an address here, with the name behind it: lawyer@boyer.net (Lawyer Boyer)
    return re.sub(r"^\S+@\S+\s*(?:\((.*)\))?$", r"\1", text) or None


def _body(element: etree._Element | None) -> str:
    if element is None:
        return ""
    if len(element):  # XHTML, as elements
        return "".join(etree.tostring(child, encoding="unicode") for child in element)
    return (element.text or "") if _MARKUP.search(element.text or "") else ""


def _text(element: etree._Element | None) -> str:
    """The text on one line, without the HTML that titles often hold."""
    if element is None:
        return ""
    text = "".join(element.itertext(with_tail=False))[:_MAX_TEXT]
    if _MARKUP.search(text):
        text = str(html.fromstring(f"<p>{text}</p>").text_content())
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def _day(text: str) -> date | None:
    """The day in the outlet's own time zone."""
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError):
        return read_day(text)


def _name(element: etree._Element | None) -> str:
    tag = "" if element is None else element.tag
    return etree.QName(tag).localname if isinstance(tag, str) and tag else ""

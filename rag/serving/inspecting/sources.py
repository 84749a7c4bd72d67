"""A file as its reader hands it to cleaning: the lines of each article and what the file says of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import ArticleError
from rag.indexing.decode import decode
from rag.indexing.lines import key, normalise, unwrap
from rag.indexing.markdown import to_plain
from rag.indexing.metadata import Metadata, read_metadata, split_front_matter
from rag.indexing.parser_process import parse_apart
from rag.indexing.parsers import ENDINGS
from rag.indexing.readers import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BOMS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_CODE_PAGES = ("cp1256", "cp1251", "cp1252", "cp1254")
_PAGES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Source:
    """One article before cleaning. `told_by` names what `meta` was read from.

    `outside` are lines of a web page that its reader took for no part of the story.
    """

    text: str
    meta: Metadata
    told_by: str
    heading: str = ""
    gently: bool = False
    outside: tuple[str, ...] = ()


def encoding_of(data: bytes, ending: str) -> str | None:
    """The name of the encoding that a file of text is read in; None for other files."""
    if ending in ENDINGS and ending not in _PAGES:
        return None
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            return f"{name} with a byte-order mark"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(data)
    return "UTF-8"


def _code_page(data: bytes) -> str | None:
    try:
        text = decode(data)
    except ArticleError:
        return None
    for name in _CODE_PAGES:
        if data.decode(name, "replace") == text:
            return f"windows-{name[2:]}"
    return None


def sources_of(data: bytes, ending: str, default_id: str) -> dict[str, Source]:
    """Each article's source, by the article's id.

    Raises:
        ArticleError: as the file's reader does.
    """
    if ending == ".jsonl":
        return dict(_json_sources(data, default_id))
    if ending in ENDINGS:
        draft = parse_apart(ending, data)
        text = normalise(draft.text)
        outside = _outside(data, text) if ending in _PAGES else ()
        meta = read_metadata(draft.values)
        return {default_id: Source(text, meta, "metadata", gently=draft.gently, outside=outside)}
    values, body = split_front_matter(decode_text(data))
    meta = read_metadata(values or {})
    heading, plain = ("", body) if ending == ".txt" else to_plain(normalise(body))
    text = unwrap(normalise(plain))
    source = Source(text, meta, "front matter", heading, gently=values is not None)
    return {meta.id or default_id: source}


def _json_sources(data: bytes, default_id: str) -> Iterator[tuple[str, Source]]:
    for number, line in enumerate(decode(data).split("\n"), 1):
        row = _row(line)
        if row is None:
            continue
        try:
            meta = read_metadata(row)
        except ArticleError:
            continue
        text = unwrap(normalise(row["text"]))
        yield meta.id or f"{default_id}-{number}", Source(text, meta, "JSON", gently=True)


def _row(line: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and isinstance(row.get("text"), str) else None


def _outside(data: bytes, text: str) -> tuple[str, ...]:
    """Lines that a reader of the page sees and the story does not have."""
    from lxml import etree, html

    from rag.indexing.webpage_lines import page_lines

    is_utf8 = (encoding_of(data, ".html") or "").startswith("UTF-8")
    parser = html.HTMLParser(encoding="utf-8" if is_utf8 else None, remove_comments=True)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError):
        return ()
    kept = Counter(key(line) for line in text.split("\n"))
    outside = []
    for line in page_lines(tree):
        folded = key(line.text)
        if kept[folded]:
            kept[folded] -= 1
        else:
            outside.append(line.text)
    return tuple(outside)

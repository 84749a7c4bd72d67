"""An article as a Markdown file with front matter, from which its text is read back as it was."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from rag.errors import ArticleError
from rag.indexing.lines import normalise
from rag.indexing.markdown import to_plain
from rag.indexing.metadata import split_front_matter
from rag.indexing.readers import decode_text

if TYPE_CHECKING:
    from datetime import datetime

    from rag.records import Article

_MAX_VALUE: Final = 1000  # characters of a title, an outlet, an author
_WRITTEN: Final = ("fetched", "fetched_digest")  # front matter that tells of the fetching
_DIGEST_LENGTH: Final = 16
# What Markdown would take for markup: anywhere, and at the start of a line.
_INLINE: Final = re.compile(
    r"[\\`*\[\]]|<(?=[A-Za-z/!?])|&(?=#?\w)|(?<![^\W_])(?<!_)_++|(?<!_)_++(?![^\W_])"
)
_OPENING: Final = re.compile(
    r"(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|~~~|-[-\s]*$|=+$|[-|:][-|:\s]*$)|\d{1,9}(?=[.)](?:\s|$))",
    re.ASCII,
)


def to_markdown(text: str) -> str:
    """Markdown that `rag.indexing.markdown.to_plain` turns into `text` again.

    Spaces at the ends of lines are not kept.
    """
    plain = normalise("\n".join(line.strip() for line in text.split("\n")))
    marked = "\n".join(map(_marked_line, plain.split("\n")))
    # Texts with endless paragraphs are read as they stand.
    return marked if to_plain(marked)[1] == plain else plain


def _marked_line(line: str) -> str:
    opening = _OPENING.match(line)
    at = opening.end() if opening else 0
    backslash = "\\" if opening else ""
    return line[:at] + backslash + _INLINE.sub(_escaped, line[at:])


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\{character}" for character in found.group())


def render(article: Article, fetched: datetime) -> str:
    """The file of an article; `fetched_digest` in it tells later whether a person changed the file."""
    values: dict[str, Any] = {
        "id": article.id,
        "title": _shortened(article.title),
        "published": article.published,
        "published_origin": article.published_origin if article.published else None,
        "source": _shortened(article.source),
        "url": article.url,
        "language": article.language,
        "author": _shortened(article.author),
    }
    known = {name: value for name, value in values.items() if value}
    body = to_markdown(article.text)
    told = {"fetched": fetched.isoformat(timespec="seconds"), "fetched_digest": digest(known, body)}
    front = yaml.safe_dump(
        known | told, allow_unicode=True, sort_keys=False, default_flow_style=False, width=1 << 20
    )
    return f"---\n{front}---\n\n{body}\n"


def digest(values: dict[str, Any], body: str) -> str:
    """Of all that a fetched file says but when it was fetched."""
    kept = {name: str(value) for name, value in values.items() if name not in _WRITTEN}
    content = json.dumps([sorted(kept.items()), body.strip()], ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()[:_DIGEST_LENGTH]


def untouched_digest(data: bytes) -> str | None:
    """The digest of a file that is still as it was fetched; None of one that a person wrote or changed."""
    try:
        values, body = split_front_matter(decode_text(data))
    except ArticleError:
        return None
    told = (values or {}).get("fetched_digest")
    return told if values and isinstance(told, str) and told == digest(values, body) else None


def _shortened(text: str | None) -> str | None:
    line = " ".join(
        "".join(c if c.isprintable() or c.isspace() else "" for c in text or "").split()
    )
    return line if len(line) <= _MAX_VALUE else f"{line[: _MAX_VALUE - 1]}…"

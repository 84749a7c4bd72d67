"""A conversation as Markdown: answers, quotations, sources. Every text shows literally."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.exporting.records import sources_of
from rag.serving.ui.render import title_of, web_address
from rag.serving.ui.strings import long_date, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.records import Article
    from rag.serving.ui.exporting.records import Quoted, Told

# CommonMark 0.31, section 2.4: a backslash before ASCII punctuation makes it literal.
_SIGNS = re.compile(r"([\\`*_\[\]<>&#|~$!])")
_LINKS = re.compile(r"(?i)(://|www\.|@)")  # GitHub links bare addresses
_STARTS = re.compile(r"^([-+=:]|[0-9]{1,9}[.)])")
_ORDINAL = re.compile(r"^([0-9]{1,9})([.)])")


def markdown(turns: Sequence[Told], language: str, day: date) -> str:
    """The whole file, in the words of `language`; `day` is that of the export."""
    parts = [
        f"# {escaped(tell(language, 'conversation'))}",
        escaped(tell(language, "made", day=long_date(day, language))),
    ]
    for turn in turns:
        parts += _turn(turn, language)
    sources = sources_of(turns)
    if sources:
        parts.append(f"## {escaped(tell(language, 'sources'))}")
        parts.append("\n".join(f"- {_reference(article, language)}" for article in sources))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """One line of text that Markdown shows as it is."""
    line = " ".join(text.encode("utf-8", "replace").decode().replace("\0", " ").split())
    shown = _LINKS.sub(_unlinked, _SIGNS.sub(r"\\\1", line))
    shown = _ORDINAL.sub(r"\1\\\2", shown)
    return _STARTS.sub(r"\\\1", shown) if not _ORDINAL.match(line) else shown


def _unlinked(found: re.Match[str]) -> str:
    return {"@": r"\@", "://": r"\://"}.get(found[0], f"{found[0][:-1]}\\.")


def _turn(turn: Told, language: str) -> list[str]:
    status = escaped(say(language, turn.status))
    parts = [f"## {escaped(turn.question)}", f"*{status}*"]
    parts += [escaped(block) for block in turn.text.split("\n") if block.strip()]
    for quoted in turn.quotes:
        parts.append(_quote(quoted, language))
    return parts


def _quote(quoted: Quoted, language: str) -> str:
    lines = [f"> {escaped(line)}" for line in quoted.quote.split("\n") if line.strip()]
    check = escaped(tell(language, quoted.check))
    last = f"> — \\[{quoted.marker}\\] {_reference(quoted.article, language)} · {check}"
    return "\n>\n".join([*lines, last])


def _reference(article: Article, language: str) -> str:
    outlet = article.source or tell(language, "no_outlet")
    day = article.published
    parts = [
        title_of(article, language),
        outlet,
        long_date(day, language) if day else tell(language, "no_date"),
    ]
    shown = " · ".join(escaped(part) for part in parts)
    url = web_address(article.url)
    return f"{shown} · <{_plain(url)}>" if url else shown


def _plain(url: str) -> str:
    """An address that an autolink can hold: no spaces, no angle brackets, no control characters."""
    return re.sub(r"[\x00-\x20<>\x7f]", lambda c: f"%{ord(c[0]):02X}", url)

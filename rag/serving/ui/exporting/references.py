"""The cited articles as BibTeX and as CSL-JSON.

CSL-JSON: the names of csl-data.json 1.0 (citationstyles.org). BibTeX: entry type misc with year, month and
date, which both the classic styles and biblatex read; text stays UTF-8, as biber and newer BibTeX take it.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rag.serving.ui.render import web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.records import Article

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# BibTeX counts braces even behind a backslash, so an escaped brace must be a command without one.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_URL_KEPT = "/:?#[]@!$&'()*+,;=-._~%"  # RFC 3986; what else an address holds is percent-encoded
_NO_KEY = re.compile(r"[^a-z0-9]+")


def bibtex(articles: Sequence[Article]) -> str:
    """One entry an article; a field that is not known is left out."""
    keys = citation_keys(articles)
    return "\n\n".join(
        _entry(key, article) for key, article in zip(keys, articles, strict=True)
    ) + ("\n" if articles else "")


def csl_json(articles: Sequence[Article]) -> str:
    """A JSON array of items of type article-newspaper."""
    keys = citation_keys(articles)
    items = [_item(key, article) for key, article in zip(keys, articles, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def citation_keys(articles: Iterable[Article]) -> list[str]:
    """A key of ASCII letters, digits and hyphens for each article, all different; made of its id."""
    keys: list[str] = []
    for article in articles:
        plain = unicodedata.normalize("NFKD", article.id).encode("ascii", "ignore").decode().lower()
        key = _NO_KEY.sub("-", plain).strip("-")[:60]
        if not key or key in keys or _NO_KEY.sub("-", article.id.lower()).strip("-") != key:
            digest = hashlib.sha256(article.id.encode("utf-8", "surrogatepass")).hexdigest()
            key = f"{key or 'article'}-{digest[:10]}"
        keys.append(key)
    return keys


def latex_text(text: str) -> str:
    """Text as LaTeX shows it literally, on one line, with balanced braces."""
    return _line(text).translate(_LATEX)


def _entry(key: str, article: Article) -> str:
    day = article.published
    fields = {
        "title": f"{{{latex_text(article.title or article.id)}}}",  # inner braces keep its capitals
        "author": f"{{{latex_text(article.author)}}}" if article.author else "",
        "howpublished": latex_text(article.source or ""),
        "year": f"{day.year:04}" if day else "",
        "date": day.isoformat() if day else "",
        "url": _address(article),
        "language": latex_text(article.language or ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if day:
        lines.append(f"  month = {_MONTHS[day.month - 1]},")
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _item(key: str, article: Article) -> dict[str, Any]:
    day = article.published
    fields: dict[str, Any] = {
        "id": key,
        "type": "article-newspaper",
        "title": _line(article.title or article.id),
        "author": [{"literal": _line(article.author)}] if article.author else None,
        "container-title": _line(article.source or ""),
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": _address(article),
        "language": _line(article.language or ""),
        "archive_location": article.id,
    }
    return {name: value for name, value in fields.items() if value}


def _address(article: Article) -> str:
    """Percent-encoded where it has to be: BibTeX reads the field verbatim, so no escape would work."""
    url = web_address(article.url)
    return quote(url.encode("utf-8", "replace"), safe=_URL_KEPT) if url else ""


def _line(text: str) -> str:
    """On one line, without control characters; marks of direction stay."""
    whole = text.encode("utf-8", "replace").decode()
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in whole)
    return " ".join(shown.split())

"""What an article file says of itself: front matter or JSON names, checked one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml
from frontmatter.default_handlers import YAMLHandler

from rag.errors import ArticleError
from rag.indexing.day import read_day
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_HANDLER = YAMLHandler()
_OPENED = re.compile(r"-{3,}[ \t]*\n[ \t]*[\w-]+[ \t]*:")
_MAX_FRONT_MATTER = 64 * 1024  # characters; a few names and values need a hundredth of it
_MAX_DEPTH = 8  # of nested values; a list of authors has depth 2
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_MAX_ID = 200
_MAX_URL = 2048
_ABSENT = ("", "~", "null")
# How people write into a file that they do not know; compared folded.
_NOT_KNOWN = frozenset(
    map(
        fold_text,
        (
            *("غير معروف", "غير معروفة", "مجهول", "unknown", "not known", "n/a", "неизвестен"),
            *("неизвестно", "inconnu", "inconnue", "bilinmiyor", "unbekannt", "desconocido"),
            *("نامعلوم", "-", "?"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Checked values; None or "" where the file gives none. `ignored` says what was left out and why."""

    id: str | None = None
    title: str = ""
    published: date | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    ignored: tuple[str, ...] = ()


def split_front_matter(text: str) -> tuple[dict[str, Any] | None, str]:
    """`(values, body)`; values None where the text begins with no front matter.

    Every value is a string, list or mapping: YAML's guesses at numbers, booleans and dates are not
    made (``id: 0012`` stays "0012"), no object is built, and aliases are refused.

    Raises:
        ArticleError: the front matter is not closed, not YAML, not a mapping, or abusive.
    """
    if not _HANDLER.detect(text):
        return None, text
    try:
        block, body = _HANDLER.split(text)
    except ValueError:
        if not _OPENED.match(text):
            return None, text
        raise ArticleError("front matter has no closing line; end it with a line of ---") from None
    if not _OPENED.match(text) and ":" not in block:
        return None, text  # two rules (---) around a text, not front matter
    values = _load(block)
    if values is None:
        return {}, body
    if not isinstance(values, dict):
        raise ArticleError(
            f"front matter is a {_kind(values)}, expected lines of 'name: value'; correct it"
        )
    return values, body


def _load(block: str) -> Any:  # noqa: ANN401 - whatever the YAML holds
    if len(block) > _MAX_FRONT_MATTER:
        raise ArticleError(
            f"front matter has {len(block)} characters, expected at most {_MAX_FRONT_MATTER}; shorten it"
        )
    try:
        _refuse_abuse(block)
        return _HANDLER.load(block, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ArticleError(
            f"front matter is not valid YAML ({_yaml_reason(error)}); correct it"
        ) from error


def _refuse_abuse(block: str) -> None:
    depth = 0
    for event in yaml.parse(block, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ArticleError("front matter uses YAML aliases (*name); write the values out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise ArticleError(
                f"front matter is nested deeper than {_MAX_DEPTH} levels; flatten it"
            )


def _yaml_reason(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or "unreadable"
    mark = getattr(error, "problem_mark", None)
    return f"{problem}, line {mark.line + 1}" if mark else str(problem)


def read_metadata(values: Mapping[str, Any]) -> Metadata:
    """The values an article can have; other names are passed over.

    Raises:
        ArticleError: `id` is empty or no text.
    """
    ignored: list[str] = []
    return Metadata(
        id=_id(values["id"]) if "id" in values else None,
        title=_text(values, "title", ignored) or "",
        published=_published(values.get("published"), ignored),
        source=_known(_text(values, "source", ignored)),
        url=_url(_text(values, "url", ignored), ignored),
        language=_language(_text(values, "language", ignored), ignored),
        author=_known(_author(values, ignored)),
        ignored=tuple(ignored),
    )


def _id(value: object) -> str:
    text = (
        str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else None
    )
    if text is None:
        raise ArticleError(f"id is a {_kind(value)}, expected a text or a whole number; correct it")
    if text in _ABSENT:
        raise ArticleError("id is empty; give it a value or leave the line out")
    if len(text) > _MAX_ID or not text.isprintable():
        raise ArticleError(
            f"id has control characters or more than {_MAX_ID} characters; give it a shorter, plain one"
        )
    return text


def _published(value: object, ignored: list[str]) -> date | None:
    if value is None or (isinstance(value, str) and value.strip() in _ABSENT):
        return None
    day = read_day(value)
    if day is None and not (isinstance(value, str) and fold_text(value.strip()) in _NOT_KNOWN):
        ignored.append(
            f"published: {_shorten(str(value))!r} is no certain day; write it like 2020-03-23"
        )
    return day


def _text(values: Mapping[str, Any], name: str, ignored: list[str]) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        ignored.append(f"{name}: a {_kind(value)} where a text was expected")
        return None
    text = _one_line(str(value))
    return None if text in _ABSENT else text


def _known(text: str | None) -> str | None:
    return None if text is None or fold_text(text) in _NOT_KNOWN else text


def _author(values: Mapping[str, Any], ignored: list[str]) -> str | None:
    value = values.get("author")
    if not isinstance(value, list):
        return _text(values, "author", ignored)
    names = [_one_line(name) for name in value if isinstance(name, str) and name.strip()]
    if len(names) < len(value):
        ignored.append("author: entries that are no names")
    return ", ".join(names) or None


def _url(value: str | None, ignored: list[str]) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and len(value) <= _MAX_URL
    except ValueError:
        good = False
    if good and not re.search(r"[\s<>\"]", value):
        return value
    ignored.append(f"url: {_shorten(value)!r} is no http or https address")
    return None


def _language(value: str | None, ignored: list[str]) -> str | None:
    match = _LANGUAGE.fullmatch(value or "")
    if value and not match:
        ignored.append(f"language: {_shorten(value)!r} is no code like 'ar'")
    return match[1].lower() if match else None


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def _shorten(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _kind(value: object) -> str:
    names = {
        dict: "mapping",
        list: "list",
        str: "text",
        bool: "yes/no value",
        int: "number",
        float: "number",
    }
    return names.get(type(value), "null" if value is None else type(value).__name__)

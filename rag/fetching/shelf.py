"""Where fetched articles are kept: one Markdown file each, and no file of a person's ever replaced."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import unquote

import httpx

from rag.errors import ArticleError, CorpusError
from rag.fetching.markdown import render, untouched_digest
from rag.indexing.metadata import split_front_matter
from rag.indexing.readers import MAX_ARTICLE_BYTES, decode_text, iter_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.records import Article

Outcome = Literal["saved", "updated", "unchanged", "kept"]
_TEXTS: Final = frozenset({".md", ".markdown", ".txt"})
_NAME_BYTES: Final = 120  # file systems allow 255, with an ending and a number
_PAGE_ENDING: Final = re.compile(r"\.(?:html?|php|aspx?|jsp|shtml)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article: `path` is its file. "kept" is a file that a person wrote or changed."""

    outcome: Outcome
    path: Path


class Shelf:
    """The corpus folder as fetching sees it: which addresses and ids it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_url: dict[str, Path] = {}
        self._ids: set[str] = set()
        for path in _article_files(folder):
            default = path.relative_to(folder).with_suffix("").as_posix()
            for values in _front_matters(path):
                self._note(values, default, path)

    def put(self, article: Article) -> Kept:
        """Save the article, whose `id` is chosen here, under its `url`.

        Raises:
            CorpusError: the folder can't be written.
        """
        assert article.url is not None
        path = self._by_url.get(url_key(article.url))
        try:
            kept = self._refresh(article, path) if path else self._add(article)
        except OSError as error:
            raise CorpusError(
                f"can't write to {self._folder}: {error.strerror}; correct that, or name a folder with --corpus"
            ) from None
        self._by_url[url_key(article.url)] = kept.path
        return kept

    def _note(self, values: dict[str, Any], default: str, path: Path) -> None:
        told, url = values.get("id"), values.get("url")
        self._ids.add((str(told) if told else default).casefold())
        if isinstance(url, str) and url.strip():
            self._by_url.setdefault(url_key(url.strip()), path)

    def _refresh(self, article: Article, path: Path) -> Kept:
        old = path.read_bytes()
        before = untouched_digest(old) if path.suffix == ".md" else None
        if before is None:
            return Kept("kept", path)
        values, _ = split_front_matter(decode_text(old))
        new = _file(article, str((values or {}).get("id", path.stem)))
        if untouched_digest(new) == before:
            return Kept("unchanged", path)
        with _temporary(path, new) as temporary:
            temporary.replace(path)
        return Kept("updated", path)

    def _add(self, article: Article) -> Kept:
        assert article.url is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        base = name_of(article.url)
        for number in count(1):
            key = base if number == 1 else f"{base}-{number}"
            path = self._folder / f"{key}.md"
            if key.casefold() in self._ids or path.exists():
                continue
            with _temporary(path, _file(article, key)) as temporary:
                try:
                    _publish(temporary, path)
                except FileExistsError:
                    continue  # written by somebody in the meantime
            self._ids.add(key.casefold())
            return Kept("saved", path)
        raise AssertionError


def name_of(url: str) -> str:
    """A file's name for an address: its host and path, in the letters that readers see."""
    parsed = httpx.URL(url)
    path = _PAGE_ENDING.sub("", unquote(parsed.path)).strip("/")
    query = unquote(parsed.query.decode("ascii", "replace"))
    whole = f"{parsed.host.removeprefix('www.')} {path} {query}".casefold()
    words = re.findall(r"[\w.]+", unicodedata.normalize("NFC", whole))
    return _cut("-".join(w for word in words if (w := word.strip("._"))))


def _cut(name: str) -> str:
    """At most so many bytes of the name; of a longer one the beginning and a half its end."""
    encoded = name.encode("utf-8", "replace")
    if len(encoded) <= _NAME_BYTES:
        return name
    half = _NAME_BYTES // 2
    first, last = encoded[: half - 1], encoded[-half:]
    return f"{first.decode('utf-8', 'ignore')}-{last.decode('utf-8', 'ignore')}".replace("--", "-")


def url_key(url: str) -> str:
    """What two spellings of one address share: neither scheme nor www, slash nor fragment tells them apart."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return url
    port = f":{parsed.port}" if parsed.port else ""
    query = parsed.query.decode("ascii", "replace")
    return f"{parsed.host.removeprefix('www.')}{port}{parsed.path.rstrip('/')}?{query}"


def _article_files(folder: Path) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise CorpusError(f"{folder} is a file, expected a folder; name another with --corpus")
    try:
        return iter_files(folder)
    except CorpusError:  # missing, or without articles: the first ones come now
        return []


def _front_matters(path: Path) -> Iterator[dict[str, Any]]:
    """What the articles of a file tell of themselves; nothing of a file that can't be read."""
    try:
        if path.suffix.lower() == ".jsonl":
            yield from _json_lines(path)
        elif path.suffix.lower() in _TEXTS and path.stat().st_size <= MAX_ARTICLE_BYTES:
            yield split_front_matter(decode_text(path.read_bytes()))[0] or {}
        else:
            yield {}
    except (OSError, ArticleError):
        yield {}


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(row, dict):
                yield row


def _file(article: Article, key: str) -> bytes:
    text = render(dataclasses.replace(article, id=key), datetime.now(UTC))
    return text.encode("utf-8", "replace")


@contextmanager
def _temporary(path: Path, data: bytes) -> Iterator[Path]:
    """A file beside `path` with the data, safe on the disk; gone at the end if it was not renamed."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _publish(temporary: Path, path: Path) -> None:
    """Give the file its name, never in place of another file. Raises FileExistsError."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with path.open("xb") as file:
            file.write(temporary.read_bytes())

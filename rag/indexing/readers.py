"""Article files of a folder to `Article`s: which files there are, and what each one holds.

One reader a format, chosen by the file's ending; whatever a reader finds goes through `build_article`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ArticleError, CorpusError
from rag.indexing.building import build_article, build_from_draft
from rag.indexing.decode import decode
from rag.indexing.lines import normalise, unwrap
from rag.indexing.markdown import to_plain
from rag.indexing.metadata import Metadata, read_metadata, split_front_matter
from rag.indexing.parser_process import parse_apart
from rag.indexing.parsers import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.records import Article

MAX_ARTICLE_BYTES = (
    20 * 1024**2
)  # fifty novels; a bigger file is a dump that landed here by mistake
MAX_PICTURES_BYTES = 100 * 1024**2  # of a PDF or Word file, most of which is pictures
MAX_LINES_BYTES = 1024**3  # of a .jsonl file, which holds many articles and is read whole


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one file held: its articles, and `(place, reason)` of each part that can't be read.

    `notes` tells what was passed over in articles that were read (an address that is none).
    """

    articles: tuple[Article, ...]
    refused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def iter_files(corpus: Path) -> list[Path]:
    """Article files under `corpus`, in the order of their relative paths.

    Hidden files and folders, every README.md, links to folders and links out of the corpus are
    passed over.

    Raises:
        CorpusError: the folder is missing, no folder, unreadable, or holds no article file.
    """
    if not corpus.exists():
        raise CorpusError(f"no folder {corpus}; name a folder of articles, or set SHAWAHID_CORPUS")
    if not corpus.is_dir():
        raise CorpusError(f"{corpus} is a file, expected a folder of articles; name its folder")
    root = corpus.resolve()
    found = [path for path in _walk(corpus) if _is_article_file(path, root)]
    if not found:
        endings = ", ".join(sorted(_READERS))
        raise CorpusError(f"no article file in {corpus}; put files there that end in {endings}")
    return sorted(found, key=lambda path: path.relative_to(corpus).as_posix())


def _walk(corpus: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        # Passing over a folder would drop its articles from the index.
        raise CorpusError(
            f"can't list {error.filename}: {error.strerror}; allow reading it, or move it away"
        )

    paths: list[Path] = []
    for folder, folders, files in os.walk(corpus, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [Path(folder, name) for name in files if not name.startswith(".")]
    return paths


def _is_article_file(path: Path, root: Path) -> bool:
    if path.suffix.lower() not in _READERS or path.name.lower() == "readme.md":
        return False
    try:
        return path.is_file() and path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads round in a circle
        return False


def readable_endings() -> tuple[str, ...]:
    """The endings of files that there is a reader for, with their dots, sorted."""
    return tuple(sorted(_READERS))


def read_file(path: Path, corpus: Path) -> ReadResult:
    """The articles of one file under `corpus`; ids default to the relative path without ending.

    Raises:
        ArticleError: nothing of the file can be read; the message is one line, reason and remedy,
            without the file's name.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        endings = ", ".join(sorted(_READERS))
        raise ArticleError(f"ends in {path.suffix!r}, expected one of {endings}; convert it")
    return reader(_load(path), _default_id(path, corpus))


def _load(path: Path) -> bytes:
    limits = {".jsonl": MAX_LINES_BYTES, ".pdf": MAX_PICTURES_BYTES, ".docx": MAX_PICTURES_BYTES}
    limit = limits.get(path.suffix.lower(), MAX_ARTICLE_BYTES)
    try:
        if not path.is_file():
            raise ArticleError("is no ordinary file, or gone; put an article there")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ArticleError(f"can't be read: {error.strerror}; correct that or remove it") from error
    if len(data) > limit:
        raise ArticleError(f"has more than {limit // 1024**2} MB; split it into articles")
    return data


def _default_id(path: Path, corpus: Path) -> str:
    name = path.relative_to(corpus).with_suffix("").as_posix()
    if not name.isprintable():
        raise ArticleError("has a name with unprintable characters; rename it")
    return name


def _read_text(data: bytes, default_id: str) -> ReadResult:
    values, body = split_front_matter(decode_text(data))
    meta = read_metadata(values or {})
    text = unwrap(normalise(body))
    return _one(build_article(text, meta, default_id, gently=values is not None), meta)


def _read_markdown(data: bytes, default_id: str) -> ReadResult:
    values, body = split_front_matter(decode_text(data))
    meta = read_metadata(values or {})
    heading, plain = to_plain(normalise(body))
    text = unwrap(normalise(plain))
    return _one(
        build_article(text, meta, default_id, heading=heading, gently=values is not None), meta
    )


def _read_json_lines(data: bytes, default_id: str) -> ReadResult:
    articles: list[Article] = []
    refused: list[tuple[str, str]] = []
    notes: list[str] = []
    for number, line in enumerate(_json_lines(data), 1):
        if not line.strip():
            continue
        place = f"{default_id}.jsonl, line {number}"
        try:
            article, meta = _from_json(line, f"{default_id}-{number}")
        except ArticleError as error:
            refused.append((place, str(error)))
        else:
            articles.append(article)
            notes += [f"line {number}: ignored {what}" for what in meta.ignored]
    if not articles and not refused:
        raise ArticleError("holds no text; put one article on each line or remove it")
    return ReadResult(tuple(articles), tuple(refused), tuple(notes))


def _read_parsed(ending: str) -> Callable[[bytes, str], ReadResult]:
    def read(data: bytes, default_id: str) -> ReadResult:
        return _one(*build_from_draft(parse_apart(ending, data), default_id))

    return read


def _json_lines(data: bytes) -> list[bytes]:
    # UTF-8 line by line, so that one broken line costs one article; with a mark of UTF-16, as a whole.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = decode(data).encode("utf-8", "surrogatepass")
    return data.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _from_json(line: bytes, default_id: str) -> tuple[Article, Metadata]:
    if len(line) > MAX_ARTICLE_BYTES:
        raise ArticleError(f"has more than {MAX_ARTICLE_BYTES // 1024**2} MB; split it")
    try:
        values: Any = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        reason = str(error).split("\n", 1)[0]
        raise ArticleError(f"is not JSON in UTF-8 ({reason}); correct it") from error
    if not isinstance(values, dict) or not isinstance(values.get("text"), str):
        raise ArticleError('is no JSON object with a "text"; correct it')
    meta = read_metadata(values)
    text = unwrap(normalise(values["text"]))
    return build_article(text, meta, default_id, gently=True), meta


def decode_text(data: bytes) -> str:
    """`decode`, with line breaks as front matter and Markdown expect them."""
    return decode(data).replace("\r\n", "\n").replace("\r", "\n")


def _one(article: Article, meta: Metadata) -> ReadResult:
    return ReadResult((article,), notes=tuple(f"ignored {what}" for what in meta.ignored))


_READERS: dict[str, Callable[[bytes, str], ReadResult]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".jsonl": _read_json_lines,
    **{ending: _read_parsed(ending) for ending in ENDINGS},
}

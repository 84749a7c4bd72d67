"""An article as rows: what filters ask for as numbers, the rest as JSON, in pieces where it is long."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import StoreError
from rag.records import Article, DateMention
from rag.store.milvus.collections import MOST_STEMS, MOST_TEXT, NOTHING, filterable
from rag.store.milvus.connection import code
from rag.store.schema import to_day, to_iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.records import Chunk
    from rag.store.milvus.connection import Row

    Told = tuple[Article, tuple[DateMention, ...]]

_PIECE_CHARACTERS = 16_000  # at most four bytes each
FIELDS = ("article", "body", "parts")


def article_row(
    key: int, article: Article, file: str, mentions: Iterable[DateMention], born: int
) -> tuple[Row, list[str]]:
    """The row of an article without its signature, and the further pieces of its body."""
    body = json.dumps(_packed(article, mentions), ensure_ascii=False)
    pieces = [body[at : at + _PIECE_CHARACTERS] for at in range(0, len(body), _PIECE_CHARACTERS)]
    row = {
        "article": key,
        "born": born,
        "id": article.id,
        "digest": article.digest,
        "file": file,
        "body": pieces[0],
        "parts": len(pieces) - 1,
        "signature": "",
        "nothing": NOTHING,
        **filterable(article),
    }
    return row, pieces[1:]


@dataclass(slots=True)
class New:
    """An article of an epoch at work: its id, what of its row is still needed, and its signature."""

    id: str
    row: Row
    signature: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))


def chunk_row(
    key: int, sentences: Sequence[int], stride: int, chunk: Chunk, stems: Sequence[str], *, full_text: bool
) -> Row:  # fmt: skip
    """The row of a chunk without its vector; `sentences` are the keys of its sentences, `stride` apart.

    Raises:
        StoreError: it is larger than a row can be.
    """
    text = " ".join(stems)
    codes = sorted({code(stem) for stem in stems})
    if len(text.encode()) > MOST_TEXT or len(codes) > MOST_STEMS:
        raise StoreError(
            f"a chunk of {chunk.article_id!r} has {len(stems)} words, more than a row of Milvus holds; "
            "set SHAWAHID_CHUNK_TOKENS lower"
        )
    row: Row = {
        "key": key,
        "start": chunk.start,
        "stop": chunk.end,
        "first": sentences[0] if sentences else 0,
        "stride": stride,
        "sentences": json.dumps([(s.start, s.end) for s in chunk.sentences]),
        "stems": text,
    }
    return row if full_text else row | {"codes": codes}


def part_name(key: int, number: int) -> str:
    """Name of the fact that holds a further piece of a body."""
    return f"{key}.{number}"


def unpacked(pieces: Iterable[str]) -> Told:
    """Back from the pieces of a body."""
    data = json.loads("".join(pieces))
    mentions = tuple(
        DateMention(start, end, to_day(first), to_day(last), certainty)
        for start, end, first, last, certainty in data.pop("mentions")
    )
    return Article(**data | {"published": to_day(data["published"])}), mentions


def _packed(article: Article, mentions: Iterable[DateMention]) -> dict[str, Any]:
    return {
        "id": article.id,
        "text": article.text,
        "title": article.title,
        "published": to_iso(article.published),
        "published_origin": article.published_origin,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "author": article.author,
        "mentions": [
            (m.start, m.end, to_iso(m.first), to_iso(m.last), m.certainty)
            for m in sorted(mentions, key=lambda m: m.start)
        ],
    }


def as_text(numbers: NDArray[Any]) -> str:
    """Numbers of an array, little-endian, as text."""
    return base64.b64encode(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()).decode()


def as_numbers(text: str, kind: str) -> NDArray[Any]:
    """Back from `as_text`; `kind` is numpy's name of the type, little-endian."""
    return np.frombuffer(base64.b64decode(text), kind)

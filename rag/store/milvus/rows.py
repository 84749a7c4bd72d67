"""Rows on their way in, and what a sync reads of those already there."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rag.store.milvus import facts
from rag.store.milvus.collections import COMMON
from rag.store.milvus.texts import as_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.store.milvus.collections import Collections
    from rag.store.milvus.connection import Connection, Row
    from rag.store.milvus.record import Record

_SENT_TOGETHER = 500  # rows
_DEAD_TOGETHER = 20  # articles whose chunks are read at once
_ARTICLES_TOGETHER = 4_000
_BODIES_TOGETHER = 200
STRONG = "Strong"


class Live(NamedTuple):
    """What a sync knows of an article in the index."""

    key: int
    digest: str
    file: str
    language: int  # its code


class Buffers:
    """Gives keys in order and sends rows in batches. With several writers, each gives every n-th key."""

    def __init__(
        self, connection: Connection, own: Collections, first: dict[str, int], share: tuple[int, int] = (0, 1)
    ) -> None:  # fmt: skip
        self._connection, self._own = connection, own
        number, self.stride = share
        self.next = {kind: key + number for kind, key in first.items()}
        self._waiting: dict[str, list[Row]] = {kind: [] for kind in first}

    def next_key(self, kind: str) -> int:
        """A key that no other row of this kind has."""
        key = self.next[kind]
        self.next[kind] = key + self.stride
        return key

    def add(self, kind: str, row: Row) -> None:
        """Send a row, soon."""
        rows = self._waiting[kind]
        rows.append(row)
        if len(rows) >= _SENT_TOGETHER:
            self._send(kind)

    def flush(self) -> None:
        """Send what waits."""
        for kind in self._waiting:
            self._send(kind)

    def _send(self, kind: str) -> None:
        rows, self._waiting[kind] = self._waiting[kind], []
        if rows:
            self._connection.insert(getattr(self._own, kind), rows)

    @staticmethod
    def live(row: Row) -> Live:
        """What a later step of the sync needs to know of an article's row."""
        return Live(row["article"], row["digest"], row["file"], row["language"])


def dead_articles(known: facts.Facts, record: Record, level: str) -> list[int]:
    """Keys of the articles that the sync of a record replaced or removed."""
    names = [f"{record.epoch}.{number}" for number in range(record.dead)]
    pieces = known.values(facts.DEAD, names, level)
    return [int(key) for name in names for key in as_numbers(pieces[name], "<i8")]


def in_force(record: Record, dead: Sequence[int]) -> str:
    """The expression for the rows that a record lets see."""
    seen = f"born <= {record.epoch}"
    return f"{seen} and article not in [{','.join(map(str, dead))}]" if dead else seen


def live_articles(
    connection: Connection, own: Collections, record: Record, known: facts.Facts
) -> dict[str, Live]:
    """Article id -> what is known of it, for the articles in force."""
    dead = set(dead_articles(known, record, STRONG))
    moved = known.all(facts.FILE, record.next["facts"], STRONG)
    fields = ("article", "id", "digest", "file", "language")
    found: dict[str, Live] = {}
    for row in chain.from_iterable(article_rows(connection, own, record, fields)):
        if row["article"] not in dead:
            key = int(row["article"])
            file = moved.get(str(key)) or str(row["file"])
            found[row["id"]] = Live(key, row["digest"], file, int(row["language"]))
    return found


def signatures(
    connection: Connection, own: Collections, record: Record, alive: dict[int, str]
) -> Iterator[tuple[int, str, NDArray[np.uint32]]]:
    """Key, id and signature of the articles in force before a sync."""
    rows = article_rows(connection, own, record, ("article", "signature"))
    for row in chain.from_iterable(rows):
        key = int(row["article"])
        if key in alive:
            yield key, alive[key], as_numbers(row["signature"], "<u4")


def stems_of(
    connection: Connection, own: Collections, articles: Sequence[int]
) -> Iterator[tuple[list[str], int]]:
    """Stems and number of sentences of every chunk of these articles."""
    for at in range(0, len(articles), _DEAD_TOGETHER):
        part = articles[at : at + _DEAD_TOGETHER]
        for row in connection.rows_of(own.chunks, "article", part, ("stems", "sentences"), STRONG):
            yield row["stems"].split(" ") if row["stems"] else [], len(json.loads(row["sentences"]))


def article_rows(
    connection: Connection,
    own: Collections,
    record: Record,
    fields: Sequence[str],
    also: str = "",
    level: str = STRONG,
) -> Iterator[list[Row]]:
    """Rows of the articles that a record lets see, the dead among them, a window of keys at a time."""
    last = record.next["articles"]
    # bodies of 64 KB each must fit into one message
    together = _BODIES_TOGETHER if "body" in fields else _ARTICLES_TOGETHER
    visible = f"born <= {record.epoch}" + (f" and {also}" if also else "")
    for at in range(0, last, together):
        keys = f"article >= {at} and article < {min(at + together, last)}"
        yield connection.rows(own.articles, f"{keys} and {visible}", fields, level)


def new_articles(
    connection: Connection, own: Collections, epoch: int, first: int, last: int
) -> Iterator[Row]:
    """Rows, without bodies, of the articles that an epoch wrote under keys in [first, last)."""
    fields = ("article", "id", "digest", "file", "signature", *COMMON)
    for at in range(first, last, _ARTICLES_TOGETHER):
        keys = f"article >= {at} and article < {min(at + _ARTICLES_TOGETHER, last)}"
        yield from connection.rows(own.articles, f"{keys} and born == {epoch}", fields, STRONG)


def new_chunks(
    connection: Connection, own: Collections, epoch: int, first: int, last: int
) -> Iterator[tuple[int, list[str], int]]:
    """Article, stems and number of sentences of the chunks that an epoch wrote under keys in [first, last)."""
    for at in range(first, last, _ARTICLES_TOGETHER):
        keys = f"key >= {at} and key < {min(at + _ARTICLES_TOGETHER, last)} and born == {epoch}"
        for row in connection.rows(own.chunks, keys, ("article", "stems", "sentences"), STRONG):
            stems = row["stems"].split(" ") if row["stems"] else []
            yield int(row["article"]), stems, len(json.loads(row["sentences"]))

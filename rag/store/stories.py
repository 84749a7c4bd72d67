"""Which articles are copies of one story: MinHash signatures, banded, as SQLite rows.

Articles are alike when their signatures agree in a share of places that estimates the Jaccard similarity of
what was hashed (Broder 1997); candidates are those that agree in a whole band (locality-sensitive hashing,
Indyk & Motwani 1998). A story is what hangs together by alike pairs, so that it does not depend on the order
in which its articles came. Libraries keep their bands in memory or pickled; rows change with the generation.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from numpy.typing import NDArray

BAND_ROWS = 3  # at 42 bands, articles that agree in .4 of the places meet with probability .94, in .5 with .997
LEAST_ALIKE = 0.4  # chosen by eval/measure_duplicates.py
# Texts of one band that a text is compared with, so that thousands of pages of one make cost no more than a
# few; which ones, their hashes decide. Stories with more texts than this may depend on the order of syncs.
_MOST_COMPARED = 64
_BATCH = 500  # SQLite's oldest limit of variables in a statement is 999


class Stories:
    """The stories of one generation's articles. Changes count from `settle` on.

    Texts stand for articles here: those with one signature share a key, the signature's hash.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._new: set[int] = set()  # articles signed since the last `settle`
        self._waiting: set[int] = set()  # keys of texts whose story may have changed since

    def sign(self, article: int, signature: NDArray[np.uint32]) -> None:
        """Keep the signature of an article's key; all signatures of an index have one length."""
        blob = signature.astype("<u4").tobytes()
        key = _hash(blob)
        cursor = self._db.execute("INSERT OR IGNORE INTO signatures VALUES (?,?)", (key, blob))
        if cursor.rowcount:
            rows = [(band, key) for band in _bands(blob)]
            self._db.executemany("INSERT OR IGNORE INTO bands VALUES (?,?)", rows)
        self._db.execute("INSERT INTO signed VALUES (?,?,NULL)", (article, key))
        self._new.add(article)
        self._waiting.add(key)

    def restore(self, article: int, signature: NDArray[np.uint32], story: str | None) -> None:
        """Take over an article's key as it was settled elsewhere: nothing about it is new."""
        waiting, new = self._waiting.copy(), self._new.copy()
        self.sign(article, signature)
        self._waiting, self._new = waiting, new
        self._db.execute("UPDATE signed SET story = ? WHERE article = ?", (story, article))

    def forget(self, article: int) -> None:
        """Drop an article's key; unknown ones are passed over."""
        row = self._db.execute("SELECT text FROM signed WHERE article = ?", (article,)).fetchone()
        if row is None:
            return
        key = int(row[0])
        self._waiting |= self._texts_with(key)
        self._db.execute("DELETE FROM signed WHERE article = ?", (article,))
        if not self._column("SELECT 1 FROM signed WHERE text = ? LIMIT 1", key):
            bands = [(band, key) for band in _bands(self._signatures({key})[key])]
            self._db.executemany("DELETE FROM bands WHERE band = ? AND text = ?", bands)
            self._db.execute("DELETE FROM signatures WHERE text = ?", (key,))
            self._waiting.discard(key)
        self._new.discard(article)

    def settle(self) -> list[tuple[str, ...]]:
        """Group anew what changed; returns the ids of each story with a new copy, in order."""
        groups = _Groups()
        for key in sorted(self._waiting):
            groups.add(key)
            signature = self._signatures({key})[key]
            others = {o for o in self._candidates(signature) if not groups.joined(key, o)}
            for other in self._alike(signature, others):
                groups.join(key, other)
                for member in self._texts_with(other) - self._waiting:
                    groups.join(other, member)
        found = [self._keep(group) for group in groups.all()]
        told = [tuple(ids) for ids, keys in found if len(ids) > 1 and keys & self._new]
        self._new, self._waiting = set(), set()
        return sorted(told)

    def by_article(self) -> dict[str, str]:
        """Article id -> id of its story, which is the least of its articles' ids; lone articles left out."""
        query = "SELECT a.id, s.story FROM signed s JOIN articles a ON a.key = s.article WHERE s.story IS NOT NULL"
        return dict(self._db.execute(query))

    def count(self) -> int:
        """Number of stories, lone articles included."""
        query = "SELECT count(*), count(story), count(DISTINCT story) FROM signed"
        articles, copies, shared = self._db.execute(query).fetchone()
        return int(articles - copies + shared)

    def _candidates(self, signature: bytes) -> set[int]:
        query = "SELECT text FROM bands WHERE band = ? ORDER BY text LIMIT ?"
        return {
            int(row[0])
            for band in _bands(signature)
            for row in self._db.execute(query, (band, _MOST_COMPARED))
        }

    def _alike(self, signature: bytes, others: set[int]) -> list[int]:
        own = np.frombuffer(signature, "<u4")
        found = self._signatures(others)
        matrix = np.frombuffer(b"".join(found.values()), "<u4").reshape(-1, len(own))
        shares = (matrix == own).mean(axis=1)
        return [key for key, share in zip(found, shares, strict=True) if share >= LEAST_ALIKE]

    def _signatures(self, keys: set[int]) -> dict[int, bytes]:
        return dict(self._rows("SELECT text, signature FROM signatures WHERE text IN ({})", keys))

    def _texts_with(self, key: int) -> set[int]:
        """Keys of all texts in the story of one, as last settled; that one where it has none."""
        story = self._column("SELECT story FROM signed WHERE text = ? LIMIT 1", key)
        return {key, *self._column("SELECT DISTINCT text FROM signed WHERE story = ?", *story)}

    def _keep(self, group: set[int]) -> tuple[list[str], set[int]]:
        """Store a group of texts as one story; returns the ids of its articles in order, and their keys."""
        query = "SELECT s.article, a.id FROM signed s JOIN articles a ON a.key = s.article WHERE s.text IN ({})"
        articles: dict[int, str] = dict(self._rows(query, group))
        ids = sorted(articles.values())
        story = ids[0] if len(ids) > 1 else None
        rows = [(story, article) for article in articles]
        self._db.executemany("UPDATE signed SET story = ? WHERE article = ?", rows)
        return ids, set(articles)

    def _column(self, query: str, *values: Any) -> list[Any]:  # noqa: ANN401 - what SQLite holds
        return [row[0] for row in self._db.execute(query, values)]

    def _rows(self, query: str, keys: set[int]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query with `{}` for the keys, a batch of them at a time, in the keys' order."""
        ordered = sorted(keys)
        for at in range(0, len(ordered), _BATCH):
            part = ordered[at : at + _BATCH]
            yield from self._db.execute(query.format(",".join("?" * len(part))), part).fetchall()


def _bands(signature: bytes) -> list[int]:
    """A 64-bit hash of each band, which tells its place too."""
    width = 4 * BAND_ROWS
    parts = [signature[at : at + width] for at in range(0, len(signature), width)]
    return [_hash(part, number) for number, part in enumerate(parts)]


def _hash(data: bytes, salt: int = 0xFFFF) -> int:
    """64 bits, as SQLite's integers are."""
    digest = hashlib.blake2b(data, digest_size=8, salt=salt.to_bytes(2, "little")).digest()
    return int.from_bytes(digest, "little", signed=True)


class _Groups:
    """Union-find (Galler & Fischer 1964) over keys."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def add(self, key: int) -> None:
        self._above.setdefault(key, key)

    def _top(self, key: int) -> int:
        self.add(key)
        while self._above[key] != key:
            self._above[key] = self._above[self._above[key]]
            key = self._above[key]
        return key

    def joined(self, one: int, other: int) -> bool:
        return other in self._above and self._top(one) == self._top(other)

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._top(one), self._top(other)))
        self._above[second] = first

    def all(self) -> list[set[int]]:
        groups: dict[int, set[int]] = {}
        for key in self._above:
            groups.setdefault(self._top(key), set()).add(key)
        return list(groups.values())

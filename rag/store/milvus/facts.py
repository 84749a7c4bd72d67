"""Small things with a name, in versions: document frequencies, stories, backgrounds, long texts.

A reader takes of each name the version of the latest epoch that it may see. Names stand in expressions as
numbers (`connection.code`); the name itself is kept beside, and compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.store.milvus.collections import NOTHING
from rag.store.milvus.connection import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.store.milvus.connection import Connection, Row

WINDOW = 8_000  # keys looked at together; below what a server returns at once
_FIELDS = ("key", "code", "name", "born", "value")
# kinds; a name is the kind, a colon and what it is a fact of
FREQUENCY, STORY, BACKGROUND, FILE, BODY, DEAD = "f", "s", "b", "m", "t", "d"


class Fact(NamedTuple):
    """One version."""

    key: int
    name: str
    born: int
    value: str


def row(key: int, name: str, born: int, value: str) -> Row:
    """A fact as a row."""
    return {
        "key": key,
        "kind": ord(name[0]),
        "code": code(name),
        "name": name,
        "born": born,
        "value": value,
        "nothing": NOTHING,
    }


class Facts:
    """The facts of one generation, as an epoch sees them."""

    def __init__(self, connection: Connection, collection: str, epoch: int) -> None:
        self._connection, self._collection, self._epoch = connection, collection, epoch

    def values(self, kind: str, names: Sequence[str], level: str) -> dict[str, str]:
        """Name -> value of those that are known."""
        wanted = {f"{kind}:{name}" for name in names}
        codes = sorted({code(name) for name in wanted})
        rows = self._connection.rows_of(
            self._collection, "code", codes, _FIELDS, level, f"born <= {self._epoch}"
        )
        found = (_fact(r) for r in rows)
        return _latest(kind, (fact for fact in found if fact.name in wanted))

    def all(self, kind: str, last: int, level: str) -> dict[str, str]:
        """Name -> value of every fact of a kind; `last` is the next key of facts."""
        return _latest(kind, self._between(0, last, level, f" and kind == {ord(kind)}"))

    def _between(self, first: int, last: int, level: str, also: str = "") -> Iterator[Fact]:
        for at in range(first, last, WINDOW):
            end = min(at + WINDOW, last)
            keys = f"key >= {at} and key < {end} and born <= {self._epoch}{also}"
            for found in self._connection.rows(self._collection, keys, _FIELDS, level):
                yield _fact(found)

    def superseded(self, first: int, last: int) -> list[int]:
        """Keys of versions that those with a key in [first, last) have replaced."""
        newer = {code(fact.name): fact for fact in self._between(first, last, "Strong")}
        rows = self._connection.rows_of(
            self._collection, "code", sorted(newer), _FIELDS, "Strong", f"key < {first}"
        )
        older = (_fact(r) for r in rows)
        return [fact.key for fact in older if fact.name == newer[code(fact.name)].name]


def _fact(found: Row) -> Fact:
    return Fact(int(found["key"]), found["name"], int(found["born"]), found["value"])


def _latest(kind: str, facts: Iterable[Fact]) -> dict[str, str]:
    newest: dict[str, Fact] = {}
    for fact in facts:
        known = newest.get(fact.name)
        if known is None or fact.born > known.born:
            newest[fact.name] = fact
    return {name.removeprefix(f"{kind}:"): fact.value for name, fact in newest.items()}

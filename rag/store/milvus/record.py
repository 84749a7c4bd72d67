"""The record in force: a row of its own, written last, that says what readers see."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from rag.errors import IndexDamagedError, IndexForeignError, IndexMismatchError, IndexMissingError
from rag.store.manifest import PROGRAM, REBUILD, Manifest
from rag.store.milvus.collections import MOST_TEXT, NOTHING, Collections, create_records, names

if TYPE_CHECKING:
    from rag.store.milvus.connection import Connection

FORMAT = 1  # of what is kept in Milvus; raise it when older programs would misread it
RECORDS = "records"
_KINDS = ("articles", "chunks", "sentences", "facts")


def no_keys() -> dict[str, int]:
    """The next key of each kind where nothing is kept yet."""
    return dict.fromkeys(_KINDS, 0)


@dataclass(frozen=True, slots=True)
class Record:
    """What a reader needs to know of an epoch.

    Rows with a later `born` are of a sync at work; articles named by the `dead` pieces (facts) are
    those that the last sync replaced or removed. `next` and `before` have the next key of each kind,
    after this sync and before it; `tokens` counts the stems of all chunks.
    """

    epoch: int
    generation: int
    manifest: Manifest
    next: dict[str, int]
    before: dict[str, int]
    tokens: int
    dead: int
    languages: tuple[str, ...]
    program: str = PROGRAM
    format: int = FORMAT
    extra: dict[str, Any] = field(default_factory=dict)

    def collections(self, prefix: str) -> Collections:
        """Where its rows are."""
        return names(prefix, self.generation)


def records_collection(prefix: str) -> str:
    """Name of the collection that holds the records."""
    return f"{prefix}_{RECORDS}"


def write_record(connection: Connection, prefix: str, record: Record) -> None:
    """Put an epoch in force: one insert of one row; drop all records but it and the one before."""
    value = json.dumps(asdict(record), ensure_ascii=False)
    if len(value.encode()) > MOST_TEXT:
        raise IndexDamagedError(
            f"the index's record has {len(value)} characters, expected at most {MOST_TEXT} bytes; {REBUILD}"
        )
    collection = records_collection(prefix)
    row = {"epoch": record.epoch, "value": value, "nothing": NOTHING}
    connection.insert(collection, [row])
    epochs = sorted(int(r["epoch"]) for r in _rows(connection, collection, "Strong"))
    if len(epochs) > 2:  # the one in force and the one before
        connection.delete_of(collection, "epoch", epochs[:-2])


def read_record(connection: Connection, prefix: str, level: str = "Strong") -> Record:
    """The record in force.

    Raises:
        StoreUnavailableError, StoreError: the server does not answer, or refuses.
        IndexMissingError: there is none.
        IndexForeignError, IndexMismatchError, IndexDamagedError: it is not one of this program.
    """
    collection = records_collection(prefix)
    if level == "Strong" and collection not in connection.collections():
        raise IndexMissingError(_missing(connection, prefix))
    rows = _rows(connection, collection, level)
    if not rows:
        raise IndexMissingError(_missing(connection, prefix))
    newest = max(rows, key=lambda row: int(row["epoch"]))
    return _parsed(newest["value"], f"{collection} in Milvus at {connection.uri}")


def last_epoch(connection: Connection, prefix: str) -> int:
    """The latest epoch that a record was written for, readable or not; 0 where there is none."""
    rows = _rows(connection, records_collection(prefix), "Strong")
    return max((int(row["epoch"]) for row in rows), default=0)


def make_records(connection: Connection, prefix: str) -> None:
    """Make the collection that holds the records where there is none."""
    if records_collection(prefix) not in connection.collections():
        create_records(connection, records_collection(prefix))
    connection.load(records_collection(prefix))  # another process may have made it this moment


def _rows(connection: Connection, collection: str, level: str) -> list[dict[str, Any]]:
    return connection.rows(collection, "epoch > 0", ("epoch", "value"), level)


def _missing(connection: Connection, prefix: str) -> str:
    return (
        f"no index with the prefix {prefix!r} in Milvus at {connection.uri}; run `shawahid index`, "
        "or `shawahid migrate --to milvus`"
    )


def _parsed(value: str, where: str) -> Record:
    try:
        data = json.loads(value)
        if data["program"] != PROGRAM:
            raise IndexForeignError(
                f"{where} was not written by this program; set SHAWAHID_MILVUS_PREFIX to another prefix"
            )
        if data["format"] != FORMAT:
            raise IndexMismatchError(
                f"{where} has format {data['format']}, this program writes {FORMAT}; {REBUILD}"
            )
        manifest = Manifest(**data.pop("manifest"))
        return Record(manifest=manifest, languages=tuple(data.pop("languages")), **data)
    except (ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(f"{where} lacks a part ({error}); {REBUILD}") from None

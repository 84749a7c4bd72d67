"""What the other writers of an epoch have written, read back by the one that puts it in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import StoreError
from rag.store.milvus.rows import new_articles, new_chunks
from rag.store.milvus.tally import KINDS, Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.store.milvus.collections import Collections
    from rag.store.milvus.connection import Connection, Row
    from rag.store.milvus.record import Record
    from rag.store.milvus.sharing import Report


def last_keys(own: dict[str, int], reports: Sequence[Report]) -> dict[str, int]:
    """The next key of each kind that no writer has given."""
    return {
        kind: max([key, *(report.next[kind] for report in reports)]) for kind, key in own.items()
    }


def others_articles(
    connection: Connection,
    own: Collections,
    start: Record,
    last: dict[str, int],
    mine: Collection[int],
) -> list[Row]:
    """Rows of the articles that others wrote, without their bodies."""
    rows = new_articles(connection, own, start.epoch, start.next["articles"], last["articles"])
    return [row for row in rows if row["article"] not in mine]


def count_others(
    connection: Connection,
    own: Collections,
    start: Record,
    last: dict[str, int],
    articles: Collection[int],
) -> Tally:
    """What the chunks of these articles of others add up to."""
    tally = Tally()
    chunks = new_chunks(connection, own, start.epoch, start.next["chunks"], last["chunks"])
    for article, stems, sentences in chunks:
        if article in articles:
            tally.chunk(stems, sentences)
    for _ in articles:
        tally.article()
    return tally


def compare(found: Tally, reports: Sequence[Report]) -> None:
    """Refuse what is not what the others report.

    Raises:
        StoreError: rows are missing, or there are some of a writer that was not invited.
    """
    for kind in KINDS:
        told = sum(report.counts.get(kind, 0) for report in reports)
        if found.new[kind] != told:
            raise StoreError(
                f"the other writers report {told} {kind}, {found.new[kind]} arrived; nothing was changed; "
                "start all shares again"
            )

"""Where a sync starts on Milvus: the record in force, the lock, and a clean epoch to write."""

from __future__ import annotations

import contextlib
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from rag.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from rag.store.manifest import REBUILD, Manifest
from rag.store.milvus import facts
from rag.store.milvus.building import MilvusBuilder
from rag.store.milvus.collections import EXACT_VECTORS, create, generation_of, names
from rag.store.milvus.connection import code
from rag.store.milvus.lock import locked
from rag.store.milvus.record import (
    Record,
    last_epoch,
    make_records,
    no_keys,
    read_record,
    records_collection,
)
from rag.store.milvus.rows import dead_articles, in_force, live_articles
from rag.store.milvus.sharing import Invitation, Shares, start_of
from rag.store.milvus.tally import KINDS
from rag.store.milvus.texts import part_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.store.milvus.connection import Connection

    Kind = Literal["auto", "exact", "graph"]

_STRONG = "Strong"


class MilvusShelf:
    """Meets `rag.store.Shelf`."""

    def __init__(
        self, connection: Connection, prefix: str, index: Kind = "auto", shares: int = 1
    ) -> None:
        self._connection, self._prefix, self._index = connection, prefix, index
        self._shares = shares  # writers of one epoch
        self._invitation: Invitation | None = None

    @contextlib.contextmanager
    def writing(
        self, wait_s: float = 0.0, waiting: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """See `Shelf.writing`."""
        make_records(self._connection, self._prefix)
        with (
            contextlib.closing(self._connection),
            locked(self._connection, records_collection(self._prefix), wait_s, waiting),
        ):
            yield

    def tidy(self) -> None:
        """See `Shelf.tidy`: what killed syncs left is dropped by `builder`."""

    def verify(self, base: Manifest) -> None:
        """See `Shelf.verify`: the server answers for its own files, its rows in force are counted."""
        del base  # one that came into force meanwhile is what counts
        record = read_record(self._connection, self._prefix)
        own = record.collections(self._prefix)
        known = facts.Facts(self._connection, own.facts, record.epoch)
        alive = in_force(record, dead_articles(known, record, _STRONG))
        for kind in KINDS:
            self._connection.load(getattr(own, kind))
            found = self._connection.count(getattr(own, kind), alive)
            if found != record.manifest.counts[kind]:
                raise IndexDamagedError(
                    f"Milvus at {self._connection.uri} holds {found} {kind} of the index {self._prefix!r}, "
                    f"its record says {record.manifest.counts[kind]}; {REBUILD}"
                )

    def can_resume(self, base: Manifest | None, identity: str) -> bool:
        """See `Shelf.can_resume`: never."""
        del base, identity
        return False

    def manifest(self) -> Manifest:
        """See `Shelf.manifest`."""
        return read_record(self._connection, self._prefix).manifest

    def known(self, base: Manifest | None) -> dict[str, tuple[str, str]]:
        """See `Shelf.known`."""
        if base is None:
            return {}
        record = read_record(self._connection, self._prefix)
        own = record.collections(self._prefix)
        known = facts.Facts(self._connection, own.facts, record.epoch)
        live = live_articles(self._connection, own, record, known)
        return {name: (found.digest, found.file) for name, found in live.items()}

    def builder(
        self, base: Manifest | None, dimension: int, identity: str = "", expected: int = 0
    ) -> MilvusBuilder:
        """See `Shelf.builder`."""
        del identity
        before = self._in_force()
        last = self._drop_but(before)
        if before is not None and base is not None:
            self._clean(before)
            start = Record(
                epoch=before.epoch + 1,
                generation=before.generation,
                manifest=before.manifest,
                next=before.next,
                before=before.before,
                tokens=before.tokens,
                dead=0,
                languages=before.languages,
            )
            return self._opened(start, before)
        sentences = before.manifest.counts["sentences"] if before else 0
        return self._afresh(last, dimension, max(expected, sentences))

    def _afresh(self, generation: int, dimension: int, sentences: int) -> MilvusBuilder:
        epoch = last_epoch(self._connection, self._prefix)
        former, start = _empty(generation + 1, epoch), _empty(generation + 1, epoch + 1)
        is_exact = self._index == "exact" or (self._index == "auto" and sentences <= EXACT_VECTORS)
        create(
            self._connection, start.collections(self._prefix), dimension,
            is_exact=is_exact or self._connection.is_file,
        )  # fmt: skip
        return self._opened(start, former)

    def _opened(self, start: Record, former: Record) -> MilvusBuilder:
        """A builder; where the work is shared, the others are invited."""
        if self._shares > 1:
            base = former.epoch if former.manifest.counts else 0
            self._invitation = Invitation(
                start.epoch, start.generation, base, self._shares, start.next, secrets.token_hex(8)
            )
            Shares(self._connection, self._prefix).invite(self._invitation)
        share = (0, self._shares)
        return MilvusBuilder(self._connection, self._prefix, start, former, share)

    def gather(self, builder: MilvusBuilder) -> None:
        """Wait for the other writers that were invited, and take over what they wrote.

        Raises:
            StoreError: they have fallen silent, or rows of theirs are missing.
        """
        if self._invitation is None:
            return
        shares = Shares(self._connection, self._prefix)
        chunks = names(self._prefix, self._invitation.generation).chunks
        builder.adopt(shares.reports(self._invitation, chunks))
        shares.drop()

    def join(self, number: int, wait_s: float) -> tuple[MilvusBuilder, Manifest | None, str]:
        """As one of several writers, `number` counted from 1 up: builder, what it builds upon, and token.

        Raises:
            StoreError: nobody invites.
        """
        make_records(self._connection, self._prefix)  # whoever comes first
        invitation = Shares(self._connection, self._prefix).invitation(self._shares, wait_s)
        before = self._in_force() if invitation.base else None
        former = before or _empty(invitation.generation, invitation.epoch - 1)
        share = (number, self._shares)
        start = start_of(invitation, former)
        builder = MilvusBuilder(self._connection, self._prefix, start, former, share)
        return builder, before.manifest if before else None, invitation.token

    def report(self, builder: MilvusBuilder, number: int, token: str) -> None:
        """Tell the first writer that this one is done."""
        Shares(self._connection, self._prefix).report(number, builder.report(token))

    def _in_force(self) -> Record | None:
        try:
            return read_record(self._connection, self._prefix)
        except (IndexMissingError, IndexDamagedError, IndexMismatchError):
            return None

    def _drop_but(self, record: Record | None) -> int:
        """Drop generations that nobody needs: half-written ones, and those before the one in force.

        Returns the number of the last there was.
        """
        last = keep = record.generation if record else 0
        for collection in self._connection.collections():
            number = generation_of(self._prefix, collection)
            if number is not None and number != keep:
                self._connection.drop(collection)
            last = max(last, number or 0)
        return last

    def _clean(self, record: Record) -> None:
        """Delete what a killed sync left, and what the last one replaced."""
        own = record.collections(self._prefix)
        for collection in own:
            self._connection.delete(collection, f"born > {record.epoch}")
        known = facts.Facts(self._connection, own.facts, record.epoch)
        dead = dead_articles(known, record, _STRONG)
        long = self._connection.rows_of(
            own.articles, "article", dead, ("article", "parts"), _STRONG, "parts > 0"
        )
        parts = [
            code(f"{facts.BODY}:{part_name(row['article'], number)}")
            for row in long
            for number in range(1, row["parts"] + 1)
        ]
        self._connection.delete_of(own.facts, "code", parts)
        for collection in (own.articles, own.chunks, own.sentences):
            self._connection.delete_of(collection, "article", dead)
        old = known.superseded(record.before["facts"], record.next["facts"])
        self._connection.delete_of(own.facts, "key", old)


def _empty(generation: int, epoch: int) -> Record:
    """The record of a generation that holds nothing."""
    manifest = Manifest("0", datetime.now(UTC).isoformat(), {}, {}, {}, {})
    return Record(epoch, generation, manifest, no_keys(), no_keys(), 0, 0, ())

"""Several writers of one epoch: the first invites, each of the others writes its share and reports.

An invitation and the reports are rows beside the records, with keys below those of the lock.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import StoreError
from rag.store.milvus.collections import NOTHING
from rag.store.milvus.lock import LEAST_KEY, is_locked
from rag.store.milvus.record import Record, records_collection
from rag.store.milvus.rows import STRONG

if TYPE_CHECKING:
    from rag.store.milvus.connection import Connection

_INVITATION = LEAST_KEY - 1
_EVERY_S = 0.5
SILENCE_S = 900.0  # of the others, without a new row of theirs, until the first gives up


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the other writers of an epoch need to know."""

    epoch: int
    generation: int
    base: int  # epoch in force, 0 where all is written anew
    shares: int
    next: dict[str, int]
    token: str


@dataclass(frozen=True, slots=True)
class Report:
    """What another writer has written: rows by kind, its next keys, its languages."""

    token: str
    counts: dict[str, int]
    next: dict[str, int]
    languages: tuple[str, ...]


class Shares:
    """The rows of an invitation and its reports."""

    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection, self._collection = connection, records_collection(prefix)

    def invite(self, invitation: Invitation) -> None:
        """Let the others begin; what is left of a former invitation is dropped."""
        self.drop()
        self._write(_INVITATION, asdict(invitation))

    def drop(self) -> None:
        """Take back the invitation and all reports."""
        self._connection.delete(self._collection, f"epoch <= {_INVITATION}")

    def invitation(self, shares: int, wait_s: float) -> Invitation:
        """The invitation to this many shares, waited for.

        Raises:
            StoreError: none came in that time.
        """
        deadline = time.monotonic() + wait_s
        while True:
            # one that a killed writer left is nobody's: its lock is held no more
            invited = self._read(f"epoch == {_INVITATION}")
            for value in invited if is_locked(self._connection, self._collection) else []:
                invitation = Invitation(**value)
                if invitation.shares == shares:
                    return invitation
            if time.monotonic() > deadline:
                raise StoreError(
                    f"no writer of share 1/{shares} has begun within {wait_s:g} s; "
                    f"run `shawahid index --share 1/{shares}` on one machine"
                )
            time.sleep(_EVERY_S)

    def report(self, number: int, report: Report) -> None:
        """Tell that share `number` (counted from 0) is written."""
        self._write(_INVITATION - number, asdict(report))

    def reports(self, invitation: Invitation, chunks: str) -> list[Report]:
        """The reports of all other writers, waited for as long as rows of theirs come in.

        Raises:
            StoreError: they have fallen silent.
        """
        seen, heard = -1, time.monotonic()
        while True:
            found = [Report(**value) for value in self._read(f"epoch < {_INVITATION}")]
            found = [report for report in found if report.token == invitation.token]
            if len(found) == invitation.shares - 1:
                return found
            rows = self._connection.count(chunks, f"born == {invitation.epoch}")
            if rows != seen:
                seen, heard = rows, time.monotonic()
            if time.monotonic() - heard > SILENCE_S:
                raise StoreError(
                    f"{invitation.shares - 1 - len(found)} of {invitation.shares} writers have not been heard of "
                    f"for {SILENCE_S:g} s; nothing was changed; start all shares again"
                )
            time.sleep(_EVERY_S)

    def _write(self, key: int, value: dict[str, object]) -> None:
        row = {"epoch": key, "value": json.dumps(value, ensure_ascii=False), "nothing": NOTHING}
        self._connection.insert(self._collection, [row])

    def _read(self, expression: str) -> list[dict[str, Any]]:
        rows = self._connection.rows(self._collection, expression, ("value",), STRONG)
        return [json.loads(row["value"]) for row in rows]


def start_of(invitation: Invitation, former: Record) -> Record:
    """The record that an invited writer starts from; `former` is the one in force, or an empty one."""
    return Record(
        epoch=invitation.epoch,
        generation=invitation.generation,
        manifest=former.manifest,
        next=invitation.next,
        before=former.before,
        tokens=former.tokens,
        dead=0,
        languages=former.languages,
    )

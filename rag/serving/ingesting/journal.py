"""What a batch replaced in the corpus, kept so that it can be put back: after a failure, a crash, or on request.

A record is a folder: `record.json`, the bytes that were there before, and `done` once the index has the batch.
It is complete before the first file of the corpus is touched.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from rag.errors import CorpusError, UndoError, UnknownBatchError
from rag.serving.ingesting.placing import Kept, place, read_kept, write_safely
from rag.serving.ingesting.receipts import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rag.serving.ingesting.receipts import Kind

_RECORD: Final = "record.json"
_DONE: Final = "done"
_TITLES_KEPT: Final = 3


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a batch, relative to the corpus. `before` names its old bytes in the record, `after` is a SHA-256."""

    name: str
    before: str | None
    after: str | None
    mode: int = 0o644
    modified_ns: int = 0


class Journal:
    """The records of one corpus, in `folder`; at most `most` of them, none older than `days`."""

    def __init__(self, folder: Path, corpus: Path, most: int, days: int) -> None:
        self._folder = folder
        self._corpus = corpus
        self._most = most
        self._age = timedelta(days=days)

    def apply(
        self, kind: Kind, changes: Mapping[str, Kept | None], titles: Sequence[str] = ()
    ) -> str:
        """Write files of the corpus, or remove them (None); returns the record's name.

        Raises:
            CorpusError: corpus or records can't be written; nothing has changed.
        """
        now = datetime.now(UTC)
        batch = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        try:
            self._record(batch, kind, now, changes, titles)
            for name, content in changes.items():
                place(self._corpus / name, content)
        except OSError as error:
            with contextlib.suppress(OSError):  # then `recover` does it
                self.roll_back(batch)
            raise CorpusError(
                f"can't write to {self._corpus} or {self._folder}: {error.strerror}; free space, "
                "or allow writing there"
            ) from None
        return batch

    def settle(self, batch: str) -> None:
        """The index has the batch: from now on it can be undone."""
        (self._folder / batch / _DONE).touch()
        self._prune()

    def roll_back(self, batch: str) -> None:
        """Put back what was there before, except what somebody else has changed since; forget the batch."""
        for file in self._files(batch):
            path = self._corpus / file.name
            if _digest(path) == file.after:
                place(path, self._before(batch, file))
        self.forget(batch)

    def recover(self) -> int:
        """Roll back every batch that was cut off before the index had it; returns how many there were."""
        cut_off = [name for name in self._names() if not self._is_done(name)]
        for batch in cut_off:
            self.roll_back(batch)
        for started in self._folder.glob(".2*"):
            shutil.rmtree(started, ignore_errors=True)
        return len(cut_off)

    def _is_done(self, batch: str) -> bool:
        return (self._folder / batch / _DONE).exists()

    def inverse(self, batch: str) -> dict[str, Kept | None]:
        """The changes that undo a batch.

        Raises:
            UndoError: there is no such batch, or a file of it was changed since.
        """
        if batch not in self._names() or not self._is_done(batch):
            raise UnknownBatchError(
                f"there is no batch {batch[:60]!r} to undo, or it is too long ago"
            )
        files = self._files(batch)
        for file in files:
            if _digest(self._corpus / file.name) != file.after:
                raise UndoError(
                    f"{file.name} was changed after this batch, so nothing was undone; put it right by hand"
                )
        return {file.name: self._before(batch, file) for file in files}

    def batches(self) -> list[Batch]:
        """Those that can be undone, newest first."""
        self._prune()
        rows = [(name, self._read(name)) for name in reversed(self._names())]
        return [
            Batch(name, row["kind"], row["created"], len(row["files"]), tuple(row["titles"]))
            for name, row in rows
            if self._is_done(name)
        ]

    def forget(self, batch: str) -> None:
        """Drop the record."""
        for name in (batch, f".{batch}"):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def _record(
        self,
        batch: str,
        kind: Kind,
        now: datetime,
        changes: Mapping[str, Kept | None],
        titles: Sequence[str],
    ) -> None:
        started = self._folder / f".{batch}"
        started.mkdir(parents=True)
        files = []
        for number, (name, content) in enumerate(changes.items()):
            kept = read_kept(self._corpus / name)
            after = content.digest if content else None
            if kept is None:
                files.append(_File(name, None, after))
                continue
            write_safely(started / str(number), kept.data)
            files.append(_File(name, str(number), after, kept.mode, kept.modified_ns))
        row = {
            "kind": kind,
            "created": now.isoformat(timespec="seconds"),
            "titles": list(titles[:_TITLES_KEPT]),
            "files": [asdict(file) for file in files],
        }
        write_safely(started / _RECORD, json.dumps(row).encode())
        started.rename(self._folder / batch)

    def _before(self, batch: str, file: _File) -> Kept | None:
        if file.before is None:
            return None
        data = (self._folder / batch / file.before).read_bytes()
        return Kept(data, file.mode, file.modified_ns)

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(
            folder.name
            for folder in self._folder.iterdir()
            if not folder.name.startswith(".") and (folder / _RECORD).is_file()
        )

    def _read(self, batch: str) -> dict[str, Any]:
        row: dict[str, Any] = json.loads((self._folder / batch / _RECORD).read_bytes())
        return row

    def _files(self, batch: str) -> list[_File]:
        if not (self._folder / batch / _RECORD).is_file():
            return []
        return [_File(**file) for file in self._read(batch)["files"]]

    def _prune(self) -> None:
        oldest = datetime.now(UTC) - self._age
        done = [name for name in self._names() if self._is_done(name)]
        for number, name in enumerate(reversed(done)):
            if number >= self._most or datetime.fromisoformat(self._read(name)["created"]) < oldest:
                self.forget(name)


def _digest(path: Path) -> str | None:
    kept = read_kept(path)
    return kept.digest if kept else None

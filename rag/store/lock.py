"""One writer at a time: the lock of an index folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from typing import IO, TYPE_CHECKING

from rag.errors import IndexBusyError, IndexWriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOCK = ".lock"
_EVERY_S = 0.1  # between two tries


@contextlib.contextmanager
def writing(
    index: Path, wait_s: float = 0.0, waiting: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the index's writer lock; turns a read-only folder or a full disk into one line.

    Args:
        index: the folder; made if it is not there.
        wait_s: longest time to wait for another writer to end, in seconds.
        waiting: called once, before the wait begins.

    Raises:
        IndexBusyError: another process held it all that time.
        IndexWriteError: the folder can't be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = _locked(index, time.monotonic() + wait_s, waiting)
    except OSError as error:
        raise IndexWriteError(_unwritable(index, error)) from None
    if lock is None:
        waited = f" and did not end within {wait_s:g} s" if wait_s else ""
        raise IndexBusyError(
            f"another process is writing {index}{waited}; wait for it to end, then try again"
        )
    with lock:
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            raise IndexWriteError(_unwritable(index, error)) from error


def _locked(index: Path, deadline: float, waiting: Callable[[], None] | None) -> IO[str] | None:
    """The lock file, held; None where another process holds it until the deadline."""
    is_told = False
    while True:
        lock = (index / LOCK).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            if time.monotonic() >= deadline:
                return None
        except OSError:
            lock.close()
            raise
        else:
            if _is_in_place(lock, index):
                return lock
            lock.close()  # the folder was removed and made anew meanwhile
            continue
        if waiting is not None and not is_told:
            waiting()
        is_told = True
        time.sleep(_EVERY_S)


def _is_in_place(lock: IO[str], index: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(lock.fileno()), (index / LOCK).stat())
    return False


def _unwritable(index: Path, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or error
    return (
        f"{index} can't be written ({reason}); free space or give write permission, "
        "or name another folder with --index"
    )

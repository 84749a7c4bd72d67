"""One writer at a time, on whatever machine: a row that its holder renews."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from rag.errors import IndexBusyError, StoreError
from rag.store.milvus.collections import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.store.milvus.connection import Connection

LEAST_KEY = -(1 << 61)  # of a lock's row
_LOCKS = f"epoch < 0 and epoch > {LEAST_KEY}"
HOLDS_S = 120.0  # without a renewal; clocks of two machines may differ by half of it
_RENEWED_S = 30.0
_EVERY_S = 0.5  # between two tries
_ours: set[int] = set()  # keys of the locks that this process holds


@contextlib.contextmanager
def locked(
    connection: Connection,
    collection: str,
    wait_s: float = 0.0,
    waiting: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Hold the writer's lock in a collection of records.

    Another holder is waited for up to `wait_s` seconds; `waiting` is called before that. A holder that
    was killed on this machine is noticed at once, one elsewhere after `HOLDS_S`.

    Raises:
        IndexBusyError: another process holds it.
    """
    lock = _Lock(connection, collection)
    lock.take_within(wait_s, waiting)
    done = threading.Event()
    renewing = threading.Thread(target=lock.renew_until, args=(done,), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()
        with contextlib.suppress(StoreError):  # a server that is gone: the lock runs out
            lock.release()


def is_locked(connection: Connection, collection: str) -> bool:
    """Whether a process that lives holds the lock."""
    rows = connection.rows(collection, _LOCKS, ("epoch", "value"), "Strong")
    return any(_is_held(row["epoch"], json.loads(row["value"])) for row in rows)


class _Lock:
    def __init__(self, connection: Connection, collection: str) -> None:
        self._connection, self._collection = connection, collection
        self._own = 0

    def take_within(self, wait_s: float, waiting: Callable[[], None] | None) -> None:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                return self.take()
            except IndexBusyError:
                if time.monotonic() >= deadline:
                    raise
            if waiting:
                waiting()
                waiting = None
            time.sleep(_EVERY_S)

    def take(self) -> None:
        self._refuse_others()
        self._own = self._write()
        try:
            self._refuse_others()  # two at the same moment: both see each other, both leave
        except IndexBusyError:
            self.release()
            raise

    def renew_until(self, done: threading.Event) -> None:
        while not done.wait(_RENEWED_S):
            with contextlib.suppress(StoreError):  # tried again while the lock holds
                former, self._own = self._own, self._write()
                _ours.discard(former)
                self._connection.delete(self._collection, f"epoch == {former}")

    def release(self) -> None:
        _ours.discard(self._own)
        self._connection.delete(self._collection, f"epoch == {self._own}")

    def _write(self) -> int:
        key = -1 - secrets.randbits(60)
        _ours.add(key)
        holder = {"host": socket.gethostname(), "pid": os.getpid(), "until": time.time() + HOLDS_S}
        row = {"epoch": key, "value": json.dumps(holder), "nothing": NOTHING}
        self._connection.insert(self._collection, [row])
        return key

    def _refuse_others(self) -> None:
        rows = self._connection.rows(self._collection, _LOCKS, ("epoch", "value"), "Strong")
        for row in rows:
            holder = json.loads(row["value"])
            if row["epoch"] == self._own:
                continue
            if _is_held(row["epoch"], holder):
                raise IndexBusyError(
                    f"process {holder['pid']} on {holder['host']} is writing this index in Milvus at "
                    f"{self._connection.uri}; wait for it to end, then try again"
                )
            self._connection.delete(self._collection, f"epoch == {row['epoch']}")


def _is_held(key: int, holder: dict[str, Any]) -> bool:
    if holder["until"] < time.time():
        return False
    if holder["host"] != socket.gethostname():
        return True
    if holder["pid"] == os.getpid():  # it may have been left where the server was away
        return key in _ours
    try:
        os.kill(int(holder["pid"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

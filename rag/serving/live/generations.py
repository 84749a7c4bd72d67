"""Generations of an index, one after the other: a new one is opened beside the old, then takes its place."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import IndexFolderError, ShawahidError
from rag.store.manifest import MANIFEST
from rag.store.opening import manifest_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rag.answering.assistant import Assistant
    from rag.settings import Settings

logger = logging.getLogger(__name__)

EVERY_S = 1.0  # between two looks at the manifest, of one stat each
_RETRY_S = 5.0  # until what can't be opened is tried again; doubles each time
_LONGEST_RETRY_S = 60.0
_LONGEST_STOP_S = 2.0  # what is being opened then may end by itself

Stamp = tuple[object, ...] | None  # by which a change of the index is seen; None: there is none


@dataclass(slots=True)
class _Opened:
    """A generation with the number of calls at work on it."""

    assistant: Assistant
    users: int = 0
    is_retired: bool = False


class Generations:
    """Lends out the newest generation that could be opened. Thread-safe.

    A generation is closed when another has taken its place and the last call at work on it is done.
    """

    def __init__(self, assistant: Assistant, look: Callable[[], Stamp], seen: Stamp) -> None:
        """`look` gives the stamp of the index, `seen` is the one from before `assistant` was opened."""
        self._look = look
        self._seen = seen
        self._current = _Opened(assistant)
        self._lock = (
            threading.Lock()
        )  # of `_current` and the counts; not held while anything is opened
        self._refreshing = threading.Lock()
        self._retry_s, self._retry_at = _RETRY_S, 0.0
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None
        self.trouble: str | None = None  # why the index in force is not the one lent out
        self.reloads = self.reload_failures = 0  # new states taken up, and failed attempts at one

    @contextlib.contextmanager
    def using(self) -> Iterator[Assistant]:
        """The generation that answers now; open at least until the block ends."""
        with self._lock:
            opened = self._current
            opened.users += 1
        try:
            yield opened.assistant
        finally:
            self._give_back(opened)

    def refresh(self) -> bool:
        """Open the generation in force, if it is another one; whether it has taken over.

        Where it can't be opened, the old one stays and `trouble` says why.
        """
        with self._refreshing:
            stamp = self._look()
            if stamp == self._seen and self.trouble is None:
                return False
            try:
                fresh = self._opened()
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the old one answers
                self._note(stamp, error)
                return False
            self._swap(fresh)
            self.reloads += 1
            self._seen, self.trouble = stamp, None
            return True

    def start(self, every_s: float = EVERY_S) -> None:
        """Look for a new generation in a thread of its own until `stop`."""
        self._stopped.clear()
        self._watcher = threading.Thread(
            target=self._watch, args=(every_s,), name="index-watcher", daemon=True
        )
        self._watcher.start()

    def stop(self) -> None:
        """Look no longer; what is open stays so."""
        self._stopped.set()
        if self._watcher is not None:
            self._watcher.join(_LONGEST_STOP_S)
            self._watcher = None

    def close(self) -> None:
        """Stop, and release the index's files once the calls at work are done."""
        self.stop()
        self._retire(self._current)

    def _opened(self) -> Assistant:
        with self.using() as assistant:
            fresh = assistant.reopened()
        try:
            fresh.check()
        except BaseException:
            fresh.close()
            raise
        return fresh

    def _note(self, stamp: Stamp, error: Exception) -> None:
        told = (
            str(error) if isinstance(error, ShawahidError) else f"{type(error).__name__}: {error}"
        )
        self.reload_failures += 1
        trouble = f"the index in force can't be opened, the one before it answers: {told}"
        if trouble != self.trouble:
            logger.warning("%s", trouble)
        is_again = stamp == self._seen and self.trouble is not None
        self._retry_s = min(2 * self._retry_s, _LONGEST_RETRY_S) if is_again else _RETRY_S
        self._retry_at = time.monotonic() + self._retry_s
        self._seen, self.trouble = stamp, trouble

    def _swap(self, fresh: Assistant) -> None:
        with self._lock:
            before, self._current = self._current, _Opened(fresh)
        self._retire(before)

    def _retire(self, opened: _Opened) -> None:
        with self._lock:
            opened.is_retired = True
            is_idle = opened.users == 0
        if is_idle:
            opened.assistant.close()

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            opened.users -= 1
            is_last = opened.is_retired and opened.users == 0
        if is_last:
            opened.assistant.close()

    def _watch(self, every_s: float) -> None:
        while not self._stopped.wait(every_s):
            is_new = self._look() != self._seen
            is_due = self.trouble is not None and time.monotonic() >= self._retry_at
            if is_new or is_due:
                self.refresh()


def index_stamp(settings: Settings) -> Stamp:
    """Another one whenever another generation is put in force. Never raises."""
    if settings.store == "local":
        return manifest_stamp(settings.index)
    try:
        manifest = manifest_in_force(settings)
    except IndexFolderError:
        return None
    except ShawahidError as error:  # no answer from a server: known when it is back
        return (type(error).__name__,)
    return manifest.generation, manifest.created


def manifest_stamp(index: Path) -> Stamp:
    """Another one whenever another manifest is put in its place."""
    try:
        found = (index / MANIFEST).stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns

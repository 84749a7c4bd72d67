"""Follow a folder of articles: a sync after each change, until told to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import watch

from rag.embedding import open_embedder
from rag.errors import IndexForeignError, SettingsError, ShawahidError
from rag.indexing.sync import sync

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from watchfiles import Change

    from rag.embedding import Embedder
    from rag.indexing.plan import SyncSummary
    from rag.settings import Settings

_LOOK_S = 0.5  # between two looks at whether the folder is still there
_PAUSE_S = 0.2
_MOST_QUIET = 10  # a sync comes at last after so many times the quiet it waits for
_RETRY_S = 2.0  # until what failed is tried again; doubles each time
_LONGEST_RETRY_S = 60.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What one sync came to: `summary`, or the reason of its `failure` in one line."""

    summary: SyncSummary | None
    failure: str
    seconds: float


def follow(
    settings: Settings, *, embedder: Embedder | None = None, stop: threading.Event | None = None
) -> Iterator[Synced]:
    """Sync now, and again after changes in the corpus once it is quiet for `watch_quiet_s`.

    Goes on whatever a sync meets: a failure is told once, and tried again by itself until it passes, a
    missing folder for as long as it is missing. The model is loaded when first needed, and kept.
    Ends when `stop` is set; an interrupt in the middle of a sync leaves the index as it was.

    Raises:
        IndexForeignError, SettingsError: no later try can do better.
    """
    follower = _Follower(settings, embedder)
    while stop is None or not stop.is_set():
        if settings.corpus.is_dir():
            for is_changed in _changes(settings, stop):
                if is_changed or follower.is_due():
                    yield from follower.report()
        elif follower.is_due() or not follower.is_failing:
            yield from follower.report()
        time.sleep(_PAUSE_S)


class _Follower:
    """Runs syncs; knows what failed last, and when to try it again."""

    def __init__(self, settings: Settings, embedder: Embedder | None) -> None:
        self._settings = settings
        self._embedder = embedder
        self._failure = ""
        self._is_begun = False
        self._retry_s = _RETRY_S
        self._retry_at = 0.0

    @property
    def is_failing(self) -> bool:
        """Whether the last sync failed."""
        return bool(self._failure)

    def is_due(self) -> bool:
        """Whether the last sync failed and it is time to try again."""
        return self.is_failing and time.monotonic() >= self._retry_at

    def report(self) -> Iterator[Synced]:
        """One sync; nothing is told of a failure that was told already."""
        begin = time.monotonic()
        try:
            summary = self._sync()
        except (IndexForeignError, SettingsError):
            raise
        except Exception as error:  # noqa: BLE001 - the next change may do better
            told = str(error) if isinstance(error, ShawahidError) else f"internal error ({error!r})"
            is_new = told != self._failure
            self._retry_s = _RETRY_S if is_new else min(2 * self._retry_s, _LONGEST_RETRY_S)
            self._failure, self._retry_at = told, time.monotonic() + self._retry_s
            if is_new:
                yield Synced(None, told, time.monotonic() - begin)
            return
        self._failure = ""
        yield Synced(summary, "", time.monotonic() - begin)

    def _sync(self) -> SyncSummary:
        settings = self._settings
        if self._embedder is None and self._is_begun:
            self._embedder = open_embedder(settings)
        self._is_begun = True  # the first sync mostly finds nothing new, and does without the model
        return sync(settings, self._embedder, wait_s=settings.sync_wait_s)


def _changes(settings: Settings, stop: threading.Event | None) -> Iterator[bool]:
    """Whether anything changed, again and again, until the folder is another one or gone.

    Begins with True: what happened before it was watched is not told by the system.
    """
    quiet_ms = int(settings.watch_quiet_s * 1000)
    watched = _identity(settings.corpus)
    is_first = True
    try:
        for changes in watch(
            settings.corpus,
            watch_filter=_is_of_corpus(settings),
            debounce=quiet_ms * _MOST_QUIET,
            step=quiet_ms,
            stop_event=stop,
            rust_timeout=int(_LOOK_S * 1000),
            yield_on_timeout=True,
        ):
            if _identity(settings.corpus) != watched:
                return
            yield is_first or bool(changes)
            is_first = False
    except OSError:  # the folder went away just now
        return


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_of_corpus(settings: Settings) -> Callable[[Change, str], bool]:
    """Leaves out hidden files, which no reader takes, and an index that lies among the articles."""
    corpus, index = settings.corpus.absolute(), settings.index.absolute()

    def is_of_corpus(change: Change, name: str) -> bool:
        del change
        path = Path(name).absolute()
        inside = path.relative_to(corpus).parts if path.is_relative_to(corpus) else ()
        return not path.is_relative_to(index) and not any(p.startswith(".") for p in inside)

    return is_of_corpus

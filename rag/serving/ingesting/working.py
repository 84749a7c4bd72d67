"""One batch after the other: decided, kept, written, indexed, opened; or everything as it was."""

from __future__ import annotations

import dataclasses
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from rag.errors import CorpusError, IndexBusyError
from rag.serving.ingesting.deciding import Decider
from rag.serving.ingesting.receipts import Receipt, Step
from rag.serving.ingesting.syncing import check_corpus, known_state, sync_when_free

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rag.embedding import Embedder
    from rag.serving.ingesting.deciding import Decision
    from rag.serving.ingesting.journal import Journal
    from rag.serving.ingesting.receipts import Item, Kind, Tell
    from rag.settings import Settings

_PAUSE_S: Final = 0.1


class Worker:
    """Applies batches to the corpus and index that the settings name; one at a time over all processes."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        lock: Path,
        refresh: Callable[[], object],
        embedder: Embedder | None,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._lock = lock
        self._refresh = refresh
        self._embedder = embedder

    def work(self, kind: Kind, decide: Callable[[Decider], None], tell: Tell) -> Receipt:
        """Do what `decide` decides; corpus and index have all of it, or are as before.

        Raises:
            IndexBusyError: another batch or sync did not end in time.
            CorpusError, IndexFolderError, ModelError: corpus or index can't be read or written.
        """
        began = time.monotonic()
        deadline = began + self._settings.ingestion_wait_s
        with self._turn(tell, deadline):
            check_corpus(self._settings)
            self._journal.recover()
            decider = Decider(self._settings.corpus, known_state(self._settings))
            decide(decider)
            decision, batch = decider.decision, None
            if decision.changes:
                batch, decision.items = self._apply(kind, decision, tell, deadline)
            known = known_state(self._settings)
        if batch:
            tell(Step("opening"))
            self._refresh()
        seconds = time.monotonic() - began
        return Receipt(kind, batch, tuple(decision.items), len(known), seconds)

    def recover(self) -> int:
        """Roll back what a crash cut off, corpus and index; how many batches there were."""
        with self._turn(_silent, time.monotonic() + self._settings.ingestion_wait_s):
            count = self._journal.recover()
            if count:
                self._sync(_silent, time.monotonic() + self._settings.ingestion_wait_s)
        if count:
            self._refresh()
        return count

    def _apply(
        self, kind: Kind, decision: Decision, tell: Tell, deadline: float
    ) -> tuple[str | None, list[Item]]:
        titles = [item.title for item in decision.items if item.outcome != "refused"]
        batch = self._journal.apply(kind, decision.changes, titles)
        try:
            refused = self._sync(tell, deadline)
        except BaseException:
            self._journal.roll_back(batch)
            raise
        reason = self._unmet(decision, refused)
        if reason is None:
            self._journal.settle(batch)
            return batch, decision.items
        self._journal.roll_back(batch)
        self._sync(tell, deadline)
        return None, [_refused(item, reason) for item in decision.items]

    def _sync(self, tell: Tell, deadline: float) -> dict[str, str]:
        """The refused files and why."""
        return dict(sync_when_free(self._settings, self._embedder, tell, deadline).refused)

    def _unmet(self, decision: Decision, refused: dict[str, str]) -> str | None:
        """Why the index does not hold what was decided; None where it does."""
        state = known_state(self._settings)
        for article_id, digest in decision.expected.items():
            found_digest, file = state.get(article_id, ("", ""))
            if found_digest != digest or file not in decision.changes:
                named = next((f for f in decision.changes if f in refused), None)
                told = refused[named] if named else f"another file of the corpus is {article_id!r}"
                return f"the index did not take it: {told}"
        left = [item for item in decision.items if item.outcome == "removed"]
        if any(item.article_id in state for item in left):
            return "another file of the corpus has the same article; remove that one too"
        return None

    @contextmanager
    def _turn(self, tell: Tell, deadline: float) -> Iterator[None]:
        # A lock of its own for each call: one that is held can be taken again by the same object.
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._lock)
            while True:
                try:
                    lock.acquire(timeout=_PAUSE_S)
                    break
                except Timeout:
                    if time.monotonic() >= deadline:
                        raise
                    tell(Step("waiting"))
        except Timeout:
            raise IndexBusyError(
                "another batch of articles is being taken in; try again when it is done"
            ) from None
        except OSError as error:
            raise CorpusError(
                f"{self._lock.parent} can't be written ({error.strerror}); allow it, or set SHAWAHID_UNDO"
            ) from None
        try:
            yield
        finally:
            lock.release()


def _refused(item: Item, reason: str) -> Item:
    if item.outcome not in ("added", "changed", "removed"):
        return item
    return dataclasses.replace(item, outcome="refused", fault="conflict", reason=reason, file=None)


def _silent(step: Step) -> None:
    del step

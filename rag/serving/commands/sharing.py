"""`index --workers` and `index --share`: one sync by several processes."""

from __future__ import annotations

import _thread
import contextlib
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from rag.errors import StoreError, UsageError
from rag.serving.commands.printing import say, warn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.settings import Settings

_ENDS_S = 30.0  # the others end soon after the first
_EVERY_S = 0.5  # between two looks at them


def share_work(settings: Settings, workers: int, share: str | None, *, rebuild: bool) -> None:
    """Do one share, or all of them in as many processes; prints what was done.

    Raises:
        UsageError: both are asked for, or the store takes one writer.
        StoreError: another process has failed; the index is as it was.
    """
    from rag.indexing.sharing import Share, work_share

    if share is not None and workers > 1:
        raise UsageError("--workers and --share exclude each other; give one of them")
    if settings.store != "milvus":
        raise UsageError(
            "the local store is written by one process; set SHAWAHID_STORE=milvus to share the work"
        )
    own = Share.read(share) if share else Share(1, workers)
    if own.number == 1:
        _first(settings.model_copy(update={"index_shares": own.of}), workers, rebuild=rebuild)
    else:
        summary = work_share(settings, own)
        say(f"share {own.number}/{own.of}: {len(summary.refused)} refused; handed to the first")


def _first(settings: Settings, workers: int, *, rebuild: bool) -> None:
    from rag.indexing.sync import sync

    others = [_started(settings, f"{number}/{workers}") for number in range(2, workers + 1)]
    with _watched(others):
        summary = sync(settings, rebuild=rebuild)
    for name, reason in summary.refused:
        warn(f"refused {name}: {reason}")
    say(
        f"added {summary.added}, changed {summary.changed}, removed {summary.removed}, "
        f"unchanged {summary.unchanged}, refused {len(summary.refused)}; "
        f"{summary.counts['articles']} articles in {summary.counts['chunks']} chunks"
    )


@contextlib.contextmanager
def _watched(others: Sequence[subprocess.Popen[bytes]]) -> Iterator[None]:
    """End the block as soon as one of the others has failed, and all of them with it.

    Raises:
        StoreError: one has.
    """
    done = threading.Event()
    watcher = threading.Thread(target=_interrupt_at_failure, args=(others, done), daemon=True)
    watcher.start()
    try:
        yield
    except KeyboardInterrupt:
        failed = sum(bool(process.poll()) for process in others)
        if not failed:
            raise  # somebody pressed Ctrl-C
        raise StoreError(
            f"{failed} of {len(others)} further processes failed; the index is as it was; run it again"
        ) from None
    else:
        done.set()
        _wait_for(others)  # what they wrote is in force
    finally:
        done.set()
        for process in others:
            process.terminate()
            process.wait()


def _interrupt_at_failure(others: Sequence[subprocess.Popen[bytes]], done: threading.Event) -> None:
    while not done.wait(_EVERY_S):
        if any(process.poll() for process in others):
            _thread.interrupt_main()
            return


def _wait_for(others: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in others:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDS_S)


def _started(settings: Settings, share: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rag", "index", str(settings.corpus), "--share", share]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program, no shell

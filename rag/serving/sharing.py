"""`index --workers` and `index --share`: one sync by several processes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from rag.errors import StoreError, UsageError
from rag.serving.printing import say, warn

if TYPE_CHECKING:
    from rag.settings import Settings

_ENDS_S = 30.0  # the others end soon after the first


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
    try:
        summary = sync(settings, rebuild=rebuild)
        failed = [process.args for process in others if process.wait(_ENDS_S)]
        if failed:
            raise StoreError(f"{len(failed)} of {workers} processes failed; their lines say why")
    finally:
        for process in others:
            if process.poll() is None:
                process.terminate()
                process.wait()
    for name, reason in summary.refused:
        warn(f"refused {name}: {reason}")
    say(
        f"added {summary.added}, changed {summary.changed}, removed {summary.removed}, "
        f"unchanged {summary.unchanged}, refused {len(summary.refused)}; "
        f"{summary.counts['articles']} articles in {summary.counts['chunks']} chunks"
    )


def _started(settings: Settings, share: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "rag", "index", str(settings.corpus), "--share", share]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program, no shell

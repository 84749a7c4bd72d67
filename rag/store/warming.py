"""Reading an index ahead of its first questions, which would wait for the disk some hundred times each."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_BYTES = 64 * 2**20  # smaller indexes are in memory soon enough
_MOST_OF_FREE = 0.5  # of the memory that is free for it
_AT_ONCE = 2**17  # of a longer stretch Linux reads no more than this on advice


class ReadAhead:
    """Has the system read files into its cache in a thread of its own; no memory of this process."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="read-ahead", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for path in self._files:
            with contextlib.suppress(OSError), path.open("rb") as stream:
                for at in range(0, path.stat().st_size, _AT_ONCE):
                    if self._stopped.is_set():
                        return
                    os.posix_fadvise(stream.fileno(), at, _AT_ONCE, os.POSIX_FADV_WILLNEED)

    def join(self) -> None:
        """Wait until all is asked for."""
        self._thread.join()

    def stop(self) -> None:
        """Read no further."""
        self._stopped.set()


def read_ahead(folder: Path, sizes: dict[str, int], first: Sequence[str]) -> ReadAhead | None:
    """The files of these sizes below a folder, those whose name begins as one of `first` before others.

    None where there is nothing to gain: a small index, one that would push too much else out, a system that can't.
    """
    size = sum(sizes.values())
    if not _LEAST_BYTES <= size <= _MOST_OF_FREE * _free() or not hasattr(os, "posix_fadvise"):
        return None
    named = sorted(sizes, key=lambda name: (not name.startswith(tuple(first)), sizes[name]))
    return ReadAhead([folder / name for name in named])


def _free() -> int:
    """Bytes of memory that the system could use for its cache; 0 where it does not tell."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        with Path("/proc/meminfo").open(encoding="ascii") as stream:
            line = next(line for line in stream if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    return 0

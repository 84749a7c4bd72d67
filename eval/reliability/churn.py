"""A corpus that changes, and a sync in another process after each change."""

from __future__ import annotations

import asyncio
import random
import sys
from typing import TYPE_CHECKING

from eval.reliability.server import ROOT, environment
from rag.indexing.readers import iter_files

if TYPE_CHECKING:
    from pathlib import Path

_SHARE = 5  # one article file in five is taken out at a time
_PAUSE_S = 1.0  # between two syncs


class Churn:
    """Takes articles out of `corpus` and puts them back, syncing `index` each time."""

    def __init__(self, corpus: Path, index: Path, seed: int) -> None:
        self._corpus, self._index = corpus, index
        self._random = random.Random(seed)  # noqa: S311 - no secret hangs on it
        self._stopping = asyncio.Event()
        self.done = 0
        self.moved = 0
        self.faults: list[str] = []

    def stop(self) -> None:
        """End after the sync that runs."""
        self._stopping.set()

    async def go_on(self) -> None:
        """Change and sync until stopped; then everything is back, and synced."""
        away = self._corpus.with_name("away")
        away.mkdir()
        while not self._stopping.is_set():
            self._take_out(away)
            await self._sync()
            self._put_back(away)
            await self._sync()
        away.rmdir()

    def _take_out(self, away: Path) -> None:
        files = [path for path in iter_files(self._corpus) if path.parent == self._corpus]
        for path in self._random.sample(files, max(1, len(files) // _SHARE)):
            path.rename(away / path.name)
            self.moved += 1

    def _put_back(self, away: Path) -> None:
        for path in list(away.iterdir()):
            path.rename(self._corpus / path.name)
            self.moved += 1

    async def _sync(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rag", "index", str(self._corpus)),
            *("--index", str(self._index)),
            cwd=ROOT,
            env=environment(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
        if process.returncode:
            self.faults.append(f"a sync ended with {process.returncode}: {errors.decode()[-300:]}")
        else:
            self.done += 1
        await asyncio.sleep(_PAUSE_S)

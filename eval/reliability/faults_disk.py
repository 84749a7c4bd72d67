"""A disk that fills up while an index is written, and permissions taken away: the sync fails in one line, the index stays."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import sys
import time
from typing import TYPE_CHECKING

from eval.reliability.changing import ChangingCorpus
from eval.reliability.hashed import HashedEmbedder
from eval.reliability.inspection import faults_in, state_of
from eval.reliability.limits import (
    full_from_step,
    only_bits_count,
    resize,
    small_disk,
    small_files,
)
from eval.reliability.outcome import Outcome
from eval.reliability.server import CORPUS, TRACEBACK
from rag.errors import IndexFolderError, ShawahidError
from rag.indexing.sync import sync
from rag.settings import Settings, load_settings
from rag.store.local import LEXICAL, ROWS, LocalStore
from rag.store.manifest import MANIFEST, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ARTICLES = 12
_LONGEST_S = 300.0
_DONE = "done"
_STEPS = 30  # writes that Python makes in a sync, about
_REMEDY = ("free space", "permission", "--index", "allow reading")
_MODES = {"read-only": 0o555, "closed": 0o000}


def run(work: Path, *, rounds: int, seed: int) -> Outcome:
    """Fill the disk `rounds` times in each of three ways, then take each permission away once.

    `work` is an empty folder. The ways: every file is held below a size, all writes fail from a random
    one on, and a file system in memory has too little room (where one may be mounted).
    """
    begin = time.monotonic()
    ways = {"small files": 0, "failing writes": 0, "small disk": 0, "permissions": 0}
    with small_disk(work / "disk") as has_disk:
        harness = _Harness(work, work / "disk", seed)
        for _ in range(rounds):
            ways["small files"] += harness.small_files()
            ways["failing writes"] += harness.failing_writes()
            ways["small disk"] += has_disk and harness.small_disk()
        ways["permissions"] += harness.permissions()
    figures = (
        ", ".join(f"{way}: {count}" for way, count in ways.items()),
        f"refused in one line: {harness.told}; completed all the same: {harness.completed}",
        *(
            []
            if has_disk
            else ["no file system in memory may be mounted here: that way was not tried"]
        ),
    )
    return Outcome(
        "full disk and permissions",
        sum(ways.values()),
        harness.wrong,
        harness.lost,
        harness.half,
        harness.tracebacks,
        (*figures, *harness.faults),
        time.monotonic() - begin,
    )


class _Harness:
    """An index on a disk that fills up, and a corpus that goes on changing."""

    def __init__(self, work: Path, disk: Path, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._corpus = ChangingCorpus(work / "corpus", CORPUS, _ARTICLES, seed)
        self._disk = disk
        self._settings = load_settings(
            corpus=work / "corpus", index=disk / "index", chunk_tokens=120, store="local"
        )
        self._index = self._settings.index
        self._embedder = HashedEmbedder()
        self._told = work / "told.txt"
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self.told = self.completed = self.wrong = self.lost = self.half = self.tracebacks = 0
        self.faults: list[str] = []
        sync(self._settings, self._embedder)

    def small_files(self) -> int:
        """One sync that can write no large file."""
        sizes = [path.stat().st_size for path in self._index.rglob("*") if path.is_file()]
        return self._try("small files", small_files, self._random.randrange(100, max(sizes)))

    def failing_writes(self) -> int:
        """One sync whose writes fail from one on."""
        return self._try("failing writes", full_from_step, self._random.randint(1, _STEPS))

    def small_disk(self) -> int:
        """One sync on a disk with too little room."""
        used = shutil.disk_usage(self._disk).used
        resize(self._disk, used + self._random.randrange(0, max(1, used // 2)))
        try:
            return self._try("small disk", None, 0)
        finally:
            resize(self._disk, None)

    def permissions(self) -> int:
        """One sync and one question with each thing in turn that may not be written, or not be read."""
        tried = 0
        for number in range(len(self._places())):
            for name, mode in _MODES.items():
                self._corpus.change()
                place = self._places()[number]
                before = place.stat().st_mode
                place.chmod(mode)
                try:
                    tried += self._try(f"{place.name} {name}", _bits, mode, is_bits=True)
                finally:
                    place.chmod(before)
                self._recover(f"{place.name} {name}")
        return tried

    def _places(self) -> list[Path]:
        """Folders and files of index and corpus."""
        generation = read_manifest(self._index).folder(self._index)
        files = sorted(self._corpus.folder.rglob("*.md"))
        index = [self._index, self._index / MANIFEST, generation.parent, generation]
        return [*index, generation / ROWS, generation / LEXICAL, self._corpus.folder, files[0]]

    def _try(
        self, label: str, limit: Callable[[int], None] | None, amount: int, *, is_bits: bool = False
    ) -> int:
        """A sync under a limit, in a process of its own; then what is left, and a sync without it."""
        if not is_bits:
            self._corpus.change()
        before, wanted = state_of_quietly(self._index, self._embedder), self._corpus.state()
        child = self._context.Process(
            target=_limited, args=(self._settings, limit, amount, self._told)
        )
        child.start()
        child.join(_LONGEST_S)
        self._read(f"{label} ({amount})")
        if not is_bits:
            self._look(f"{label} ({amount})", before, wanted)
            self._recover(label)
        return 1

    def _read(self, label: str) -> None:
        text = self._told.read_text("utf-8", "replace") if self._told.is_file() else ""
        self._told.unlink(missing_ok=True)
        lines = text.strip().splitlines()
        if TRACEBACK in text or not lines:
            self.tracebacks += 1
            self.faults.append(f"{label}: {lines[-1] if lines else 'ended without a word'}")
            return
        self.completed += lines[-1] == _DONE
        self.told += lines[-1] != _DONE
        for line in lines:
            if line != _DONE and not any(remedy in line for remedy in _REMEDY):
                self.wrong += 1
                self.faults.append(f"{label}: no remedy in {line!r}")

    def _look(self, label: str, before: dict[str, str] | None, wanted: dict[str, str]) -> None:
        try:
            found = state_of(self._index, self._embedder)
        except IndexFolderError as error:
            self.half += 1
            self.faults.append(f"{label}: {error}")
            return
        if found not in (before, wanted):
            self.lost += 1
            self.faults.append(f"{label}: neither the old nor the new index")

    def _recover(self, label: str) -> None:
        if self._disk.is_mount():
            resize(self._disk, None)
        try:
            sync(self._settings, self._embedder)
        except ShawahidError as error:
            self.half += 1
            self.faults.append(f"{label}: the next sync fails: {error}")
            return
        articles = {article.id: article for article in self._corpus.articles()}
        found = state_of(self._index, self._embedder)
        if found != {key: article.digest for key, article in articles.items()}:
            self.lost += 1
            self.faults.append(f"{label}: the next sync does not bring all in")
        faults = faults_in(self._index, self._embedder, articles)
        self.wrong += len(faults)
        self.faults += [f"{label}: {fault}" for fault in faults]


def state_of_quietly(index: Path, embedder: HashedEmbedder) -> dict[str, str] | None:
    """The state of the index, or None where it can't be read now."""
    try:
        return state_of(index, embedder)
    except IndexFolderError:
        return None


def _bits(_: int) -> None:
    only_bits_count()


def _limited(
    settings: Settings, limit: Callable[[int], None] | None, amount: int, told: Path
) -> None:
    """In a process of its own: open the index, then sync, under the limit; tells how each ended in a line."""
    out = told.open("a")
    os.dup2(out.fileno(), sys.stderr.fileno())
    if limit is not None:
        limit(amount)
    embedder = HashedEmbedder()
    tasks: list[Callable[[], object]] = [
        lambda: LocalStore.open(settings.index, embedder).close(),
        lambda: sync(settings, embedder),
    ]
    for task in tasks:
        try:
            task()
            line = _DONE
        except ShawahidError as error:
            line = " ".join(str(error).split())
        os.write(out.fileno(), f"{line}\n".encode())

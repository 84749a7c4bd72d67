"""Syncs killed at random points: before and after each kill one whole index is in force, and the next completes it."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eval.reliability.changing import ChangingCorpus
from eval.reliability.hashed import HashedEmbedder
from eval.reliability.inspection import State, faults_in, leftovers, results, state_of
from eval.reliability.outcome import Outcome
from eval.reliability.server import CORPUS, TRACEBACK
from rag.errors import IndexFolderError
from rag.indexing.sync import sync
from rag.settings import Settings, load_settings
from rag.store import building

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from rag.records import Article

_ARTICLES = 16
_COMPLETED = 0.25  # share of the kills after which a sync is let run to its end
_LAST_STEPS = 60
_LONGEST_S = 300.0
_FILE_STEPS = ("open", "os.", "shutil.", "sqlite3.")  # audit events that are counted as steps


@dataclass(slots=True)
class _Tally:
    """What was found so far."""

    kills: int = 0
    old: int = 0
    new: int = 0
    missed: int = 0  # syncs that ended before their kill came
    wrong: int = 0
    lost: int = 0
    half: int = 0
    tracebacks: int = 0
    faults: list[str] = field(default_factory=list)


def run(work: Path, *, rounds: int, seed: int) -> Outcome:
    """Kill `rounds` syncs of a changing corpus with SIGKILL, half at a random time, half at a random step.

    `work` is an empty folder. After each kill the articles in force must be all of one of two states of
    the corpus, every file as its checksum says, every article found with its text, and the lock free. At
    the end the index must give what one made without a fault gives.
    """
    begin = time.monotonic()
    harness = _Harness(work, seed)
    for number in itertools.count():
        harness.round(number)
        if harness.tally.kills >= rounds or number > 2 * rounds:
            break
    harness.compare()
    tally = harness.tally
    figures = (
        f"{tally.kills} syncs killed ({tally.missed} more ended before their kill)",
        f"in force after a kill: the old index {tally.old} times, the new one {tally.new} times",
    )
    return Outcome(
        "killed syncs",
        tally.kills,
        tally.wrong,
        tally.lost,
        tally.half,
        tally.tracebacks,
        (*figures, *tally.faults),
        time.monotonic() - begin,
    )


class _Harness:
    """One index under fire."""

    def __init__(self, work: Path, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._corpus = ChangingCorpus(work / "corpus", CORPUS, _ARTICLES, seed)
        self._settings = load_settings(
            corpus=work / "corpus", index=work / "index", chunk_tokens=120, store="local"
        )
        self._log = work / "log.txt"
        self._steps = work / "steps.txt"
        self._fresh = self._settings.model_copy(update={"index": work / "fresh"})
        self._embedder = HashedEmbedder()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._state: State | None = None
        self._texts: dict[str, Article] = {}
        self._seconds = 1.0
        self._count = 100
        self.tally = _Tally()
        self._complete()

    def round(self, number: int) -> None:
        """Change the corpus, kill a sync of it, look at what is left."""
        self._corpus.change()
        before, wanted = self._state, self._corpus.state()
        is_killed = self._killed(by_step=bool(number % 2))
        self.tally.kills += is_killed
        self.tally.missed += not is_killed
        label = f"round {number}"
        try:
            found = state_of(self._settings.index, self._embedder)
        except IndexFolderError as error:
            self.tally.half += 1
            self.tally.faults.append(f"{label}: {error}")
            return
        self._judge(label, found, before, wanted)
        if self._random.random() < _COMPLETED:
            self._complete(label)

    def _judge(self, label: str, found: State | None, before: State | None, wanted: State) -> None:
        if found == wanted:
            self.tally.new += 1
            self._texts = {article.id: article for article in self._corpus.articles()}
        elif found == before:
            self.tally.old += 1
        else:
            gone = sorted((before or {}).keys() & wanted.keys() - (found or {}).keys())
            self.tally.lost += len(gone)
            self.tally.half += not gone
            self.tally.faults.append(f"{label}: neither the old nor the new index; gone: {gone}")
        self._state = found
        faults = faults_in(self._settings.index, self._embedder, self._texts)
        self.tally.wrong += len(faults)
        self.tally.faults += [f"{label}: {fault}" for fault in faults]

    def _killed(self, *, by_step: bool) -> bool:
        """One sync with its kill; whether that came before the end."""
        fraction = self._random.random()
        step = self._step(fraction) if by_step else 0
        child = self._child(self._settings, step)
        if not by_step:
            time.sleep(fraction * self._seconds)
            child.kill()
        child.join(_LONGEST_S)
        self._read_log(child)
        return child.exitcode == -signal.SIGKILL

    def _step(self, fraction: float) -> int:
        """Half of them among the last ones, where one index takes the place of the other."""
        if self._random.random() < 1 / 2:
            return max(1, self._count - int(fraction * _LAST_STEPS))
        return 1 + int(fraction * self._count)

    def _complete(self, label: str = "the first sync") -> None:
        """A sync without a kill: it must complete what the killed ones began, and clean up after them."""
        begin = time.monotonic()
        child = self._child(self._settings, 0)
        child.join(_LONGEST_S)
        self._seconds = time.monotonic() - begin
        self._count = int(self._steps.read_text() or 100) if self._steps.is_file() else self._count
        self._read_log(child)
        found = state_of(self._settings.index, self._embedder)
        wanted = self._corpus.state()
        if child.exitcode or found != wanted:
            self.tally.half += 1
            self.tally.faults.append(f"{label}: the sync after it ends with {child.exitcode}")
        for name in leftovers(self._settings.index):
            self.tally.wrong += 1
            self.tally.faults.append(f"{label}: {name} is left over")
        self._state = found
        self._texts = {article.id: article for article in self._corpus.articles()}

    def compare(self) -> None:
        """Complete the index, and compare it with one that was made without any fault."""
        self._complete("the last round")
        self._child(self._fresh, 0).join(_LONGEST_S)
        queries = [a.text[:60] for a in self._texts.values()] + [
            a.title for a in self._texts.values()
        ]
        mended, fresh = (
            results(settings.index, self._embedder, queries)
            for settings in (self._settings, self._fresh)
        )
        for query, one, other in zip(queries, mended, fresh, strict=True):
            if one != other:
                self.tally.wrong += 1
                self.tally.faults.append(f"another result than an undisturbed index: {query!r}")

    def _child(self, settings: Settings, step: int) -> BaseProcess:
        child = self._context.Process(target=_sync, args=(settings, step, self._log, self._steps))
        child.start()
        return child

    def _read_log(self, child: BaseProcess) -> None:
        if child.exitcode is None:
            child.kill()
            self.tally.faults.append(f"a sync did not end within {_LONGEST_S:g} s")
            self.tally.half += 1
        text = self._log.read_text("utf-8", "replace") if self._log.is_file() else ""
        if TRACEBACK in text:
            self.tally.tracebacks += 1
            self.tally.faults.append(text.strip().splitlines()[-1])
        self._log.write_text("")


def _sync(settings: Settings, step: int, log: Path, steps: Path) -> None:
    """In a process of its own: sync, and be killed at a step (0: never); counts its steps."""
    with log.open("a") as out:
        os.dup2(out.fileno(), sys.stderr.fileno())
    building.CHECKPOINT_S = 0.0  # so that interrupted work is kept and gone on with
    count = 0

    def hook(event: str, _: tuple[object, ...]) -> None:
        nonlocal count
        if event.startswith(_FILE_STEPS):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    sync(settings, HashedEmbedder())
    if not step:
        steps.write_text(str(count))

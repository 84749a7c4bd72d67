"""The parts of the harness, and how each is run: at full length, or quickly."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.reliability.outcome import Outcome
from rag.errors import ShawahidError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Part:
    """A module of this package with a `run(work, ...)`; `full` and `quick` are its other arguments."""

    module: str
    holds: str  # what it shows, in a line for the page
    full: Mapping[str, Any] = field(default_factory=dict)
    quick: Mapping[str, Any] = field(default_factory=dict)
    limit_s: float = 300.0  # at least twice what it takes on two cores


PARTS = (
    Part(
        "faults_sync",
        "A sync killed at a random point leaves the old index in force, and the next completes it.",
        {"rounds": 200, "seed": 1},
        {"rounds": 10, "seed": 1},
        limit_s=900,
    ),
    Part(
        "faults_files",
        "A damaged file of the index is noticed, and never answered from.",
        {"rounds": 200, "seed": 1},
        {"rounds": 20, "seed": 1},
    ),
    Part(
        "faults_disk",
        "A full disk or a folder without permission costs the sync, not the index.",
        {"rounds": 20, "seed": 1},
        {"rounds": 2, "seed": 1},
        limit_s=600,
    ),
    Part(
        "faults_writer",
        "A language model that fails is replaced in the same answer, in time, and one line says so.",
        {"rounds": 2},
        {"rounds": 1},  # 250 s
        limit_s=900,
    ),
    Part(
        "faults_readers",
        "Readers who leave in mid-answer hold up nobody.",
        {"rounds": 500},
        {"rounds": 100},  # 56 s
        limit_s=600,
    ),
    Part(
        "load",
        "Many users at once, while the index changes under them, get right answers and use no more and "
        "more memory.",
        {"users": 50, "seconds": 180},
        {"users": 50, "seconds": 45},
        limit_s=420,
    ),
    Part(
        "hostile",
        "What is sent to break the server is refused in its own words, or answered rightly.",
        {"rounds": 2000, "slow_s": 30},
        {"rounds": 200, "slow_s": 10},  # 86 s
        limit_s=1200,
    ),
    Part(
        "schema",
        "Every reply of the API is as its OpenAPI description says.",
        {"examples": 100},
        {"examples": 15},  # 32 s
        limit_s=600,
    ),
    Part("tokens", "With tokens on, nothing answers without one."),
    Part(
        "corrupt",
        "No bytes crash, hang or confuse a parser of article files.",
        {"rounds": 10_000},  # 264 s
        {"rounds": 500},
        limit_s=600,
    ),
    Part("proxy", "The documented nginx site streams, and survives the loss of a server."),
    Part("supply", "What is installed is what is locked; no dangerous call stands in the code."),
)


def run_part(part: Part, *, quick: bool) -> Outcome:
    """The part's outcome, in a folder that is removed afterwards; one that breaks down, or takes too long, does not hold."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shawahid-reliability-") as folder:
        try:
            run = import_module(f"eval.reliability.{part.module}").run
            with _within(part.limit_s):
                outcome: Outcome = run(Path(folder), **(part.quick if quick else part.full))
        except ShawahidError as error:
            return _broken(part, str(error), start)
        except Exception as error:  # noqa: BLE001 - the other parts are run all the same
            traceback.print_exc(file=sys.stderr)
            return _broken(part, f"{type(error).__name__}: {error}", start)
    return outcome


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """TimeoutError in the block, in the main thread, once it has run for `seconds`."""

    def late(*_: object) -> None:
        raise TimeoutError(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _broken(part: Part, reason: str, start: float) -> Outcome:
    line = f"not completed: {' '.join(reason.split())[:300]}"
    return Outcome(part.module, 0, 1, 0, 0, 0, (line,), time.monotonic() - start)

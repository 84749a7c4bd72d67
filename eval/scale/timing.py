"""Searches with a clock on their steps: milliseconds by the wall and of the processor."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rag.answering.retrieve import retrieve
from rag.answering.understand import understand
from rag.answering.wording import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rag.answering.lookup import Engine
    from rag.answering.retrieve import Ranked
    from rag.records import Filters

T = TypeVar("T")

DAY = date(2026, 1, 1)  # on which the questions are asked
TOP = 10
Spread = dict[str, float]
Times = dict[str, list[tuple[float, float]]]


class Clocked:
    """An engine with a clock on the embedder and on the store; milliseconds by the wall and of the process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.times: Times = {}
        self.engine = replace(engine, embedder=self, store=self)
        self.manifest = engine.store.manifest

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the embedder's."""
        return self._timed("embed", lambda: self._engine.embedder.embed_queries(texts))

    def search(self, *arguments: Any) -> Any:  # noqa: ANN401 - as the store's
        """As the store's."""
        return self._timed("store", lambda: self._engine.store.search(*arguments))

    def ask(self, text: str, filters: Filters) -> Ranked:
        """A whole search."""
        return self._timed("all", lambda: searched(self.engine, text, filters))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the store's
        return getattr(self._engine.store, name)

    def _timed(self, step: str, work: Callable[[], T]) -> T:
        found, spent = timed(work)
        self.times.setdefault(step, []).append(spent)
        return found


class Remembering:
    """An embedder whose questions were embedded beforehand, to measure what else there is."""

    def __init__(self, engine: Engine, questions: Sequence[str]) -> None:
        texts = list(dict.fromkeys(asked(text) for text in questions))
        self._known = dict(zip(texts, engine.embedder.embed_queries(texts), strict=True))
        self.engine = replace(engine, embedder=self)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors kept of these questions."""
        return np.stack([self._known[text] for text in texts])

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the embedder's
        raise AttributeError(name)


def asked(text: str) -> str:
    """What is embedded of a question."""
    query = understand(text, (), DAY)
    return written(query.topic, query.language)


def words(text: str) -> list[str]:
    """The stems that the lexical leg is asked for."""
    query = understand(text, (), DAY)
    return [word.stem for word in query.content] or [word.stem for word in query.words]


def searched(engine: Engine, text: str, filters: Filters) -> Ranked:
    """The first ten."""
    return retrieve(understand(text, (), DAY), engine, filters, TOP).fitting


def timed(work: Callable[[], T]) -> tuple[T, tuple[float, float]]:
    """What the work returns, and its milliseconds by the wall and of the processor, all threads together."""
    wall, own = time.perf_counter(), time.process_time()
    found = work()
    return found, ((time.perf_counter() - wall) * 1000, (time.process_time() - own) * 1000)


def one_client(engine: Engine, questions: Sequence[str], filters: Filters) -> dict[str, Any]:
    """Percentiles of each step, one question after another."""
    clocked = Clocked(engine)
    for text in questions:
        clocked.ask(text, filters)
    return {step: spread(times) for step, times in clocked.times.items()}


def clients(engine: Engine, questions: Sequence[str], filters: Filters, count: int) -> dict[str, Any]:  # fmt: skip
    """The same with so many asking at once; searches a second, and processor milliseconds a search."""
    times: Times = {}
    lock = threading.Lock()

    def ask(text: str) -> None:
        clocked = Clocked(engine)
        clocked.ask(text, filters)
        with lock:
            for step, own in clocked.times.items():
                times.setdefault(step, []).extend(own)

    def ask_all() -> None:
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(ask, questions))

    wall, own = timed(ask_all)[1]
    found: dict[str, Any] = {step: spread(t)["wall"] for step, t in times.items()}
    return found | {"per_s": 1000 * len(questions) / wall, "cpu_ms": own / len(questions)}


def spread(times: Sequence[tuple[float, float]]) -> dict[str, Spread]:
    """Percentiles by the wall and of the processor."""
    named = zip(("wall", "cpu"), np.array(times).T, strict=True)
    return {kind: {f"p{p}": float(np.percentile(own, p)) for p in (50, 95, 99)} for kind, own in named}  # fmt: skip

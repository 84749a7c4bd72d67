"""One process over one index: `python -m eval.scale.probe INDEX QUESTIONS.jsonl`; prints measurements as JSON.

Cold: the index's pages are dropped from the cache first. Then the first answer's time, and each step's times with
one client and with eight; recall of the dense leg against an exact scan, without and with filters.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.answering.lookup import Engine
    from rag.records import Filters
    from rag.store.local import LocalStore

STARTED = time.perf_counter()
CLIENTS = 8
DAY = date(2026, 1, 1)  # on which the questions are asked
_TOP = 10
_WARM_UP = 20
_ONE_CLIENT, _EIGHT_CLIENTS, _FILTERED, _CHECKED = 200, 320, 60, 100  # questions asked


def main() -> None:
    """Measure, print."""
    index, path = Path(sys.argv[1]), Path(sys.argv[2])
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    drop_cached(index)
    print(json.dumps(measure(index, rows)))


def drop_cached(folder: Path) -> None:
    """Ask the system to forget the files' pages."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(index: Path, rows: list[dict[str, str]]) -> dict[str, Any]:
    """All measurements of this process."""
    from rag.answering.assistant import open_assistant
    from rag.settings import load_settings

    settings = load_settings(index=index, writer="extractive")
    assistant = open_assistant(settings)
    opened = time.perf_counter() - STARTED
    assistant.ask(rows[0]["text"])
    found: dict[str, Any] = {"opened_s": opened, "first_answer_s": time.perf_counter() - STARTED}
    engine = assistant._engine
    for row in rows[:_WARM_UP]:
        _search(engine, row["text"], _no_filters(), {})
    found["one"] = _timed(engine, rows[:_ONE_CLIENT], _no_filters(), 1)
    found["eight"] = _timed(engine, rows[:_EIGHT_CLIENTS], _no_filters(), CLIENTS)
    found["quality"] = _quality(engine, rows)
    found["filters"] = {
        name: _filtered(engine, rows, filters) for name, filters in _windows().items()
    }
    found["recall"] = _recall(engine, rows, _no_filters())
    found["memory"] = memory()
    return found


def memory() -> dict[str, float]:
    """Resident megabytes: all, and of it the pages of files, which the system may take back."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    named = dict(line.split(":", 1) for line in lines if line.startswith(("VmRSS", "RssFile")))
    return {name: int(value.split()[0]) / 1024 for name, value in named.items()}


def _no_filters() -> Filters:
    from rag.records import Filters

    return Filters()


def _windows() -> dict[str, Filters]:
    """Filters on the day that let about half, a tenth, a hundredth and a thousandth of the articles pass."""
    from datetime import timedelta

    from eval.scale.generate import DAYS, FIRST_DAY
    from rag.records import Filters

    shares = {"50 %": 0.5, "10 %": 0.1, "1 %": 0.01, "0.1 %": 0.001}
    return {
        name: Filters(since=FIRST_DAY, until=FIRST_DAY + timedelta(days=int(DAYS * share) - 1))
        for name, share in shares.items()
    }


def _search(engine: Engine, text: str, filters: Filters, times: dict[str, list[float]]) -> None:
    from rag.answering.retrieve import retrieve
    from rag.answering.understand import understand

    clocked = _Clock(engine, times)
    started = time.perf_counter()
    query = understand(text, (), DAY)
    clocked.note("understand", started)
    retrieve(query, clocked.engine, filters, _TOP)
    clocked.note("all", started)


class _Clock:
    """The engine with a clock on the embedder and on the store's two legs."""

    def __init__(self, engine: Engine, times: dict[str, list[float]]) -> None:
        from dataclasses import replace

        self._times, self._engine = times, engine
        self.engine = replace(engine, embedder=self, store=self)
        self.manifest = engine.store.manifest

    def note(self, name: str, started: float) -> None:
        """Add the milliseconds since."""
        self._times.setdefault(name, []).append((time.perf_counter() - started) * 1000)

    def embed_queries(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - as the embedder's
        started = time.perf_counter()
        found = self._engine.embedder.embed_queries(texts)
        self.note("embed", started)
        return found

    def search(self, *arguments: Any) -> Any:  # noqa: ANN401 - as the store's
        started = time.perf_counter()
        found = self._engine.store.search(*arguments)
        self.note("store", started)
        return found

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the store's
        return getattr(self._engine.store, name)


def _timed(
    engine: Engine, rows: list[dict[str, str]], filters: Filters, clients: int
) -> dict[str, Any]:
    times: dict[str, list[float]] = {}
    lock = threading.Lock()

    def ask(row: dict[str, str]) -> None:
        own: dict[str, list[float]] = {}
        _search(engine, row["text"], filters, own)
        with lock:
            for name, values in own.items():
                times.setdefault(name, []).extend(values)

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, rows))
    wall = time.perf_counter() - started
    legs = _legs(engine, rows[: len(rows) // 4], filters) if clients == 1 else {}
    return {"per_s": len(rows) / wall} | {n: _spread(v) for n, v in (times | legs).items()}


def _legs(engine: Engine, rows: list[dict[str, str]], filters: Filters) -> dict[str, list[float]]:
    """The store's legs one by one."""
    store: LocalStore = engine.store  # type: ignore[assignment]
    found: dict[str, list[float]] = {"dense": [], "lexical": []}
    limit = engine.settings.candidates
    keys = None if filters.is_empty else store._allowed(filters)
    for row in rows:
        vector, words = _asked(engine, row["text"])
        _note(found["dense"], lambda v=vector: store._dense.search(v, limit, keys))  # type: ignore[misc]
        _note(found["lexical"], lambda w=words: store._lexical.search(w, limit, filters))  # type: ignore[misc]
    return found


def _note(times: list[float], work: Callable[[], object]) -> None:
    started = time.perf_counter()
    work()
    times.append((time.perf_counter() - started) * 1000)


def _asked(engine: Engine, text: str) -> tuple[Any, list[str]]:
    from rag.answering.understand import understand

    query = understand(text, (), DAY)
    words = [word.stem for word in query.content] or [word.stem for word in query.words]
    return engine.embedder.embed_queries([query.topic])[0], words


def _spread(values: list[float]) -> dict[str, float]:
    p50, p95, p99 = np.percentile(values, (50, 95, 99))
    return {"p50": float(p50), "p95": float(p95), "p99": float(p99)}


def _filtered(engine: Engine, rows: list[dict[str, str]], filters: Filters) -> dict[str, Any]:
    return _timed(engine, rows[:_FILTERED], filters, 1) | {
        "recall": _recall(engine, rows[: _CHECKED // 4], filters)
    }


def _recall(engine: Engine, rows: list[dict[str, str]], filters: Filters) -> float:
    """Share of the ten nearest chunks of each language that the dense leg finds."""
    store: LocalStore = engine.store  # type: ignore[assignment]
    dense = store._dense
    groups = dense.layout.groups(None if filters.is_empty else store._allowed(filters))
    shares = []
    for row in rows[:_CHECKED]:
        vector, _ = _asked(engine, row["text"])
        for group in groups:
            exact = dense.chunks.nearest(vector, _TOP, [group.chunks])[0][:_TOP]
            found = dense.nearest(vector, _TOP, group)[:_TOP]
            shares.append(len(np.intersect1d(exact, found)) / len(exact))
    return float(np.mean(shares))


def _quality(engine: Engine, rows: list[dict[str, str]]) -> dict[str, float]:
    """nDCG@10 and hits in the first ten of the article that answers, over questions evenly drawn."""
    from rag.answering.retrieve import retrieve
    from rag.answering.understand import understand

    gains = []
    for row in rows[:: max(1, len(rows) // 300)]:
        ranked = retrieve(understand(row["text"], (), DAY), engine, _no_filters(), _TOP).fitting
        articles = list(dict.fromkeys(passage.article.id for passage, _ in ranked))
        gold = row["article"]
        gains.append(1 / np.log2(2 + articles.index(gold)) if gold in articles else 0.0)
    return {"ndcg": float(np.mean(gains)), "hit": float(np.mean(np.array(gains) > 0))}


if __name__ == "__main__":
    main()

"""One process over one index: `python -m eval.scale.probe INDEX QUESTIONS.jsonl`; a line of JSON after each part.

Cold: the index's pages are dropped from the cache first, and the process is a new one. Then each step's times with
one client and with eight; memory; quality; recall of the dense leg against an exact scan, without and with
filters. Memory is read before that scan, which maps every page. The last line has all that was measured.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.answering.lookup import Engine
    from rag.records import Filters

STARTED = time.perf_counter()
CLIENTS = 8
_WARM_UP = 10
_ONE_CLIENT, _EIGHT_CLIENTS, _FILTERED, _CHECKED, _JUDGED = 100, 160, 30, 50, 200  # questions asked
_RESIDENT = ("VmRSS", "RssAnon", "RssFile")

Row = dict[str, str]


def main() -> None:
    """Measure, print."""
    index, path = Path(sys.argv[1]), Path(sys.argv[2])
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    drop_cached(index)
    found: dict[str, Any] = {}
    for part in measure(index, rows):
        found |= part
        print(json.dumps(found), flush=True)


def drop_cached(folder: Path) -> None:
    """Ask the system to forget the files' pages."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(index: Path, rows: list[Row]) -> Iterator[dict[str, Any]]:
    """Part after part."""
    from rag.answering.assistant import open_assistant
    from rag.settings import load_settings

    assistant = open_assistant(load_settings(index=index, writer="extractive", store="local"))
    opened = time.perf_counter() - STARTED
    assistant.ask(rows[0]["text"])
    yield {
        "opened_s": opened,
        "first_answer_s": time.perf_counter() - STARTED,
        "first_answer_cpu_s": time.process_time(),
    }
    yield from _searches(assistant._engine, rows)


def _searches(engine: Engine, rows: list[Row]) -> Iterator[dict[str, Any]]:
    from eval.scale.timing import Remembering, asked, clients, one_client, searched
    from rag.records import Filters

    chance = np.random.default_rng(3).permutation(len(rows))
    drawn = [rows[i] for i in chance[:_JUDGED]]
    texts = [row["text"] for row in drawn]
    everything = Filters()
    for text in texts[:_WARM_UP]:
        searched(engine, text, everything)
    yield {"one": one_client(engine, texts[:_ONE_CLIENT], everything)}
    yield {"eight": clients(engine, texts[:_EIGHT_CLIENTS], everything, CLIENTS)}
    yield {"memory": memory()}
    remembering = Remembering(engine, texts)
    yield {"legs": _legs(remembering, texts[:_ONE_CLIENT], everything)}
    filters = {}
    for name, window in windows().items():
        own = texts[:_FILTERED]
        filters[name] = one_client(engine, own, window) | _legs(remembering, own, window)
    yield {"filters": filters}
    yield {"quality": _quality(remembering.engine, drawn)}
    queries = remembering.embed_queries([asked(text) for text in texts[:_CHECKED]])
    yield {"recall": _recalls(engine, queries)}


def memory() -> dict[str, float]:
    """Resident megabytes: all, the process's own, and pages of files, which the system may take back."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    named = dict(line.split(":", 1) for line in lines if line.startswith(_RESIDENT))
    return {name: int(value.split()[0]) / 1024 for name, value in named.items()}


def windows() -> dict[str, Filters]:
    """Filters on the day that let about half, a tenth, a hundredth and a thousandth of the articles pass."""
    from eval.scale.generate import DAYS, FIRST_DAY
    from rag.records import Filters

    shares = {"50 %": 0.5, "10 %": 0.1, "1 %": 0.01, "0.1 %": 0.001}
    return {
        name: Filters(since=FIRST_DAY, until=FIRST_DAY + timedelta(days=int(DAYS * share) - 1))
        for name, share in shares.items()
    }


def _legs(remembering: Any, texts: list[str], filters: Filters) -> dict[str, Any]:  # noqa: ANN401 - imported late
    """The store's two legs one by one, and what finds the articles that a filter lets pass."""
    from eval.scale.timing import asked, spread, timed, words

    engine = remembering.engine
    store, limit = engine.store, engine.settings.candidates
    found: dict[str, list[tuple[float, float]]] = {}

    def note(name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        told, spent = timed(work)
        found.setdefault(name, []).append(spent)
        return told

    for text in texts:
        vector, stems = remembering.embed_queries([asked(text)])[0], words(text)
        keys = None
        if not filters.is_empty:
            keys = note("filter", lambda: store._allowed(filters))
        note("dense", lambda v=vector, k=keys: store._dense.search(v, limit, k))  # type: ignore[misc]
        note("lexical", lambda w=stems: store._lexical.search(w, limit, filters))  # type: ignore[misc]
    return {name: spread(times) for name, times in found.items()}


def _recalls(engine: Engine, queries: Any) -> dict[str, dict[str, float]]:  # noqa: ANN401 - an array
    from eval.scale.recall import dense_recall

    store: Any = engine.store
    found = {"none": dense_recall(store._dense, queries, None)}
    for name, window in windows().items():
        found[name] = dense_recall(store._dense, queries, store._allowed(window))
    return found


def _quality(engine: Engine, rows: list[Row]) -> dict[str, float]:
    """nDCG@10 and hits in the first ten of the article that answers."""
    from eval.scale.timing import searched
    from rag.records import Filters

    gains = []
    for row in rows:
        ranked = searched(engine, row["text"], Filters())
        articles = list(dict.fromkeys(passage.article.id for passage, _ in ranked))
        gold = row["article"]
        gains.append(1 / np.log2(2 + articles.index(gold)) if gold in articles else 0.0)
    hit = float(np.mean(np.array(gains) > 0))
    return {"ndcg": float(np.mean(gains)), "hit": hit, "questions": float(len(rows))}


if __name__ == "__main__":
    main()

"""How long a question takes, step by step: `python -m eval.measure_latency DATA_DIR [--chunks N] [--work DIR]`.

DATA_DIR holds public sets (`eval.sets`). Their passages, in a fixed random order until they make N chunks (10,000)
with all their sentences, are indexed as the product does; vectors are the model's own, which takes about ten
minutes once on two cores (`--work` keeps index and vectors). Then questions of the same sets in Arabic, English and
Russian, every other one by `search` and the rest by `ask` with the extractive writer. Then the same with the corpus
of this repository and the questions of the evaluation.

No question is asked twice, so caches hold what other questions left. The first ones are not counted. A step's time
is without the steps inside it; "wall" is what a reader waits, "CPU" sums all threads and does not depend on what else
the machine does. "other" is what no step covers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from eval.searching import benchmark_settings
from eval.training import build, open_cached
from rag.answering import assistant as assistant_steps
from rag.answering import lookup, retrieve
from rag.answering.assistant import Assistant
from rag.answering.reader import open_reader
from rag.answering.writers.extractive import ExtractiveWriter
from rag.embedding.sentence_transformer import SentenceTransformerEmbedder
from rag.indexing.split import split_article
from rag.indexing.sync import sync
from rag.records import Article
from rag.store.dense import DenseIndex
from rag.store.lexical import LexicalIndex
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rag.embedding import Embedder
    from rag.settings import Settings

LANGUAGES = ("ar", "en", "ru")
WARM_UP = 10  # questions asked before any is counted
ROOT = Path(__file__).parents[1]
WHOLE, OTHER = "whole", "other"
STEPS: dict[str, tuple[tuple[Any, str], ...]] = {
    "understand": ((assistant_steps, "readings"),),
    "embed": ((SentenceTransformerEmbedder, "embed_queries"),),
    "dense search": ((DenseIndex, "search"),),
    "lexical search": ((LexicalIndex, "search"), (LexicalIndex, "frequency")),
    "score rows": ((LocalStore, "_scored"),),
    "fuse": ((retrieve, "fuse"), (retrieve, "_fits"), (retrieve, "_ranked")),
    "weigh": ((lookup, "gather"),),
    "read": ((lookup, "reread"),),
    "compare events and sources": ((lookup, "rival_events"), (lookup, "_differing")),
    "write": ((ExtractiveWriter, "quote"), (ExtractiveWriter, "write")),
    "verify": ((assistant_steps, "verify"),),
}


@dataclass(slots=True)
class Clock:
    """Milliseconds of wall and processor by step, one pair a question; inner steps are not in outer ones."""

    questions: list[dict[str, tuple[float, float]]] = field(default_factory=list)
    _steps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    _inner: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0]])

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time spent inside to `name`."""
        began = time.perf_counter(), time.process_time()
        self._inner.append([0.0, 0.0])
        try:
            yield
        finally:
            inside = self._inner.pop()
            for place, now in enumerate((time.perf_counter(), time.process_time())):
                spent = (now - began[place]) * 1000
                self._steps[name][place] += spent - inside[place]
                self._inner[-1][place] += spent

    @contextmanager
    def question(self) -> Iterator[None]:
        """One question; its own time is that of no step."""
        self._steps.clear()
        with self.step(OTHER):
            yield
        wall, processor = (sum(pair[place] for pair in self._steps.values()) for place in (0, 1))
        steps = {name: (pair[0], pair[1]) for name, pair in self._steps.items()}
        self.questions.append(steps | {WHOLE: (wall, processor)})

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The product's steps run under the clock inside."""
        with ExitStack() as stack:
            for name, places in STEPS.items():
                for owner, attribute in places:
                    clocked = self._on(name, getattr(owner, attribute))
                    stack.enter_context(patch.object(owner, attribute, clocked))
            yield

    def _on(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def clocked(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the function takes
            with self.step(name):
                return function(*args, **kwargs)

        return clocked


def table(questions: Sequence[dict[str, tuple[float, float]]]) -> Iterator[str]:
    """Lines: for the whole and each step p50 and p95 of wall and CPU, and its share of the wall time."""
    yield f"{'':27}{'wall p50':>9}{'p95':>7}{'CPU p50':>9}{'p95':>7}{'share':>7}"
    total = sum(steps[WHOLE][0] for steps in questions)
    for name in (WHOLE, *STEPS, OTHER):
        spent = np.array([steps.get(name, (0.0, 0.0)) for steps in questions])
        if not spent.any():
            continue
        (wall, processor), (late, most) = np.percentile(spent, [50, 95], axis=0)
        share = spent[:, 0].sum() / total
        yield f"{name:27}{wall:9.1f}{late:7.1f}{processor:9.1f}{most:7.1f}{share:7.1%}"


def measure(assistant: Assistant, questions: Sequence[str], limit: int) -> dict[str, Clock]:
    """Ask, every other question by `search` for `limit` passages; the clock of each way."""
    clocks = {"search": Clock(), "ask": Clock()}
    for question in questions[:WARM_UP]:
        assistant.ask(question)
    for number, question in enumerate(questions[WARM_UP:]):
        way = ("search", "ask")[number % 2]
        with clocks[way].installed(), clocks[way].question():
            if way == "search":
                assistant.search(question, limit)
            else:
                assistant.ask(question)
    return clocks


def passages(data: Path, chunks: int, embedder: Embedder, settings: Settings) -> list[Any]:
    """Passages of all sets in a fixed random order, so many that they make `chunks` chunks or just more."""
    rows = [row for row in _rows(data, "passages.jsonl") if "lang" in row and "sent" not in row]
    random.Random(1).shuffle(rows)  # noqa: S311 - the same every time
    made, chosen = 0, []
    for row in rows:
        if made >= chunks:
            break
        article = Article(row["id"], row["text"], row["title"], language=row["lang"])
        made += len(split_article(article, settings.chunk_tokens, embedder.count_tokens))
        chosen.append(row)
    return chosen


def set_questions(data: Path, most: int) -> list[str]:
    """Questions of the sets, as many of each of `LANGUAGES`, mixed; each once."""
    by_language: dict[str, dict[str, None]] = {language: {} for language in LANGUAGES}
    for row in _rows(data, "questions.jsonl"):
        if row["lang"] in by_language:
            by_language[row["lang"]][row["question"]] = None
    chance = random.Random(2)  # noqa: S311 - the same every time
    each = most // len(LANGUAGES)
    found = [q for qs in by_language.values() for q in chance.sample(list(qs), min(each, len(qs)))]
    chance.shuffle(found)
    return found


def own_questions() -> list[str]:
    """Questions of the evaluation that stand alone, mixed."""
    rows = _lines(ROOT / "eval" / "questions.jsonl")
    found = [row["question"] for row in rows if not row.get("history")]
    random.Random(3).shuffle(found)  # noqa: S311 - the same every time
    return list(dict.fromkeys(found))


def _rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    for path in sorted(data.glob(f"*/{name}")):
        yield from _lines(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def report(settings: Settings, embedder: Embedder, questions: Iterable[str], what: str) -> None:
    """Open the index, ask, print."""
    store = LocalStore.open(settings.index, embedder)
    assistant = Assistant(settings, embedder, store, reader=open_reader(settings, embedder))
    assistant.check()
    counts = ", ".join(f"{n} {name}" for name, n in store.manifest.counts.items())
    print(
        f"\n## {what}: {counts}; {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}"
    )
    for way, clock in measure(assistant, list(questions), settings.passages).items():
        print(f"\n{way}, {len(clock.questions)} questions, milliseconds")
        print(*table(clock.questions), sep="\n", flush=True)
    assistant.close()


def main() -> None:
    """Index, ask, print, twice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--work", type=Path, help="where indexes and vectors are kept between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        embedder, remembering = open_cached(work)
        settings = benchmark_settings(work / "corpus", work / "index")
        chosen = passages(options.data, options.chunks, embedder, settings)
        settings, _ = build(work / f"latency-{options.chunks}", chosen, remembering)
        report(
            settings, embedder, set_questions(options.data, options.questions), "Public passages"
        )
        settings = benchmark_settings(ROOT / "corpus", work / "latency-own")
        sync(settings, remembering)
        report(settings, embedder, own_questions(), "The shipped corpus")


if __name__ == "__main__":
    main()

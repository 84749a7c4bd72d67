"""The product over the passages of a benchmark: its own indexing, search and answers, with the legs seen.

A search of the product scores every candidate by each leg and fuses them. Here the candidates of the
last search are kept, so that one search tells the ranking of the whole and of each leg alone: the
candidates hold the best of each leg, so a leg's ranking of them begins as its own full search would.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.benchmark_records import LEGS, WHOLE
from eval.progress import indexing_progress
from rag.answering.assistant import Assistant
from rag.embedding import open_embedder
from rag.indexing.sync import sync
from rag.settings import load_settings
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rag.embedding import Embedder
    from rag.records import Answer
    from rag.settings import Settings
    from rag.store import ScoredChunk

# A long passage is cut into several chunks, each of them a hit: with 4 × 10 hits ten passages are had.
DEPTH = 40
_LEG_SCORES: dict[str, Callable[[ScoredChunk], float]] = {
    "dense": lambda candidate: candidate.dense,
    "sentence": lambda candidate: candidate.best_sentence,
    "lexical": lambda candidate: candidate.lexical,
}


class SeenStore(LocalStore):
    """The local store, keeping what its last search found."""

    seen: Sequence[ScoredChunk] = ()

    def search(self, *args: Any, **kwargs: Any) -> list[ScoredChunk]:  # noqa: ANN401 - passed on as they are
        """See `LocalStore.search`."""
        found = super().search(*args, **kwargs)
        self.seen = found
        return found


@dataclass(frozen=True, slots=True)
class Searcher:
    """An open product over one corpus. `index_s`: seconds it took to bring the index in line."""

    assistant: Assistant
    store: SeenStore
    index_s: float
    refused: tuple[str, ...]

    def articles(self, question: str) -> dict[str, list[str]]:
        """Ids of the articles found, best first, by the whole and by each leg alone."""
        self.store.seen = ()
        passages = self.assistant.search(question, DEPTH)
        return {
            WHOLE: _distinct(passage.article.id for passage in passages),
            **{leg: leg_ranking(self.store.seen, leg) for leg in LEGS},
        }

    def ask(self, question: str) -> Answer:
        """The product's answer."""
        return self.assistant.ask(question)


def leg_ranking(candidates: Sequence[ScoredChunk], leg: str) -> list[str]:
    """Articles by the best score that one leg gives a chunk of theirs; those it did not find left out."""
    score = _LEG_SCORES[leg]
    found = [c for c in candidates if leg != "lexical" or c.lexical > 0]
    ranked = sorted(found, key=lambda c: (-score(c), c.chunk.id))[:DEPTH]
    return _distinct(c.article.id for c in ranked)


def benchmark_settings(corpus: Path, index: Path) -> Settings:
    """The product's settings over a corpus of a benchmark; the extractive writer needs no server."""
    return load_settings(corpus=corpus, index=index, writer="extractive", store="local")


@contextmanager
def open_searcher(corpus: Path, index: Path, embedder: Embedder) -> Iterator[Searcher]:
    """The product over the corpus; what the index holds already is not embedded again.

    Raises:
        ShawahidError: the settings, the corpus or the index can't be used.
    """
    settings = benchmark_settings(corpus, index)
    begin = time.perf_counter()
    with indexing_progress() as progress:
        summary = sync(settings, embedder, progress=progress)
    seconds = time.perf_counter() - begin
    refused = tuple(f"{name}: {reason}" for name, reason in summary.refused)
    store = SeenStore.open(index, embedder)
    assert isinstance(store, SeenStore)
    try:
        assistant = Assistant(settings, embedder, store)
        yield Searcher(assistant, store, seconds, refused)
    finally:
        store.close()


def open_model(folder: Path) -> Embedder:
    """The model that the settings name.

    Raises:
        ModelError: it can't be had or loaded.
    """
    return open_embedder(benchmark_settings(folder, folder))


def _distinct(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))

"""What keeping one story from crowding out others does to retrieval: `python -m eval.measure_diversity SET_DIR...`.

For the project's questions and for each set: the share of answerable questions whose gold article is, or gold quotation
stands, among the first five and ten passages, and the mean number of stories among the ten, for several values of
`most` (`rag.answering.diversity.spread`; "all" leaves the ranking alone). The passages of a set that share a title
count as one article there, since one article a passage leaves nothing to spread.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from eval.goldset import load_goldset
from rag.answering.diversity import spread
from rag.answering.place_fit import missing_town
from rag.answering.rank import asked_by, fitted_weights, fuse
from rag.answering.time_fit import fitting_sentences
from rag.answering.understand import understand
from rag.embedding import open_embedder
from rag.indexing.sync import sync
from rag.records import Filters
from rag.settings import load_settings
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.embedding import Embedder
    from rag.settings import Settings
    from rag.store import ScoredChunk

    Asked = tuple[str, Callable[[ScoredChunk], bool]]

_MOST = (1, 2, 3, 4, 5, 6)
_LIMIT, _FIRST = 10, 5
_QUESTIONS = Path(__file__).with_name("questions.jsonl")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description="what spreading over stories does to retrieval")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="questions asked of each set")
    arguments = parser.parse_args()
    embedder = open_embedder(load_settings())
    with TemporaryDirectory() as scratch:
        settings = load_settings(index=Path(scratch) / "own", store="local")
        sync(settings, embedder)
        store = LocalStore.open(settings.index, embedder)
        _report("questions.jsonl", store, embedder, _own_questions(store), lambda c: c.story)
        for folder in arguments.folders:
            _measure_set(folder, Path(scratch), embedder, arguments.limit)


def _own_questions(store: LocalStore) -> list[Asked]:
    asked: list[Asked] = []
    for gold in load_goldset(_QUESTIONS, store.article):
        if gold.quotations and not gold.question.history:
            places = {(q.article, span) for q in gold.quotations for span in q.spans}
            asked.append((gold.question.question, partial(_holds, places)))
    return asked


def _holds(places: set[tuple[str, tuple[int, int]]], candidate: ScoredChunk) -> bool:
    chunk = candidate.chunk
    return any(
        article == chunk.article_id and chunk.start < end and start < chunk.end
        for article, (start, end) in places
    )


def _is_of(article: str, candidate: ScoredChunk) -> bool:
    return candidate.article.id == article


def _measure_set(folder: Path, scratch: Path, embedder: Embedder, limit: int) -> None:
    corpus = scratch / folder.name
    corpus.mkdir()
    lines = (folder / "passages.jsonl").read_text("utf-8").splitlines()
    titles = {row["id"]: row["title"] for row in map(json.loads, lines)}
    (corpus / "passages.jsonl").write_text("\n".join(lines), "utf-8")
    settings: Settings = load_settings(
        corpus=corpus, index=scratch / f"{folder.name}-index", store="local"
    )
    sync(settings, embedder)
    rows = map(json.loads, (folder / "questions.jsonl").read_text("utf-8").splitlines())
    answerable = [row for row in rows if row["answerable"] and row["passage_id"] in titles]
    chosen = np.random.default_rng(7).permutation(len(answerable))[:limit]
    asked: list[Asked] = [
        (row["question"], partial(_is_of, row["passage_id"]))
        for row in (answerable[i] for i in sorted(chosen))
    ]
    store = LocalStore.open(settings.index, embedder)
    _report(folder.name, store, embedder, asked, lambda c: titles[c.article.id])


def _ranked(question: str, store: LocalStore, embedder: Embedder) -> list[ScoredChunk]:
    """What `rag.answering.retrieve` ranks, before it is spread."""
    query = understand(question, (), datetime.now(UTC).date())
    stems = [word.stem for word in query.content] or [word.stem for word in query.words]
    vector = embedder.embed_queries([query.topic])[0]
    found = store.search(vector, stems, load_settings().candidates, Filters())
    asked = asked_by(query, store.frequencies(stems), store.manifest.counts["chunks"])
    return [
        c
        for _, c in fuse(found, fitted_weights(), asked)
        if (query.time is None or fitting_sentences(query.time, c))
        and missing_town(query.towns, c.article) is None
    ]


def _report(
    name: str,
    store: LocalStore,
    embedder: Embedder,
    asked: Sequence[Asked],
    story: Callable[[ScoredChunk], str],
) -> None:
    figures: dict[str, list[tuple[bool, bool, int]]] = {}
    for question, is_gold in asked:
        ranked = _ranked(question, store, embedder)
        for most in (*_MOST, _LIMIT):
            shown = spread(ranked, _LIMIT, most, story)
            hits = [is_gold(candidate) for candidate in shown]
            row = (any(hits[:_FIRST]), any(hits), len({story(c) for c in shown}))
            figures.setdefault("all" if most == _LIMIT else str(most), []).append(row)
    for shown_as, rows in figures.items():
        first, whole, stories = np.mean(np.array(rows, float), axis=0)
        print(
            f"{name:20} most {shown_as:>3}: gold in {_FIRST} {first:.3f}, in {_LIMIT} {whole:.3f}, "
            f"stories in {_LIMIT} {stories:.2f} (n = {len(rows)})",
            flush=True,
        )


if __name__ == "__main__":
    main()

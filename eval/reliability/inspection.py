"""What state an index is in, and whether everything of it is there and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexMissingError
from rag.records import Filters
from rag.store.local import LocalStore
from rag.store.manifest import GENERATIONS, MANIFEST, read_manifest, verify_files
from rag.text.analysis import stems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.embedding import Embedder
    from rag.records import Article

State = dict[str, str]  # digest by article id
_ALL = 100_000
_MOST_GENERATIONS = 2  # the one in force and the one before it


class Hit(NamedTuple):
    """A chunk as a search gives it."""

    chunk: str
    text: str
    dense: float
    sentences: tuple[float, ...]
    has_words: bool


def state_of(index: Path, embedder: Embedder) -> State | None:
    """The articles of the index in force, all files compared with their checksums; None: there is none.

    Raises:
        IndexFolderError: it is not whole.
    """
    try:
        manifest = read_manifest(index)
    except IndexMissingError:
        return None
    verify_files(index, manifest, full=True)
    store = LocalStore.open(index, embedder)
    try:
        return {article.id: article.digest for article in store.articles()}
    finally:
        store.close()


def faults_in(index: Path, embedder: Embedder, articles: Mapping[str, Article]) -> list[str]:
    """What does not answer as it should, a line each: every article must be found, with its own text."""
    faults = []
    store = LocalStore.open(index, embedder)
    try:
        for article_id, article in articles.items():
            kept = store.article(article_id)
            if kept is None or kept.text != article.text:
                faults.append(f"{article_id} is not kept with its text")
                continue
            vector = embedder.embed_queries([article.title])[0]
            words = stems(article.text[-80:], article.language)
            hits = store.search(vector, words, _ALL, Filters(articles=(article_id,)))
            if not hits:
                faults.append(f"{article_id} is not found")
            if not any(hit.lexical > 0 for hit in hits):
                faults.append(f"{article_id} is not found by its words")
            faults += [
                f"{hit.chunk.id} differs from its article"
                for hit in hits
                if article.text[hit.chunk.start : hit.chunk.end] != hit.chunk.text
            ]
    finally:
        store.close()
    return faults


def results(index: Path, embedder: Embedder, queries: list[str]) -> list[list[Hit]]:
    """What each query finds, whole and in a fixed order: the same for indexes of the same content."""
    store = LocalStore.open(index, embedder)
    try:
        return [_hits(store, embedder, query) for query in queries]
    finally:
        store.close()


def _hits(store: LocalStore, embedder: Embedder, query: str) -> list[Hit]:
    vector = embedder.embed_queries([query])[0]
    found = store.search(vector, stems(query, None), _ALL, Filters())
    return sorted(
        Hit(
            hit.chunk.id,
            hit.chunk.text,
            round(hit.dense, 4),
            tuple(round(score, 4) for score in hit.sentences),
            hit.lexical > 0,
        )
        for hit in found
    )


def leftovers(index: Path) -> list[str]:
    """Files and folders that a completed sync should have removed."""
    found = [p.name for p in index.glob(f"{MANIFEST}.*")]
    generations = sorted(p.name for p in (index / GENERATIONS).iterdir())
    current = read_manifest(index).generation
    if len(generations) > _MOST_GENERATIONS or generations[-1:] != [current]:
        found += [name for name in generations if name != current]
    return found

"""The local store, write side: a new generation beside the one in force."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import IndexDamagedError, IndexFolderError
from rag.store.compaction import FULL
from rag.store.lexical import Facets, LexicalIndex
from rag.store.links import link_tree
from rag.store.local import LEXICAL, ROWS
from rag.store.manifest import (
    CHECKPOINT,
    GENERATIONS,
    Manifest,
    describe_files,
    next_generation,
    read_manifest,
    switch,
    unfinished_generation,
)
from rag.store.passages import PassageFiles
from rag.store.rows import Rows
from rag.store.segments import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from rag.records import Article, Chunk, DateMention

CHECKPOINT_S = 120.0  # of work that an interrupted run loses at most


class Builder:
    """Collects changes in a folder of its own; nobody sees them before `commit`.

    Used as a context manager inside `manifest.writing`. Left without `commit`, the folder stays if a
    `checkpoint` was made in it, for the next builder of the same `identity`; else it is dropped.
    """

    def __init__(
        self, index: Path, base: Manifest | None, dimension: int, identity: str = ""
    ) -> None:
        self._index, self._base = index, base
        self._identity = f"{base.generation if base else None} {identity}"
        unfinished = unfinished_generation(index, self._identity)
        self.resumed = unfinished is not None
        self._name = unfinished or next_generation(index)
        self._folder = index / GENERATIONS / self._name
        self._stack = ExitStack()
        self._copies: dict[str, tuple[str, ...]] = {}
        self._known: dict[int, Facets] = {}  # of articles whose chunks may still come
        self._kept_at = time.monotonic()
        try:
            self._start(dimension)
        except BaseException as error:
            if isinstance(error, IndexDamagedError):  # nothing to go on with
                (self._folder / CHECKPOINT).unlink(missing_ok=True)
            self._stack.close()
            self._drop()
            raise

    @staticmethod
    def can_resume(index: Path, base: Manifest | None, identity: str) -> bool:
        """Whether an interrupted run left something to go on with."""
        return (
            unfinished_generation(index, f"{base.generation if base else None} {identity}")
            is not None
        )

    def _start(self, dimension: int) -> None:
        if not self.resumed:
            self._start_empty() if self._base is None else self._start_from(self._base)
        elif not (self._folder / ROWS).is_file():
            raise IndexDamagedError(f"{self._folder} lacks {ROWS}; run it again")
        self._rows = Rows.open_for_writing(self._folder / ROWS)
        self._stack.callback(self._rows.close)
        self._passages = PassageFiles(self._folder, dimension)
        self._stack.callback(self._passages.close)
        self._lexical = LexicalIndex.open(self._folder / LEXICAL)
        self._terms = self._stack.enter_context(self._lexical.writing())
        if self.resumed:
            self._mend()

    def _mend(self) -> None:
        """The rows count as of the last checkpoint; bring in line with them what was written after it."""
        try:
            keys = self._rows.article_keys()
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(f"{self._folder / ROWS}: {error}; run it again") from None
        self._passages.drop_others(keys)
        for article_id in self._rows.ids(np.setdiff1d(keys, self._passages.articles()).tolist()):
            self.delete(article_id)  # its chunks were deleted already: to be read anew
        self._delete_terms()
        self._terms.delete_articles_after(int(keys.max(initial=0)))

    def _delete_terms(self) -> None:
        for key in self._passages.take_dropped():
            self._terms.delete_article(key)

    def _start_empty(self) -> None:
        self._folder.mkdir(parents=True)
        Rows.create(self._folder / ROWS).close()
        LexicalIndex.create(self._folder / LEXICAL)

    def _start_from(self, base: Manifest) -> None:
        # tantivy, like this store, writes files once; what it replaces are its lists of them
        link_tree(base.folder(self._index), self._folder, _changes)

    def __enter__(self) -> Builder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del error, trace
        self._passages.close()
        self._rows.close()
        if kind is not None and not self._is_in_force():
            self._drop()

    def _drop(self) -> None:
        if not (self._folder / CHECKPOINT).is_file():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _is_in_force(self) -> bool:
        """Whether the switch has happened: an interrupt after it must not take the folder away."""
        try:
            return read_manifest(self._index).generation == self._name
        except IndexFolderError:
            return False

    def delete(self, article_id: str) -> None:
        """Delete an article with all that hangs on it; unknown ids are passed over."""
        key = self._rows.delete_article(article_id)
        if key is not None:
            self._rows.stories.forget(key)

    def add(self, article: Article, file: str, mentions: Iterable[DateMention]) -> int:
        """Add an article (after deleting its former version); returns its key for `add_chunk`."""
        key = self._rows.add_article(article, file)
        self._rows.add_mentions(key, mentions)
        self._known[key] = Facets.of(article)
        return key

    def add_chunk(
        self,
        article: int,
        chunk: Chunk,
        stems: Sequence[str],
        vectors: NDArray[np.float32],
    ) -> None:
        """Add a chunk; `vectors` has its own vector first, then one for each of its sentences."""
        told = self._known[article]
        key = self._passages.add(article, told.language, chunk, vectors)
        self._terms.add(key, article, stems, told)

    def checkpoint(self, *, now: bool = False) -> None:
        """Call between articles: now and then what is there is kept for a run after an interruption."""
        due = time.monotonic() - self._kept_at > CHECKPOINT_S
        if not (now or due or self._passages.waiting >= FULL):
            return
        self._known.clear()
        self._note_copies()
        self._passages.keep(self._rows.article_keys())
        self._delete_terms()
        self._terms.commit()
        self._rows.commit()  # from here on it counts
        replace_file(self._folder / CHECKPOINT, json.dumps(self._identity).encode())
        self._kept_at = time.monotonic()

    def sign(self, article: int, signature: NDArray[np.uint32]) -> None:
        """Keep what an article is compared with others by (`rag.store.stories`)."""
        self._rows.stories.sign(article, signature)

    def group_stories(self) -> list[tuple[str, ...]]:
        """Group copies of one story; ids of each story that got an article since the last call."""
        self._note_copies()
        told, self._copies = sorted(self._copies.values()), {}
        return told

    def _note_copies(self) -> None:
        self._copies |= {ids[0]: ids for ids in self._rows.stories.settle()}

    def languages_without_background(self) -> list[str]:
        """Languages of the articles whose background vector is not kept yet."""
        return sorted(self._rows.languages() - self._rows.backgrounds().keys())

    def add_background(self, language: str, vector: NDArray[np.float32]) -> None:
        """Keep a language's background vector (`rag.embedding.background`)."""
        self._rows.add_background(language, vector)

    def move(self, article_id: str, file: str) -> None:
        """Note that an unchanged article is now in another file."""
        self._rows.move_article(article_id, file)

    def state(self) -> dict[str, tuple[str, str]]:
        """Article id -> (digest, file) as it stands."""
        return self._rows.state()

    def commit(
        self, model: dict[str, Any], split: dict[str, Any], corpus: dict[str, Any]
    ) -> Manifest:
        """Finish the files and put the generation in force."""
        counts = self._rows.counts()
        self._passages.keep(self._rows.article_keys())
        self._delete_terms()
        counts |= self._passages.finish()
        self._rows.commit()
        self._stack.close()
        base = (self._base.folder(self._index), self._base) if self._base else None
        manifest = Manifest(
            generation=self._name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=model,
            split=split,
            counts=counts,
            corpus=corpus,
            files=describe_files(self._folder, base),
        )
        switch(self._index, manifest)
        (self._folder / CHECKPOINT).unlink(missing_ok=True)
        return manifest


def _changes(name: str) -> bool:
    """Whether a file of a generation may be written into, not only replaced."""
    return name == ROWS or name.endswith((".json", ".lock"))

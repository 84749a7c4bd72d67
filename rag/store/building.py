"""The local store, write side: a new generation beside the one in force."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rag.errors import IndexFolderError
from rag.store.lexical import LexicalIndex
from rag.store.local import CHUNK_VECTORS, LEXICAL, ROWS, SENTENCE_VECTORS
from rag.store.manifest import (
    GENERATIONS,
    Manifest,
    describe_files,
    next_generation,
    read_manifest,
    switch,
)
from rag.store.rows import Rows
from rag.store.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from rag.records import Article, Chunk, DateMention


class Builder:
    """Collects changes in a folder of its own; nobody sees them before `commit`.

    Used as a context manager inside `manifest.writing`; leaving it without `commit` drops the folder.
    """

    def __init__(self, index: Path, base: Manifest | None, dimension: int) -> None:
        self._index = index
        self._name = next_generation(index)
        self._folder = index / GENERATIONS / self._name
        self._stack = ExitStack()
        try:
            self._start_empty(dimension) if base is None else self._start_from(base)
            self._terms = self._stack.enter_context(self._lexical.writing())
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def _start_empty(self, dimension: int) -> None:
        self._folder.mkdir(parents=True)
        self._rows = Rows.create(self._folder / ROWS)
        self._chunks = Vectors.empty(dimension)
        self._sentences = Vectors.empty(dimension)
        self._lexical = LexicalIndex.create(self._folder / LEXICAL)

    def _start_from(self, base: Manifest) -> None:
        shutil.copytree(base.folder(self._index), self._folder)
        self._rows = Rows.open_for_writing(self._folder / ROWS)
        self._chunks = Vectors.read(self._folder / CHUNK_VECTORS)
        self._sentences = Vectors.read(self._folder / SENTENCE_VECTORS)
        self._lexical = LexicalIndex.open(self._folder / LEXICAL)

    def __enter__(self) -> Builder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del error, trace
        self._rows.close()
        if kind is not None and not self._is_in_force():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _is_in_force(self) -> bool:
        """Whether the switch has happened: an interrupt after it must not take the folder away."""
        try:
            return read_manifest(self._index).generation == self._name
        except IndexFolderError:
            return False

    def delete(self, article_id: str) -> None:
        """Delete an article with all that hangs on it; unknown ids are passed over."""
        gone = self._rows.delete_article(article_id)
        if gone is not None:
            key, chunks, sentences = gone
            self._rows.stories.forget(key)
            self._terms.delete_article(key)
            self._chunks.remove(chunks)
            self._sentences.remove(sentences)

    def add(self, article: Article, file: str, mentions: Iterable[DateMention]) -> int:
        """Add an article (after deleting its former version); returns its key for `add_chunk`."""
        key = self._rows.add_article(article, file)
        self._rows.add_mentions(key, mentions)
        return key

    def add_chunk(
        self,
        article: int,
        chunk: Chunk,
        stems: Sequence[str],
        vectors: NDArray[np.float32],
    ) -> None:
        """Add a chunk; `vectors` has its own vector first, then one for each of its sentences."""
        key, sentences = self._rows.add_chunk(article, chunk)
        self._chunks.add([key], vectors[:1])
        self._sentences.add(sentences, vectors[1:])
        self._terms.add(key, article, stems)

    def sign(self, article: int, signature: NDArray[np.uint32]) -> None:
        """Keep what an article is compared with others by (`rag.store.stories`)."""
        self._rows.stories.sign(article, signature)

    def group_stories(self) -> list[tuple[str, ...]]:
        """Group copies of one story; ids of each story that got an article since the last call."""
        return self._rows.stories.settle()

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
        self._stack.close()
        self._rows.commit()
        counts = self._rows.counts()
        self._rows.close()
        self._chunks.write(self._folder / CHUNK_VECTORS)
        self._sentences.write(self._folder / SENTENCE_VECTORS)
        manifest = Manifest(
            generation=self._name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=model,
            split=split,
            counts=counts,
            corpus=corpus,
            files=describe_files(self._folder),
        )
        switch(self._index, manifest)
        return manifest

"""Articles into a store, one after another: cut up, dated, embedded in batches, kept now and then."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from rag.embedding import open_embedder
from rag.indexing.duplicates import signature
from rag.indexing.split import split_article
from rag.text.analysis import stems
from rag.text.dates import find_dates

if TYPE_CHECKING:
    from types import TracebackType

    from rag.embedding import Embedder
    from rag.indexing.plan import Progress
    from rag.records import Article, Chunk
    from rag.settings import Settings
    from rag.store import Shelf, StoreWriter
    from rag.store.manifest import Manifest

# Texts embedded in one go: bounds memory, and leaves room for sorting by length.
BATCH_TEXTS = 2048


class Adder:
    """Opens model and store at the first change; holds the articles of one batch in memory, no more."""

    def __init__(
        self,
        shelf: Shelf,
        base: Manifest | None,
        settings: Settings,
        embedder: Embedder | None,
        identity: str,
        writer: StoreWriter | None = None,
    ) -> None:
        self._shelf, self._base = shelf, base
        self._settings, self._identity = settings, identity
        self._embedder = embedder
        self._writer = writer
        self._stack = ExitStack()
        self._batch: list[tuple[int, Article, Chunk]] = []
        self._texts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def has_begun(self) -> bool:
        """Whether there was something to do so far."""
        return self._writer is not None

    @property
    def embedder(self) -> Embedder:
        """The model, loaded when first asked for."""
        if self._embedder is None:
            self._embedder = open_embedder(self._settings)
        return self._embedder

    @property
    def writer(self) -> StoreWriter:
        """The store's write side.

        Raises:
            IndexDamagedError: what it would build upon has changed since it was written.
        """
        if self._writer is None:
            if self._base is not None:
                # a copy's checksums are its own: damage that goes into it is never seen again
                self._shelf.verify(self._base)
            opened = self._shelf.builder(self._base, self.embedder.dimension, self._identity)
            self._writer = self._stack.enter_context(opened)
        return self._writer

    def known(self) -> dict[str, tuple[str, str]]:
        """Article id -> (digest, file) of what is there: what an interrupted run left counts."""
        if self._shelf.can_resume(self._base, self._identity):
            return self.writer.state()
        return self._shelf.known(self._base)

    def add(self, article: Article, file: str, progress: Progress | None) -> None:
        """Add an article in place of its former version."""
        self.writer.delete(article.id)
        mentions = find_dates(article.text, anchor=article.published, language=article.language)
        key = self.writer.add(article, file, mentions)
        self.writer.sign(key, signature(article.text))
        tokens = self._settings.chunk_tokens
        for chunk in split_article(article, tokens, self.embedder.count_tokens):
            self._batch.append((key, article, chunk))
            self._texts += 1 + len(chunk.sentences)
        if self._texts >= BATCH_TEXTS:
            self.flush(progress)
            self.writer.checkpoint()

    def flush(self, progress: Progress | None) -> None:
        """Embed and write what waits."""
        texts: list[str] = []
        for _, article, chunk in self._batch:
            texts.append(embedded_text(article, chunk))
            texts += [article.text[s.start : s.end] for s in chunk.sentences]
        vectors = self.embedder.embed_passages(texts, progress.embedding if progress else None)
        at = 0
        for key, article, chunk in self._batch:
            size = 1 + len(chunk.sentences)
            words = stems(embedded_text(article, chunk), article.language)
            self.writer.add_chunk(key, chunk, words, vectors[at : at + size])
            at += size
        self._batch, self._texts = [], 0


def embedded_text(article: Article, chunk: Chunk) -> str:
    """What is embedded and indexed for a chunk: its article's title tells what "the visit" was."""
    return f"{article.title}\n{chunk.text}" if article.title else chunk.text

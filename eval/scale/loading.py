"""An index of a given size, grown in place through the product's own write side, with a clock on each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from eval.scale.clock import Clock, OutOfTimeError
from eval.scale.generate import BLOCK
from rag.embedding.background import language_background
from rag.errors import IndexFolderError
from rag.indexing.duplicates import signature
from rag.indexing.sync import embedded_text
from rag.store.building import Builder
from rag.store.lock import writing
from rag.store.manifest import read_manifest
from rag.store.shelf import LocalShelf
from rag.text.analysis import stems

if TYPE_CHECKING:
    from pathlib import Path

    from eval.scale.clock import Deadline, Seconds
    from eval.scale.generate import Generator, MadeUp
    from eval.scale.material import Material
    from rag.embedding import Embedder
    from rag.records import Article
    from rag.store.manifest import Manifest

ADDED = 100  # articles, to measure what a small change costs
_TOLD_EVERY = 50  # blocks


class Loader:
    """Grows an index. A run that was stopped goes on at its last checkpoint."""

    def __init__(
        self,
        index: Path,
        material: Material,
        generator: Generator,
        embedder: Embedder,
        deadline: Deadline,
    ) -> None:
        self._index, self._material, self._generator = index, material, generator
        self._embedder, self._deadline = embedder, deadline

    def grow(self, chunks: int) -> dict[str, Any]:
        """Add articles until the index has so many chunks; seconds by step.

        Raises:
            OutOfTimeError: what was added so far is kept, and gone on with.
        """
        base, clock = self._base(), Clock()
        if base and base.counts["chunks"] >= chunks:
            return {"seconds": {}, "added": 0, "counts": base.counts}
        with writing(self._index):
            with clock.on("open"):
                opened = Builder(self._index, base, self._embedder.dimension, f"grow {chunks}")
            with opened as builder:
                if base is None and not builder.resumed:
                    self._add_answering(builder)
                added = self._fill(builder, chunks, clock)
                with clock.on("finish"):
                    manifest = self._commit(builder)
        return {"seconds": clock.seconds, "added": added, "counts": manifest.counts}

    def add_few(self, number: int) -> dict[str, Seconds]:
        """Seconds by step of adding `ADDED` articles as a sync does, embedding left out."""
        made = self._generator.block(number)[:ADDED]
        base, clock = self._base(), Clock()
        with writing(self._index):
            with clock.on("check"):
                if base:
                    LocalShelf(self._index).verify(base)
            with clock.on("open"):
                opened = Builder(self._index, base, self._embedder.dimension)
            with opened as builder:
                with clock.on("write"):
                    for one in made:
                        _add(builder, one)
                with clock.on("finish"):
                    self._commit(builder)
        return clock.seconds

    def _base(self) -> Manifest | None:
        try:
            return read_manifest(self._index)
        except IndexFolderError:
            return None

    def _fill(self, builder: Builder, chunks: int, clock: Clock) -> int:
        known = builder.state()
        at = sum(1 for name in known if name.startswith("m")) // BLOCK
        have, added = self._chunks_so_far(at), 0
        while have + added < chunks:
            with clock.on("make up"):
                made = [one for one in self._generator.block(at) if one.article.id not in known]
            with clock.on("write"):
                for one in made:
                    _add(builder, one)
                builder.checkpoint()
            added += sum(len(one.chunks) for one in made)
            at += 1
            if at % _TOLD_EVERY == 0:
                print(f"  {have + added} of {chunks} chunks", flush=True)
            if self._deadline.left() == 0.0:
                builder.checkpoint(now=True)
                raise OutOfTimeError
        return added

    def _chunks_so_far(self, blocks: int) -> int:
        base = self._base()
        if base:
            return base.counts["chunks"]
        own = sum(len(chunks) for chunks in self._material.answering.chunks)
        return own + blocks * round(BLOCK * 4)  # a mean article has four

    def _add_answering(self, builder: Builder) -> None:
        told = self._material.answering
        for article, chunks, vectors in zip(told.articles, told.chunks, told.vectors, strict=True):
            key = _signed(builder, article, "real")
            for chunk, rows in zip(chunks, vectors, strict=True):
                words = stems(embedded_text(article, chunk), article.language)
                builder.add_chunk(key, chunk, list(words), rows)

    def _commit(self, builder: Builder) -> Manifest:
        builder.group_stories()
        for language in builder.languages_without_background():
            vector = language_background(self._embedder, language)
            builder.add_background(language, np.asarray(vector))
        embedder = self._embedder
        model = {"name": embedder.name, "fingerprint": embedder.fingerprint}
        return builder.commit(model | {"dimension": embedder.dimension}, {}, {})


def _signed(builder: Builder, article: Article, file: str) -> int:
    key = builder.add(article, file, ())
    builder.sign(key, signature(article.text))
    return key


def _add(builder: Builder, made: MadeUp) -> None:
    key = _signed(builder, made.article, "made up")
    for chunk, words, vectors in zip(made.chunks, made.stems, made.vectors, strict=True):
        builder.add_chunk(key, chunk, words, vectors)

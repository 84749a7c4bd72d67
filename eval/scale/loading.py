"""An index of a given size, grown in place through the product's own write side, with a clock on each step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.scale.generate import BLOCK
from rag.embedding.background import language_background
from rag.errors import IndexFolderError
from rag.indexing.sync import embedded_text
from rag.store.building import Builder
from rag.store.lock import writing
from rag.store.manifest import read_manifest
from rag.text.analysis import stems

if TYPE_CHECKING:
    from pathlib import Path

    from eval.scale.generate import Generator, MadeUp
    from eval.scale.material import Material
    from rag.embedding import Embedder
    from rag.store.manifest import Manifest

ADDED = 100  # articles, to measure what a small change costs


class Loader:
    """Grows an index. A run that was stopped goes on at its last checkpoint."""

    def __init__(
        self, index: Path, material: Material, generator: Generator, embedder: Embedder
    ) -> None:
        self._index, self._material, self._generator = index, material, generator
        self._embedder = embedder

    def grow(self, chunks: int) -> dict[str, Any]:
        """Add articles until the index has so many chunks; seconds by step."""
        base = self._base()
        if base and base.counts["chunks"] >= chunks:
            return {"seconds": {}, "counts": base.counts}
        seconds: dict[str, float] = {}
        with writing(self._index):
            started = time.perf_counter()
            with Builder(self._index, base, self._embedder.dimension, f"grow {chunks}") as builder:
                seconds["open"] = time.perf_counter() - started
                if base is None and not builder.resumed:
                    self._add_answering(builder)
                self._fill(builder, chunks, seconds)
                started = time.perf_counter()
                manifest = self._commit(builder)
                seconds["finish"] = time.perf_counter() - started
        return {"seconds": seconds, "counts": manifest.counts}

    def add_few(self, number: int) -> float:
        """Seconds that adding `ADDED` articles takes, their embedding left out."""
        made = self._generator.block(number)[:ADDED]
        started = time.perf_counter()
        with (
            writing(self._index),
            Builder(self._index, self._base(), self._embedder.dimension) as builder,
        ):
            for one in made:
                _add(builder, one)
            self._commit(builder)
        return time.perf_counter() - started

    def _base(self) -> Manifest | None:
        try:
            return read_manifest(self._index)
        except IndexFolderError:
            return None

    def _fill(self, builder: Builder, chunks: int, seconds: dict[str, float]) -> None:
        known = builder.state()
        at = sum(1 for name in known if name.startswith("m")) // BLOCK
        have, added = self._chunks_so_far(at), 0
        clock = {"make up": 0.0, "write": 0.0}
        while have + added < chunks:
            started = time.perf_counter()
            made = [one for one in self._generator.block(at) if one.article.id not in known]
            clock["make up"] += time.perf_counter() - started
            started = time.perf_counter()
            for one in made:
                _add(builder, one)
            builder.checkpoint()
            clock["write"] += time.perf_counter() - started
            added += sum(len(one.chunks) for one in made)
            at += 1
            if at % 50 == 0:
                print(f"  {have + added} of {chunks} chunks", flush=True)
        seconds |= clock | {"chunks": float(added)}

    def _chunks_so_far(self, blocks: int) -> int:
        base = self._base()
        if base:
            return base.counts["chunks"]
        own = sum(len(chunks) for chunks in self._material.answering.chunks)
        return own + blocks * round(BLOCK * 4)  # a mean article has four

    def _add_answering(self, builder: Builder) -> None:
        told = self._material.answering
        for article, chunks, vectors in zip(told.articles, told.chunks, told.vectors, strict=True):
            key = builder.add(article, "real", ())
            for chunk, rows in zip(chunks, vectors, strict=True):
                words = stems(embedded_text(article, chunk), article.language)
                builder.add_chunk(key, chunk, list(words), rows)

    def _commit(self, builder: Builder) -> Manifest:
        for language in builder.languages_without_background():
            vector = language_background(self._embedder, language)
            builder.add_background(language, np.asarray(vector))
        embedder = self._embedder
        model = {"name": embedder.name, "fingerprint": embedder.fingerprint}
        return builder.commit(model | {"dimension": embedder.dimension}, {}, {})


def _add(builder: Builder, made: MadeUp) -> None:
    key = builder.add(made.article, "made up", ())
    for chunk, words, vectors in zip(made.chunks, made.stems, made.vectors, strict=True):
        builder.add_chunk(key, chunk, words, vectors)

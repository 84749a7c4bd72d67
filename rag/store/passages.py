"""Chunks and sentences of one generation, write side: segments, what is deleted in them, and the lists over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.store.approximate import files_of, renewed
from rag.store.compaction import compact, drop_unlisted
from rag.store.layout import Layout
from rag.store.segments import (
    CHUNK,
    FOLDER,
    SENTENCE,
    SegmentWriter,
    State,
    open_segments,
    read_gone,
    write_gone,
)
from rag.store.vectors import Vectors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.records import Chunk


class PassageFiles:
    """Adds chunks to a generation's folder, and takes away those of articles that are gone."""

    def __init__(self, generation: Path, dimension: int) -> None:
        self._folder = generation / FOLDER
        if self._folder.is_dir():
            self._state = State.read(self._folder)
            drop_unlisted(self._folder, self._state)
        else:
            self._folder.mkdir()
            self._state = State(dimension)
        self._gone = read_gone(self._folder)
        self._writer: SegmentWriter | None = None
        self._dropped: set[int] = set()

    @property
    def waiting(self) -> int:
        """Chunks added since the last `keep`."""
        return len(self._writer) if self._writer else 0

    def add(self, article: int, language: str, chunk: Chunk, vectors: NDArray[np.float32]) -> int:
        """Add a chunk of an article's key; its own vector comes first. Returns the chunk's key."""
        state = self._state
        if self._writer is None:
            self._writer = SegmentWriter(
                self._folder / f"{state.next_segment:06d}", state.dimension
            )
        key = state.next_key
        state.next_key += 1
        row = (key, article, chunk.start, chunk.end, len(chunk.sentences), state.language(language))
        spans = [(sentence.start, sentence.end) for sentence in chunk.sentences]
        self._writer.add(
            np.array([row], CHUNK), np.array(spans, SENTENCE), (vectors[:1], vectors[1:])
        )
        return key

    def keep(self, articles: NDArray[np.int64]) -> None:
        """Finish what was added, and delete the chunks of all articles but these keys, which are in order."""
        if self._writer is not None:
            self._writer.finish()
            self._writer = None
            self._state.segments.append(f"{self._state.next_segment:06d}")
            self._state.next_segment += 1
        self.drop_others(articles)

    def take_dropped(self) -> list[int]:
        """Keys of the articles whose chunks were deleted since the last call."""
        dropped, self._dropped = sorted(self._dropped), set()
        return dropped

    def articles(self) -> NDArray[np.int64]:
        """Keys of the articles that have chunks here, in order."""
        segments = open_segments(self._folder, self._state)
        parts = [s.columns["article"][~np.isin(s.columns["key"], self._gone)] for s in segments]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))

    def drop_others(self, articles: NDArray[np.int64]) -> None:
        """Delete the chunks of all articles but these; merge segments where it pays."""
        gone = [self._gone]
        for segment in open_segments(self._folder, self._state):
            lost = ~_contains(articles, segment.columns["article"])
            lost &= ~np.isin(segment.columns["key"], self._gone)
            if lost.any():
                gone.append(segment.columns["key"][lost])
                self._dropped.update(segment.columns["article"][lost].tolist())
        self._gone = compact(self._folder, self._state, np.concatenate(gone))
        self._state.write(self._folder)
        write_gone(self._folder, self._gone)
        drop_unlisted(self._folder, self._state)

    def finish(self) -> dict[str, int]:
        """Bring the lists in line (`rag.store.approximate`); returns the counts of chunks and sentences."""
        segments = open_segments(self._folder, self._state)
        layout = Layout(segments, self._state.languages, self._gone)
        vectors = Vectors([segment.chunks for segment in segments], self._state.dimension)
        groups = {group.language: group.chunks for group in layout.groups(None)}
        for language in sorted(groups.keys() | files_of(self._folder).keys()):
            places = groups.get(language, np.zeros(0, np.int64))
            renewed(self._folder, language, vectors, places, layout.chunk_keys[places])
        counted = [layout.sentence_count(places) for places in groups.values()]
        return {"chunks": len(layout), "sentences": sum(counted)}

    def close(self) -> None:
        """Leave what is not kept unfinished."""
        if self._writer is not None:
            self._writer.close()


def _contains(ordered: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(values), np.bool_)
    found = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[found] == values, np.bool_)

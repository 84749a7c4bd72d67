"""Segments: what a generation holds of chunks and sentences, in folders that never change once written.

A segment holds the vectors of its chunks and sentences (`rag.store.halves`) and, beside them, columns: which
article, language and place in the text each has. Generations share segments by hard links; what is deleted is
told by a list of keys, and dropped when segments are merged (`rag.store.compaction`).
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from rag.errors import IndexDamagedError
from rag.store.halves import Halves, HalvesWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Spans = Sequence[tuple[int, int]]

FOLDER = "segments"  # of a generation
CHUNK_VECTORS, SENTENCE_VECTORS = "chunks.faiss", "sentences.faiss"
CHUNK_COLUMNS, SENTENCE_COLUMNS = "chunks.columns", "sentences.columns"
# 28 bytes a chunk and 8 a sentence, beside the 768 of each one's vector
CHUNK = np.dtype(
    [
        ("key", "<i8"),
        ("article", "<i8"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("sentences", "<i2"),
        ("language", "<i2"),
    ]
)
SENTENCE = np.dtype([("start", "<i4"), ("end", "<i4")])
_STATE, _GONE = "state.json", "gone.keys"


@dataclass(slots=True)
class State:
    """What the segments of a generation are: their names in order, and what numbers mean.

    A chunk's `language` is a place in `languages`. Chunks are numbered by `next_key` and never again.
    """

    dimension: int
    segments: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    next_key: int = 1
    next_segment: int = 1

    @classmethod
    def read(cls, folder: Path) -> Self:
        """From the folder of a generation's segments.

        Raises:
            IndexDamagedError: it is missing or not as written.
        """
        path = folder / _STATE
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamagedError(
                f"{path} can't be read ({error}); run `shawahid index --rebuild`"
            ) from None

    def write(self, folder: Path) -> None:
        """Replace the file, which may be shared with another generation, by a new one."""
        replace_file(folder / _STATE, json.dumps(asdict(self), ensure_ascii=False).encode())

    def language(self, name: str) -> int:
        """The number of a language, new ones included."""
        if name not in self.languages:
            self.languages.append(name)
        return self.languages.index(name)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file anew in place of another, never into it: links to the other keep what they have."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def read_gone(folder: Path) -> NDArray[np.int64]:
    """Keys of chunks that are deleted and still in a segment, in order."""
    path = folder / _GONE
    return np.fromfile(path, "<i8") if path.is_file() else np.zeros(0, np.int64)


def write_gone(folder: Path, keys: NDArray[np.int64]) -> None:
    """Keep the keys of deleted chunks."""
    replace_file(folder / _GONE, np.sort(keys).astype("<i8").tobytes())


class SegmentWriter:
    """Writes one segment, row by row; memory does not grow with it."""

    def __init__(self, folder: Path, dimension: int) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._chunks = HalvesWriter(folder / CHUNK_VECTORS, dimension)
        self._sentences = HalvesWriter(folder / SENTENCE_VECTORS, dimension)
        self._chunk_columns = (folder / CHUNK_COLUMNS).open("wb")
        self._sentence_columns = (folder / SENTENCE_COLUMNS).open("wb")

    def __len__(self) -> int:
        return self._chunks.count

    def add(
        self,
        chunks: NDArray[np.void],
        sentences: NDArray[np.void],
        vectors: tuple[NDArray[np.float32], NDArray[np.float32]],
    ) -> None:
        """Append rows of `CHUNK` and `SENTENCE` and the vectors of both, each in order."""
        self._chunk_columns.write(chunks.tobytes())
        self._sentence_columns.write(sentences.tobytes())
        self._chunks.add(vectors[0])
        self._sentences.add(vectors[1])

    def finish(self) -> None:
        """Make the segment readable, and sure to survive a loss of power."""
        self._chunks.finish()
        self._sentences.finish()
        self._chunk_columns.close()
        self._sentence_columns.close()
        for path in self._folder.iterdir():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())

    def close(self) -> None:
        """Leave the segment unfinished."""
        for stream in (self._chunks, self._sentences, self._chunk_columns, self._sentence_columns):
            stream.close()


class Segment:
    """A finished segment, mapped. `columns` are `CHUNK` rows, `spans` `SENTENCE` rows."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            IndexDamagedError: a file is missing, or the files do not belong together.
        """
        self.name = folder.name
        self.chunks = Halves.open(folder / CHUNK_VECTORS)
        self.sentences = Halves.open(folder / SENTENCE_VECTORS)
        self.columns = _columns(folder / CHUNK_COLUMNS, CHUNK)
        self.spans = _columns(folder / SENTENCE_COLUMNS, SENTENCE)
        found = (len(self.columns), len(self.spans), int(self.columns["sentences"].sum()))
        if found != (len(self.chunks), len(self.sentences), len(self.spans)):
            raise IndexDamagedError(
                f"{folder} has {found[0]} rows of chunks and {found[1]} of sentences for {len(self.chunks)} and "
                f"{len(self.sentences)} vectors; run `shawahid index --rebuild`"
            )

    def __len__(self) -> int:
        return len(self.columns)


def _columns(path: Path, kind: np.dtype[np.void]) -> NDArray[np.void]:
    try:
        return np.memmap(path, kind, "r") if path.stat().st_size else np.zeros(0, kind)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(
            f"{path} can't be read ({error}); run `shawahid index --rebuild`"
        ) from None


def open_segments(folder: Path, state: State) -> list[Segment]:
    """All segments of a generation, in order."""
    return [Segment(folder / name) for name in state.segments]

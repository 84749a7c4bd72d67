"""Which article, language and sentences a chunk has, in the order of the vectors.

Chunks and sentences are named by their places (`rag.store.vectors`). The columns of all segments together take
36 bytes a chunk and 8 a sentence of memory, and save a search hundreds of rows read one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.store.segments import CHUNK, SENTENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.store.segments import Segment

    Places = NDArray[np.int64]


class Group(NamedTuple):
    """Places of the chunks of one language, in order; `share` is what part of the language they are."""

    language: str
    chunks: Places
    share: float = 1.0


class Layout:
    """The columns of one generation, which never change."""

    def __init__(
        self, segments: Sequence[Segment], languages: Sequence[str], gone: NDArray[np.int64]
    ) -> None:
        """From the segments in order; `gone` has the keys of deleted chunks."""
        columns = np.concatenate([np.zeros(0, CHUNK), *(s.columns for s in segments)])
        self.chunk_keys = np.ascontiguousarray(columns["key"])  # ascending
        self.articles = np.ascontiguousarray(columns["article"])
        self._bounds = np.stack([columns["start"], columns["end"]], axis=1)
        self._first = np.zeros(len(columns) + 1, np.int64)
        np.cumsum(columns["sentences"], out=self._first[1:])
        spans = np.concatenate([np.zeros(0, SENTENCE), *(s.spans for s in segments)])
        self._spans = spans.view("<i4").reshape(-1, 2)
        self._groups = _by_language(columns["language"], languages, ~np.isin(self.chunk_keys, gone))

    def __len__(self) -> int:
        """Chunks, deleted ones left out."""
        return sum(len(group.chunks) for group in self._groups)

    def places(self, keys: Sequence[int] | Places) -> Places:
        """Places of the chunks with these keys, which are there."""
        return np.searchsorted(self.chunk_keys, np.asarray(keys, np.int64))

    def span(self, chunk: int) -> tuple[int, int]:
        """Start and end of a chunk in its article's text."""
        start, end = self._bounds[chunk].tolist()
        return start, end

    def sentences(self, chunk: int) -> Places:
        """Places of a chunk's sentences in order of the text."""
        return np.arange(self._first[chunk], self._first[chunk + 1])

    def spans(self, sentences: Places) -> list[tuple[int, int]]:
        """Start and end of each sentence."""
        return [(start, end) for start, end in self._spans[sentences].tolist()]

    def chunks_of(self, sentences: Places) -> Places:
        """The chunk that holds each sentence."""
        return np.searchsorted(self._first, sentences, side="right") - 1

    def sentences_of(self, chunks: Places) -> Places:
        """Places of all sentences of these chunks, which are in order."""
        counts = self._first[chunks + 1] - self._first[chunks]
        before = np.cumsum(counts) - counts
        return np.repeat(self._first[chunks] - before, counts) + np.arange(counts.sum())

    def sentence_count(self, chunks: Places) -> int:
        """How many sentences these chunks have."""
        return int((self._first[chunks + 1] - self._first[chunks]).sum())

    def groups(self, articles: Sequence[int] | Places | None) -> list[Group]:
        """Chunks by language, within these articles' keys; languages without any left out."""
        if articles is None:
            return self._groups
        keys = np.asarray(articles, np.int64)
        wanted = np.zeros(int(max(self.articles.max(initial=0), keys.max(initial=0))) + 1, np.bool_)
        wanted[keys] = True
        allowed = wanted[self.articles]
        groups = []
        for language, chunks, _ in self._groups:
            inside = chunks[allowed[chunks]]
            groups.append(Group(language, inside, len(inside) / len(chunks)))
        return [group for group in groups if len(group.chunks)]


def _by_language(
    numbers: NDArray[np.int16], languages: Sequence[str], alive: NDArray[np.bool_]
) -> list[Group]:
    groups = [
        Group(language, np.flatnonzero((numbers == number) & alive))
        for number, language in enumerate(languages)
    ]
    return sorted((g for g in groups if len(g.chunks)), key=lambda g: g.language)

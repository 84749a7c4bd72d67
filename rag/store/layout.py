"""Which article, language and sentences a chunk has: columns in memory, in the order of the vectors.

Chunks and sentences are named by their places here (`rag.store.vectors`). 24 bytes a sentence and 40 a chunk,
beside some 1,500 of each one's vector, save a search hundreds of rows read one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.store.rows import Rows

    Places = NDArray[np.int64]


class Group(NamedTuple):
    """Places of the chunks of one language and of their sentences."""

    chunks: Places
    sentences: Places


class Layout:
    """The columns of one generation, which never change."""

    def __init__(self, rows: Rows, chunk_keys: Places, sentence_keys: Places) -> None:
        """From the keys at each place of the two files of vectors.

        Raises:
            IndexDamagedError: the rows have other chunks or sentences than the vectors.
        """
        columns = _by_place(rows.chunk_columns(), chunk_keys)
        self.articles, self._starts, self._ends = columns[:, 1], columns[:, 2], columns[:, 3]
        self.chunk_keys = chunk_keys
        self._place = np.argsort(chunk_keys)
        columns = _by_place(rows.sentence_columns(), sentence_keys)
        self._chunk_of = self.places(columns[:, 1])
        self._spans = columns[:, 2:].astype(np.int64)
        self._sentences = np.lexsort((columns[:, 2], self._chunk_of))
        self._first = np.searchsorted(
            self._chunk_of[self._sentences], np.arange(len(chunk_keys) + 1)
        )
        self._groups = self._by_language(rows.article_languages())

    def places(self, keys: Sequence[int] | Places) -> Places:
        """Places of the chunks with these keys."""
        return self._place[np.searchsorted(self.chunk_keys, keys, sorter=self._place)]

    def span(self, chunk: int) -> tuple[int, int]:
        """Start and end of a chunk in its article's text."""
        return int(self._starts[chunk]), int(self._ends[chunk])

    def sentences(self, chunk: int) -> Places:
        """Places of a chunk's sentences in order of the text."""
        return self._sentences[self._first[chunk] : self._first[chunk + 1]]

    def spans(self, sentences: Places) -> list[tuple[int, int]]:
        """Start and end of each sentence."""
        return [(start, end) for start, end in self._spans[sentences].tolist()]

    def chunks_of(self, sentences: Places) -> Places:
        """The chunk that holds each sentence."""
        return self._chunk_of[sentences]

    def groups(self, articles: Sequence[int] | None) -> list[Group]:
        """Chunks and sentences by language, within these articles' keys; languages without any left out."""
        if articles is None:
            return self._groups
        allowed = np.isin(self.articles, np.asarray(articles, np.int64))
        inside = allowed[self._chunk_of]
        groups = [
            Group(g.chunks[allowed[g.chunks]], g.sentences[inside[g.sentences]])
            for g in self._groups
        ]
        return [group for group in groups if len(group.chunks)]

    def _by_language(self, languages: dict[int, str]) -> list[Group]:
        keys = np.fromiter(languages, np.int64, len(languages))
        names, numbers = np.unique(list(languages.values()), return_inverse=True)
        order = np.argsort(keys)
        language = numbers[order[np.searchsorted(keys, self.articles, sorter=order)]]
        of_sentence = language[self._chunk_of]
        groups = [
            Group(np.flatnonzero(language == n), np.flatnonzero(of_sentence == n))
            for n in range(len(names))
        ]
        return [group for group in groups if len(group.chunks)]


def _by_place(columns: Places, keys: Places) -> Places:
    """Rows of `columns`, which are sorted by their first, in the order of `keys`."""
    order = np.argsort(keys)
    if not np.array_equal(columns[:, 0], keys[order]):
        raise IndexDamagedError(
            f"the index has {len(columns)} rows and {len(keys)} vectors of other chunks or sentences; "
            "run `shawahid index --rebuild`"
        )
    placed = np.empty_like(columns)
    placed[order] = columns
    return placed

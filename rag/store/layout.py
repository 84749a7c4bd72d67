"""Which article, language and sentences a chunk has, in the order of the vectors.

Chunks and sentences are named by their places (`rag.store.vectors`). The columns of all segments together take
50 bytes a chunk, 8 an article and 8 a sentence of memory, and save a search hundreds of rows read one by one.
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


_GONE = -1  # in place of a language's number


class Group(NamedTuple):
    """Places of chunks of one language, in order: `share` of all it has, with so many `sentences`."""

    language: str
    chunks: Places
    share: float
    sentences: int


class Row(NamedTuple):
    """A chunk: its key, its article's, the number of its sentences, where it stands in the article's text."""

    key: int
    article: int
    sentences: int
    start: int
    end: int


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
        self._languages = sorted((name, number) for number, name in enumerate(languages))
        self._language = columns["language"].copy()
        self._language[np.isin(self.chunk_keys, gone)] = _GONE
        self._order, self._starts = _by_article(self.articles)
        self._groups = self._split(np.arange(len(columns)), {})

    def __len__(self) -> int:
        """Chunks, deleted ones left out."""
        return sum(len(group.chunks) for group in self._groups)

    def places(self, keys: Sequence[int] | Places) -> Places:
        """Places of the chunks with these keys, which are there."""
        return np.searchsorted(self.chunk_keys, np.asarray(keys, np.int64))

    def rows(self, chunks: Places) -> list[Row]:
        """What is told of these chunks."""
        starts, ends = self._bounds[chunks].T.tolist()
        counts = self._first[chunks + 1] - self._first[chunks]
        columns = (self.chunk_keys[chunks], self.articles[chunks], counts)
        return list(map(Row, *(c.tolist() for c in columns), starts, ends))

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
        return _runs(self._first[chunks], self._first[chunks + 1])

    def sentence_count(self, chunks: Places) -> int:
        """How many sentences these chunks have."""
        return int((self._first[chunks + 1] - self._first[chunks]).sum())

    def groups(self, articles: Sequence[int] | Places | None) -> list[Group]:
        """Chunks by language, within these articles' keys; languages without any left out."""
        if articles is None:
            return self._groups
        keys = np.asarray(articles, np.int64)
        if np.any(keys[1:] <= keys[:-1]):
            keys = np.unique(keys)  # takes half the time of the search where they are many
        keys = keys[keys < len(self._starts) - 1]
        inside = self._order[_runs(self._starts[keys], self._starts[keys + 1])]
        inside.sort(kind="stable")  # they are in order but where a run was killed at a bad moment
        return self._split(inside, {group.language: len(group.chunks) for group in self._groups})

    def _split(self, places: Places, whole: dict[str, int]) -> list[Group]:
        """By language; `whole` has the chunks of each in all, where these are not all."""
        numbers, groups = self._language[places], []
        for language, number in self._languages:
            own = places[numbers == number]
            if len(own):
                share = len(own) / whole.get(language, len(own))
                groups.append(Group(language, own, share, self.sentence_count(own)))
        return groups


def _by_article(articles: Places) -> tuple[Places, Places]:
    """Places in the order of their articles' keys, and where in it each key's begin, with their end after the last."""
    order = np.argsort(articles, kind="stable")
    keys = np.arange(articles.max(initial=0) + 2)
    return order, np.searchsorted(articles[order], keys)


def _runs(starts: Places, ends: Places) -> Places:
    """All numbers from each start to before its end."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum())

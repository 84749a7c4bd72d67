"""An index article by article with its vectors, so that another store can take it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.records import Article, Chunk, DateMention
    from rag.store.dense import DenseIndex
    from rag.store.manifest import Manifest

    Vectors = NDArray[np.float32]  # a chunk's own, then one for each of its sentences


class Packed(NamedTuple):
    """An article as an index keeps it, with its chunks in order."""

    article: Article
    mentions: tuple[DateMention, ...]
    chunks: list[tuple[Chunk, Vectors]]


class Copyable(Protocol):
    """A store whose whole index can be read."""

    @property
    def manifest(self) -> Manifest:
        """What the index says of itself."""
        ...

    def contents(self) -> Iterator[Packed]:
        """Every article in the order in which they came."""
        ...

    def backgrounds(self) -> dict[str, NDArray[np.float32]]:
        """Background vector by language (`rag.embedding.background`)."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


def places_by_article(dense: DenseIndex, keys: Sequence[int]) -> dict[int, NDArray[np.int64]]:
    """Places of each article's chunks in order."""
    groups = [group.chunks for group in dense.layout.groups(keys)]
    places = np.sort(np.concatenate([np.zeros(0, np.int64), *groups]))
    articles = dense.layout.articles[places]
    return {key: places[articles == key] for key in keys}


def vectors_at(dense: DenseIndex, place: int) -> Vectors:
    """Vectors of a chunk and of its sentences, shape (1 + sentences, dimension)."""
    sentences = dense.layout.sentences(place)
    rows = [dense.chunks.rows([place]), dense.sentences.rows(sentences)]
    return np.concatenate(rows).astype(np.float32)

"""Where articles, chunks, vectors and terms are kept and searched: the contract of a store.

The local store keeps one generation of FAISS vectors, SQLite rows and a tantivy index, named by a manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.records import Article, Chunk, DateMention, Filters
    from rag.store.manifest import Manifest


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A candidate with the score of every leg.

    `dense` is the cosine of question and chunk, `sentences` that of question and each sentence of the
    chunk in order, `lexical` the BM25 score (0 where the lexical leg did not bring the chunk).
    `background` is the cosine of the question with the language of the chunk as such
    (`rag.embedding.background`); a language without one gets the mean of the others.
    `story` is the id that the copies of one story share; a lone article's own.
    """

    chunk: Chunk
    article: Article
    mentions: tuple[DateMention, ...]  # of the whole article, by offset
    dense: float
    sentences: tuple[float, ...]
    lexical: float
    background: float = 0.0
    story: str = ""

    @property
    def best_sentence(self) -> float:
        """Cosine of the sentence nearest to the question."""
        return max(self.sentences, default=self.dense)


class PassageStore(Protocol):
    """Read side of a store. Searches are exact under filters."""

    manifest: Manifest

    def search(
        self, vector: NDArray[np.float32], stems: Sequence[str], limit: int, filters: Filters
    ) -> list[ScoredChunk]:
        """The union of what each leg finds (`limit` candidates a leg), each scored by all of them."""
        ...

    def frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """How many chunks hold each stem."""
        ...

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        ...

    def articles(self) -> list[Article]:
        """All articles: newest first, undated last, then by id."""
        ...

    def stories(self) -> dict[str, str]:
        """Article id -> story id, for the articles that are copies of one story; lone ones left out."""
        ...

    def close(self) -> None:
        """Release files."""
        ...

"""Where articles, chunks, vectors and terms are kept and searched: the contract of a store.

The local store keeps one generation of FAISS vectors, SQLite rows and a tantivy index, named by a manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Any, Self

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

    @property
    def manifest(self) -> Manifest:
        """What the index in force says of itself."""
        ...

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

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        """Article id -> the times that its text names, by offset, for every article."""
        ...

    def close(self) -> None:
        """Release files."""
        ...


class StoreWriter(Protocol):
    """Write side of a store, inside `Shelf.writing`: nobody sees a change before `commit`.

    A context manager; left without `commit`, the index in force stays as it is.
    """

    resumed: bool  # whether this goes on with what an interrupted run left at its last checkpoint

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def delete(self, article_id: str) -> None:
        """Delete an article with all that hangs on it; unknown ids are passed over."""
        ...

    def add(self, article: Article, file: str, mentions: Iterable[DateMention]) -> int:
        """Add an article (after deleting its former version); returns its key for `sign` and `add_chunk`."""
        ...

    def sign(self, article: int, signature: NDArray[np.uint32]) -> None:
        """Keep what an article is compared with others by (`rag.store.stories`); once for each."""
        ...

    def add_chunk(
        self, article: int, chunk: Chunk, stems: Sequence[str], vectors: NDArray[np.float32]
    ) -> None:
        """Add a chunk; `vectors` has its own vector first, then one for each of its sentences."""
        ...

    def checkpoint(self, *, now: bool = False) -> None:
        """Call between articles: now and then what is there is kept for a run after an interruption."""
        ...

    def group_stories(self) -> list[tuple[str, ...]]:
        """Group copies of one story; ids of each story that got an article since the last call."""
        ...

    def languages_without_background(self) -> list[str]:
        """Languages of the articles whose background vector is not kept yet."""
        ...

    def add_background(self, language: str, vector: NDArray[np.float32]) -> None:
        """Keep a language's background vector (`rag.embedding.background`)."""
        ...

    def move(self, article_id: str, file: str) -> None:
        """Note that an unchanged article is now in another file."""
        ...

    def state(self) -> dict[str, tuple[str, str]]:
        """Article id -> (digest, file) as it stands."""
        ...

    def commit(
        self, model: dict[str, Any], split: dict[str, Any], corpus: dict[str, Any]
    ) -> Manifest:
        """Put the changes in force, all at once."""
        ...


class Shelf(Protocol):
    """Where an index is kept, for those who write it."""

    def writing(
        self, wait_s: float = 0.0, waiting: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """Hold the writer's lock; another holder is waited for up to `wait_s` s, `waiting` called before.

        Raises:
            IndexBusyError: another process held it all that time.
            IndexWriteError, StoreError: the index can't be written.
        """
        ...

    def tidy(self) -> None:
        """Remove what killed writers left and nobody can go on with.

        Raises:
            IndexForeignError: what is there is something else's.
        """
        ...

    def manifest(self) -> Manifest:
        """What the index in force says of itself, after a quick check of it.

        Raises:
            IndexMissingError, IndexDamagedError, IndexMismatchError: there is none that can be built upon.
        """
        ...

    def verify(self, base: Manifest) -> None:
        """Check the index in force thoroughly, before it is built upon.

        Raises:
            IndexDamagedError: it is not as written.
        """
        ...

    def known(self, base: Manifest | None) -> dict[str, tuple[str, str]]:
        """Article id -> (digest, file) of the index in force; nothing where `base` is None."""
        ...

    def can_resume(self, base: Manifest | None, identity: str) -> bool:
        """Whether an interrupted writer of this `identity` left something to go on with."""
        ...

    def builder(
        self, base: Manifest | None, dimension: int, identity: str = "", expected: int = 0
    ) -> StoreWriter:
        """Start to write upon `base`, or from nothing; `expected` sentences where that is known."""
        ...

    def gather(self, writer: Any) -> None:  # noqa: ANN401 - the writer that `builder` gave
        """Wait for other writers of the same change, where there are any, and take over what they wrote.

        Raises:
            StoreError: they have fallen silent.
        """
        ...

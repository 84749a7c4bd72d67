"""What the doors need of an assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Answer, Article, DateMention, Filters, Passage, Turn


class Assistant(Protocol):
    """Answers questions over the articles of one index. Calls block; several threads may call at once.

    Every method may raise a ShawahidError.
    """

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        *,
        writer: str | None = None,
        passages: int | None = None,
    ) -> Answer:
        """The answer; an abstention is an answer too."""
        ...

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        *,
        writer: str | None = None,
        passages: int | None = None,
    ) -> Iterator[str | Answer]:
        """Pieces of text, then the Answer, whose text replaces the pieces."""
        ...

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
        """The `k` best passages, best first."""
        ...

    def article(self, article_id: str) -> Article | None:
        """The article of that id, if the index has it."""
        ...

    def articles(self) -> list[Article]:
        """All articles, newest first, then by id."""
        ...

    def stories(self) -> dict[str, str]:
        """Article id -> story id, for the articles that are copies of one story."""
        ...

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        """Article id -> the times that its text names, by offset, for every article."""
        ...

    @property
    def generation(self) -> str:
        """Name of the state of the index that answers now; another name after each change."""
        ...

    def check(self) -> None:
        """Raise the ShawahidError that a question would meet now, if any."""
        ...

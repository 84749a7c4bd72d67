"""An assistant that follows its index, so that a server goes on while the index changes."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from rag.serving.live.generations import EVERY_S, Generations, index_stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.embedding import Embedder
    from rag.records import Answer, Article, DateMention, Filters, Passage, Turn
    from rag.settings import Settings


class LiveAssistant:
    """Meets `rag.serving.protocol.Assistant`, on the newest generation that can be opened. Thread-safe.

    A call ends on the generation that it began on, a stream on that of its first piece. The model
    stays loaded.
    """

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    @classmethod
    def open(cls, settings: Settings, *, every_s: float = EVERY_S) -> LiveAssistant:
        """Load the model, open the index, and follow it, looking every `every_s` seconds.

        Raises:
            ModelError, IndexMissingError, IndexDamagedError, IndexMismatchError: each names its remedy.
        """
        from rag import open_assistant

        seen = index_stamp(settings)
        assistant = open_assistant(settings)
        _forget_loading()
        generations = Generations(assistant, lambda: index_stamp(settings), seen)
        generations.start(every_s)
        return cls(generations)

    def refresh(self) -> bool:
        """Open the index in force at once, if it is another one; whether it has taken over."""
        return self._generations.refresh()

    def stop(self) -> None:
        """Follow the index no longer; what is open goes on answering."""
        self._generations.stop()

    def close(self) -> None:
        """Stop, and release the index's files once the calls at work are done."""
        self._generations.close()

    @property
    def trouble(self) -> str | None:
        """Why the index in force is not the one that answers, in one line; None where it is."""
        return self._generations.trouble

    @property
    def reloads(self) -> int:
        """New states of the index taken up so far."""
        return self._generations.reloads

    @property
    def reload_failures(self) -> int:
        """Attempts at one that failed."""
        return self._generations.reload_failures

    @property
    def generation(self) -> str:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.generation

    @property
    def embedder(self) -> Embedder:
        """The model, which all generations share."""
        with self._generations.using() as assistant:
            return assistant.embedder

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        *,
        writer: str | None = None,
        passages: int | None = None,
    ) -> Answer:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.ask(question, history, filters, writer=writer, passages=passages)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        *,
        writer: str | None = None,
        passages: int | None = None,
    ) -> Iterator[str | Answer]:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            yield from assistant.stream(
                question, history, filters, writer=writer, passages=passages
            )

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.search(question, k, filters)

    def article(self, article_id: str) -> Article | None:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.article(article_id)

    def articles(self) -> list[Article]:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.articles()

    def stories(self) -> dict[str, str]:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.stories()

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        """See `protocol.Assistant`."""
        with self._generations.using() as assistant:
            return assistant.mentions()

    def check(self) -> None:
        """See `protocol.Assistant`; a new generation that can't be opened is told by `trouble` alone."""
        with self._generations.using() as assistant:
            assistant.check()


def _forget_loading() -> None:
    """Collect what loading left behind, once.

    The model is loaded without collecting, and what is there then is never looked at again. Frames of that
    time in cycles would hold the first generation, mapped files and all, for as long as the process.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()

"""Which writer answers: the one asked for, or under "auto" a language model where one is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.writers.extractive import ExtractiveWriter
from rag.answering.writers.ollama import OllamaWriter, available
from rag.answering.writers.ollama_chat import OllamaChat
from rag.answering.writers.ollama_rewrite import OllamaRewriter
from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.writers import Writer
    from rag.embedding import Embedder
    from rag.records import Turn
    from rag.settings import Settings

NAMES = ("auto", "extractive", "ollama")


class Writers:
    """Both writers, ready to be chosen from."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self.extractive = ExtractiveWriter(settings)
        chat = OllamaChat(settings, embedder.count_tokens)
        self._ollama = OllamaWriter(settings, chat)
        self._rewriter = OllamaRewriter(chat)

    def choose(self, name: str | None) -> tuple[Writer, str | None]:
        """The writer, and a notice when it is not the one asked for.

        Raises:
            UsageError: no writer has that name.
        """
        wanted = name or self._settings.writer
        if wanted not in NAMES:
            raise UsageError(f"there is no writer {wanted!r}; choose one of {', '.join(NAMES)}")
        if wanted == "extractive":
            return self.extractive, None
        state = available(self._settings)
        if state.ok:
            return self._ollama, None
        return self.extractive, (replaced(state.reason) if wanted == "ollama" else None)

    def self_contained(self, chosen: Writer, question: str, history: Sequence[Turn]) -> str | None:
        """The question made self-contained by the model that will write; None where none can or may.

        Never raises; takes at most 8 s.
        """
        return self._rewriter.rewrite(question, history) if chosen is self._ollama else None


def replaced(reason: str) -> str:
    """The one line that a reader gets when a writer failed for `reason`."""
    return f"{reason}; the extractive writer answers instead"

"""Which writer answers: the one asked for, or under "auto" a language model where one is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.writers.extractive import ExtractiveWriter
from rag.answering.writers.ollama import OllamaWriter, available
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.answering.writers import Writer
    from rag.embedding import Embedder
    from rag.settings import Settings

NAMES = ("auto", "extractive", "ollama")


class Writers:
    """Both writers, ready to be chosen from."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self.extractive = ExtractiveWriter(settings)
        self._ollama = OllamaWriter(settings, embedder.count_tokens)

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
        return self.extractive, (state.reason if wanted == "ollama" else None)

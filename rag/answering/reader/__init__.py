"""A small network that reads a passage with the question at hand and tells which sentence answers.

An embedding knows what a sentence is about, not whether it says what was asked. The reader is the
packaged embedding model's own encoder with a low-rank adapter (Hu et al., 2021) and a span head, trained
as an extractive question answerer that may also answer "nothing here" (Devlin et al., 2018, section 4.3).
Training data and command: `adapter.json`. It costs one pass of the encoder a passage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer
    from transformers import BertModel

    from rag.embedding import Embedder
    from rag.settings import Settings

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be read under its article's title, and the spans `[start, end)` of it that are scored."""

    title: str
    text: str
    spans: Spans


class Reader(Protocol):
    """Scores the sentences of passages as answers to a question."""

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[float, ...]]:
        """For each text the score of each span: log-odds of an answer inside it against no answer at all."""
        ...


@runtime_checkable
class _HasEncoder(Protocol):
    """An embedder whose network can be shared."""

    @property
    def encoder(self) -> tuple[BertModel, Tokenizer]: ...

    @property
    def is_packaged(self) -> bool: ...


def open_reader(settings: Settings, embedder: Embedder) -> Reader | None:
    """The reader that goes with the embedder; None where it is switched off or there is none for that model."""
    if settings.reader == "off" or not isinstance(embedder, _HasEncoder):
        return None
    if not embedder.is_packaged:
        return None
    from rag.answering.reader.network import SpanReader

    return SpanReader.open(*embedder.encoder)

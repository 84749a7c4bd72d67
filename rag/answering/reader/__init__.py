"""A small network that reads a passage with the question at hand and tells which sentence answers.

An embedding knows what a sentence is about, not whether it says what was asked. The reader is the
packaged embedding model's own encoder with a low-rank adapter (Hu et al., 2021) and a span head, trained
as an extractive question answerer that may also answer "nothing here" (Devlin et al., 2018, section 4.3).
A statement is read like a question: a sentence answers it that supports all it says.
Training data and command: `adapter.json`. It costs one pass of the encoder a passage.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer
    from transformers import BertModel

    from rag.embedding import Embedder
    from rag.records import Article
    from rag.settings import Settings

Spans = tuple[tuple[int, int], ...]
UNIT = 10.0  # of scores as features: the log-odds run from about -20 to 20


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be read under its article's `heading`, and the spans `[start, end)` of it that are scored."""

    title: str
    text: str
    spans: Spans


def heading(article: Article) -> str:
    """An article's day, where it has one, and title: what a reader is told of it besides the text."""
    return f"{article.published or ''} {article.title}".strip()


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


_OPENED: WeakKeyDictionary[object, Reader] = WeakKeyDictionary()
_LOCK = threading.Lock()


def open_reader(settings: Settings, embedder: Embedder) -> Reader | None:
    """The reader that goes with the embedder; None where it is switched off or there is none for that model."""
    return None if settings.reader == "off" else reader_of(embedder)


def reader_of(embedder: Embedder) -> Reader | None:
    """The reader made for the embedder's model, opened once for an embedder; None for other models."""
    if not isinstance(embedder, _HasEncoder) or not embedder.is_packaged:
        return None
    with _LOCK:
        if embedder not in _OPENED:
            from rag.answering.reader.network import SpanReader

            _OPENED[embedder] = SpanReader.open(*embedder.encoder)
        return _OPENED[embedder]

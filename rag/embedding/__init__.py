"""Turning text into vectors: the contract, and the one way to open a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.settings import Settings

    Progress = Callable[[int], None]


class Embedder(Protocol):
    """Embeds questions and passages into the same space; vectors have unit length, float32."""

    name: str
    fingerprint: str  # changes whenever the same text would get another vector
    dimension: int
    max_tokens: int  # longest text the model reads, its prompt included

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (len(texts), dimension)."""
        ...

    def embed_passages(
        self, texts: Sequence[str], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Vectors of passages, shape (len(texts), dimension); `progress` gets the count done since its last call."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""
        ...


def open_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name.

    Raises:
        ModelError: the model can't be had; the message names the ways out.
    """
    from rag.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder.open(settings)


def identify_model(settings: Settings) -> tuple[str, str]:
    """Name and fingerprint of the model that the settings name, without loading it.

    Raises:
        ModelError: the model can't be had; the message names the ways out.
    """
    from rag.embedding.sentence_transformer import identify

    return identify(settings)

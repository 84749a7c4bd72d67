"""How large a context a prompt needs. Ollama cuts a prompt that is longer, without a word."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.prompts import CountTokens

# Tokens are counted with the embedding model's vocabulary. A language model may need more of its own for
# the same text: over the 123 news articles of NTREX in each of eight languages, Qwen's vocabulary needs
# 0.9 (en) to 1.9 (fa) times as many, at most 2.2 in any article; those of Llama 3 and Mistral NeMo at most
# 1.4. What servers report can only raise this: what one text needs tells nothing of another language's.
_TOKENS_PER_TOKEN = 2.5
_MARGIN = 1.15  # over the most that a server reported
_GROWTH = 1.5  # of a context that was full, whose prompt may have been of any length
_STEP = 2048  # a changed context makes Ollama load the model anew, so it changes rarely


class ContextSize:
    """Context for one model, learning from what its server reports. Safe under threads.

    The size never shrinks, so that the model is seldom loaded anew.
    """

    def __init__(self, count_tokens: CountTokens) -> None:
        """`count_tokens` is the embedder's."""
        self.count_tokens = count_tokens
        self._lock = threading.Lock()
        self._ratio = _TOKENS_PER_TOKEN
        self._size = 0

    def room(self, texts: Sequence[str], answer: int, most: int | None) -> int | None:
        """Our tokens left beside `texts` and an answer of so many tokens; None: no bound is known."""
        if most is None:
            return None
        return int((most - answer) / self._ratio) - sum(self.count_tokens(texts))

    def size(self, counted: int, answer: int, most: int | None) -> int:
        """Tokens of context for a prompt of `counted` of our tokens and its answer; never over `most`."""
        needed = math.ceil(counted * self._ratio) + answer
        with self._lock:
            self._size = max(self._size, math.ceil(needed / _STEP) * _STEP)
            return min(self._size, most or self._size)

    def learn(self, counted: int, size: int, reported: int, written: int) -> bool:
        """Take in the server's counts of prompt and answer; whether both fitted into `size`.

        A prompt that fills the context was cut to it, and an answer that outgrew it pushed the prompt out.
        """
        fitted = reported + written < size
        needs = reported * _MARGIN if fitted else size * _GROWTH
        with self._lock:
            self._ratio = max(self._ratio, needs / max(counted, 1))
        return fitted

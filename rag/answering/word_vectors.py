"""Each word of a text as the embedding model sees it in its sentence.

The vector of a word is the mean over its pieces of the encoder's layer 10 and last layer, the mean vector
of its language taken off: a multilingual model puts words of one language closer together, whatever they
mean. Words of equal meaning lie close in any two languages (Jalili Sabet et al. 2020, SimAlign, whose
middle layers of twelve align best), and names can be told from other words (`name_probe`).
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import numpy as np

from rag.text.analysis import Word, words
from rag.text.language import detect_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.embedding import Embedder

LAYERS = (10, 12)
_PROMPT = "passage: "
_LONGEST = 400  # pieces of a sentence that are read
_CACHED = 512  # sentences
_AT_ONCE = 16
_PAD = 1


@runtime_checkable
class HasEncoder(Protocol):
    """An embedder whose network can be shared."""

    @property
    def encoder(self) -> tuple[object, object]:
        """The network and its tokenizer."""
        ...

    @property
    def is_packaged(self) -> bool:
        """Whether this is the model that the fitted numbers belong to."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class WordRow:
    """Content words of a text in order, and their vectors, shape (words, 2 * dimension), not normalised.

    `whole` is the text's own vector, as `Embedder.embed_passages` has it.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    vectors: NDArray[np.float32]
    whole: NDArray[np.float32]


class WordReader:
    """Reads the words of sentences. Safe to share between threads."""

    def __init__(self, network: Any, tokenizer: Any) -> None:  # noqa: ANN401 - torch and tokenizers
        self._network = network
        self._tokenizer = tokenizer.from_str(tokenizer.to_str())  # the shared one keeps state
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._kept: OrderedDict[str, WordRow] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, texts: Sequence[str]) -> list[WordRow]:
        """The words of each text; texts of like length are read together, known ones are not read again."""
        with self._lock:
            new = sorted({text for text in texts if text not in self._kept}, key=len)
            for at in range(0, len(new), _AT_ONCE):
                self._kept.update((row.text, row) for row in self._read(new[at : at + _AT_ONCE]))
            rows = [self._kept[text] for text in texts]
            while len(self._kept) > _CACHED:
                self._kept.popitem(last=False)
        return rows

    def _read(self, texts: Sequence[str]) -> list[WordRow]:
        encoded = self._tokenizer.encode_batch([_PROMPT + text for text in texts])
        hidden = self._forward(encoded)
        return [
            _row(text, one.offsets[:_LONGEST], states)
            for text, one, states in zip(texts, encoded, hidden, strict=True)
        ]

    def _forward(self, encoded: Sequence[Any]) -> NDArray[np.float32]:
        """Shape (texts, pieces, 2 * dimension)."""
        import torch

        ids = [one.ids[:_LONGEST] for one in encoded]
        longest = max(map(len, ids))
        padded = torch.tensor([row + [_PAD] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        device = next(self._network.parameters()).device
        with torch.inference_mode():
            states = self._network(
                input_ids=padded.to(device),
                attention_mask=mask.to(device),
                output_hidden_states=True,
            ).hidden_states
        read: NDArray[np.float32] = (
            torch.cat([states[layer] for layer in LAYERS], dim=2).float().cpu().numpy()
        )
        return read


def _row(text: str, offsets: Sequence[tuple[int, int]], hidden: NDArray[np.float32]) -> WordRow:
    language = detect_language(text)
    found, vectors = [], []
    for word in words(text, language):
        start, end = word.start + len(_PROMPT), word.end + len(_PROMPT)
        pieces = [i for i, (a, b) in enumerate(offsets) if a < end and b > start and b > a]
        if word.is_content and pieces:
            found.append(word)
            vectors.append(hidden[pieces].mean(axis=0))
    width = hidden.shape[1]
    table = np.array(vectors, np.float32).reshape(-1, width)
    whole = hidden[: len(offsets), width // 2 :].mean(axis=0)
    whole /= max(float(np.linalg.norm(whole)), 1e-9)
    return WordRow(text, language, tuple(found), table, whole)


_OPENED: WeakKeyDictionary[object, WordReader] = WeakKeyDictionary()


def open_word_reader(embedder: Embedder) -> WordReader | None:
    """The reader that goes with the embedder; None for a model that nothing here was fitted on."""
    if not isinstance(embedder, HasEncoder) or not embedder.is_packaged:
        return None
    if embedder not in _OPENED:
        _OPENED[embedder] = WordReader(*embedder.encoder)
    return _OPENED[embedder]


@dataclass(frozen=True, slots=True)
class FittedWords:
    """The mean word vector of each language, and a linear probe that tells names (`eval.fit_words`)."""

    means: dict[str, NDArray[np.float32]]
    probe: NDArray[np.float32]
    bias: float

    def centred(
        self, vectors: NDArray[np.float32], language: str, layer: slice
    ) -> NDArray[np.float32]:
        """Unit vectors of one layer without what their language adds."""
        rows = (vectors - self._mean(language))[:, layer]
        lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return np.asarray(rows / lengths, np.float32)

    def is_name(self, vector: NDArray[np.float32], language: str) -> bool:
        """Whether a word in its context reads as a name."""
        middle = (vector - self._mean(language))[: len(self.probe)]
        return float(middle @ self.probe) + self.bias > 0

    def _mean(self, language: str) -> NDArray[np.float32]:
        return self.means.get(language, self.means[""])


@cache
def fitted_words() -> FittedWords:
    """The fitted numbers, kept beside this file."""
    kept = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    means = {code: np.array(values, np.float32) for code, values in kept["means"].items()}
    return FittedWords(means, np.array(kept["probe"], np.float32), float(kept["bias"]))

"""The reader's network: the packaged encoder with the stored adapter merged into its weights."""

from __future__ import annotations

import copy
import threading
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Self

from rag.answering.reader.adapter import read_adapter
from rag.answering.reader.windows import NOTHING, Window, span_scores, windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray
    from tokenizers import Tokenizer
    from transformers import BertModel

    from rag.answering.reader import Text
    from rag.embedding.lean import LeanEncoder

ADAPTER = "adapter.safetensors"
SCALE = 2.0  # of the low-rank product, as trained
AT_ONCE = 4  # windows that go through the network together; bounds its memory


class SpanReader:
    """Meets `rag.answering.reader.Reader`. Threads may share one."""

    def __init__(
        self, encoder: LeanEncoder, tokenizer: Tokenizer, tensors: dict[str, torch.Tensor]
    ) -> None:
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._head = (tensors["head.weight"], tensors["head.bias"])
        self._segment = tensors["segment"]
        self._lock = threading.Lock()

    @classmethod
    def open(cls, encoder: BertModel, tokenizer: Tokenizer) -> Self:
        """Copy the encoder's layers (its word vectors stay shared) and merge the adapter into them."""
        from rag.embedding.lean import LeanEncoder

        with as_file(files("rag.answering.reader").joinpath(ADAPTER)) as path:
            tensors = read_adapter(path)
        network = copy.deepcopy(encoder, {id(encoder.embeddings): encoder.embeddings})
        for name, module in network.named_modules():
            if f"{name}.a" in tensors:
                change = tensors[f"{name}.b"] @ tensors[f"{name}.a"]
                merged = module.weight.data.float() + SCALE * change.to(module.weight.device)
                module.weight.data = merged.to(module.weight.dtype)
        own = tokenizer.from_str(
            tokenizer.to_str()
        )  # truncation and padding are the tokenizer's state
        own.no_truncation()
        own.no_padding()
        return cls(LeanEncoder(network), own, tensors)

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[float, ...]]:
        """See `Reader.read`. A text's scores depend on the others by no more than rounding."""
        best = [[NOTHING] * len(told.spans) for told in texts]
        rows = [
            (place, window)
            for place, told in enumerate(texts)
            for window in windows(self._tokenizer, question, told.title, told.text)
        ]
        for at in range(0, len(rows), AT_ONCE):
            group = rows[at : at + AT_ONCE]
            logits = self._logits([window for _, window in group])
            for (place, window), (starts, ends) in zip(group, logits, strict=True):
                scores = span_scores(window, starts, ends, texts[place].spans)
                best[place] = [max(pair) for pair in zip(best[place], scores, strict=True)]
        return [tuple(row) for row in best]

    def _logits(
        self, group: Sequence[Window]
    ) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Start and end logits of every token of each window."""
        import torch

        lengths = [len(window.ids) for window in group]
        with self._lock, torch.inference_mode():
            vectors = self._encoder.words([i for window in group for i in window.ids])
            for window, own in zip(group, torch.split(vectors, lengths), strict=True):
                own[window.first : window.first + len(window.offsets)] += self._segment.to(own)
            hidden = self._encoder.encode(vectors, lengths).float().cpu()
            logits = torch.nn.functional.linear(hidden, *self._head)
            return [
                (part[:, 0].numpy(), part[:, 1].numpy()) for part in torch.split(logits, lengths)
            ]

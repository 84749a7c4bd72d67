"""The reader's network: the packaged encoder with the stored adapter merged into its weights."""

from __future__ import annotations

import copy
import threading
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Self

from rag.answering.reader.windows import NOTHING, Window, best_answers, windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray
    from tokenizers import Tokenizer
    from transformers import BertModel

    from rag.answering.reader import Found, Text

ADAPTER = "adapter.safetensors"
SCALE = 2.0  # of the low-rank product, as trained


class SpanReader:
    """Meets `rag.answering.reader.Reader`. Threads may share one."""

    def __init__(
        self, network: BertModel, tokenizer: Tokenizer, tensors: dict[str, torch.Tensor]
    ) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._head = (tensors["head.weight"].float(), tensors["head.bias"].float())
        self._segment = tensors["segment"]
        self._lock = threading.Lock()

    @classmethod
    def open(cls, encoder: BertModel, tokenizer: Tokenizer) -> Self:
        """Copy the encoder's layers (its word vectors stay shared) and merge the adapter into them."""
        from safetensors.torch import load_file

        with as_file(files("rag.answering.reader").joinpath(ADAPTER)) as path:
            tensors = load_file(path)
        network = copy.deepcopy(encoder, {id(encoder.embeddings): encoder.embeddings})
        for name, module in network.named_modules():
            if f"{name}.a" in tensors:
                change = tensors[f"{name}.b"].float() @ tensors[f"{name}.a"].float()
                merged = module.weight.data.float() + SCALE * change.to(module.weight.device)
                module.weight.data = merged.to(module.weight.dtype)
        network.set_attn_implementation(
            "eager"
        )  # a fifth quicker than the fused one at this length
        own = tokenizer.from_str(
            tokenizer.to_str()
        )  # truncation and padding are the tokenizer's state
        own.no_truncation()
        own.no_padding()
        return cls(network.train(mode=False), own, tensors)

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[Found, ...]]:
        """See `Reader.read`."""
        return [self._read(question, text) for text in texts]

    def _read(self, question: str, told: Text) -> tuple[Found, ...]:
        best = [NOTHING] * len(told.spans)
        for window in windows(self._tokenizer, question, told.title, told.text):
            found = best_answers(window, *self._logits(window), told.spans)
            best = [max(pair) for pair in zip(best, found, strict=True)]
        return tuple(best)

    def _logits(self, window: Window) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Start and end logits of every token. Alone in its batch, so a text's scores never depend on others."""
        import torch

        device = self._network.device
        with self._lock, torch.inference_mode():
            ids = torch.tensor([window.ids], device=device)
            vectors = self._network.embeddings.word_embeddings(ids)
            told = slice(window.first, window.first + len(window.offsets))
            vectors[:, told] += self._segment.to(vectors)
            hidden = self._network(inputs_embeds=vectors).last_hidden_state[0].float().cpu()
            logits = torch.nn.functional.linear(hidden, *self._head).numpy()
        return logits[:, 0], logits[:, 1]

"""The reader as it is trained: the packaged encoder, frozen, with low-rank adapters and a span head."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from rag.answering.reader.adapter import read_adapter, write_adapter

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import BertModel

RANK = 16
DROPPED = 0.1  # of what the narrow matrices pass on and the head sees
SCALE = 2.0  # as `rag.answering.reader.network` merges it
AVERAGED = 150  # steps
_MASKED = -1e4


class Adapted(nn.Module):
    """A frozen linear layer plus a product of two narrow matrices (Hu et al., 2021)."""

    def __init__(self, frozen: nn.Linear) -> None:
        super().__init__()
        self.frozen = frozen
        outputs, inputs = frozen.weight.shape
        self.a = nn.Parameter(torch.randn(RANK, inputs) / math.sqrt(inputs))
        self.b = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The layer's output, shape (..., outputs)."""
        y = functional.linear(x, self.frozen.weight, self.frozen.bias)
        narrow = functional.linear(x, self.a.to(x.dtype)).flatten(0, -2)
        narrow = functional.dropout(narrow, DROPPED, self.training)
        return torch.addmm(y.flatten(0, -2), narrow, (self.b.t() * SCALE).to(x.dtype)).view_as(y)


class Network(nn.Module):
    """Start and end logits for every token; the first token stands for "no answer"."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        encoder.requires_grad_(False)  # noqa: FBT003 - torch's own signature
        self.encoder: nn.Module = encoder
        for module in [*encoder.encoder.modules()]:
            for name, part in [*module.named_children()]:
                if isinstance(part, nn.Linear):
                    setattr(module, name, Adapted(part))
        for part in encoder.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0  # drawing so many random numbers took a third of a step
        # In bfloat16 the way back through the fused kernel takes longer.
        encoder.set_attn_implementation("eager")
        self.embed = encoder.embeddings.word_embeddings
        width = int(encoder.config.hidden_size)
        self.head = nn.Linear(width, 2)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.segment = nn.Parameter(torch.zeros(width))  # added to the text's tokens

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, told: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of shape (batch, length); `told` marks the text's tokens."""
        vectors = self.embed(ids).detach()
        vectors = vectors + told.unsqueeze(-1).to(vectors.dtype) * self.segment.to(vectors.dtype)
        hidden = self.encoder(inputs_embeds=vectors, attention_mask=mask).last_hidden_state
        allowed = told.clone()
        allowed[:, 0] = 1
        kept = functional.dropout(hidden.float(), DROPPED, self.training)
        logits = self.head(kept).masked_fill(allowed.unsqueeze(-1) == 0, _MASKED)
        return logits[..., 0], logits[..., 1]

    def trained(self) -> dict[str, nn.Parameter]:
        """What training changes, by name."""
        return {name: p for name, p in self.named_parameters() if p.requires_grad}

    def load(self, path: Path) -> None:
        """Go on from a written adapter."""
        tensors = read_adapter(path)
        for name, parameter in self.trained().items():
            parameter.data = tensors[name.removeprefix("encoder.")]


class Average:
    """The mean of a network's trained parameters over its last steps (Polyak and Juditsky, 1992)."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._means = {n: p.detach().clone() for n, p in network.trained().items()}
        self._steps = 0

    def update(self) -> None:
        """Take in the parameters as they are after a step."""
        self._steps += 1
        weight = max(1 / AVERAGED, 1 / self._steps)
        for name, parameter in self._network.trained().items():
            self._means[name].lerp_(parameter.detach(), weight)

    def save(self, path: Path, other: Path | None = None) -> None:
        """Write the mean as adapter, under the names of the encoder's own layers.

        With `other`, an adapter that training went on from, the mean of both (Wortsman et al., 2022).
        """
        means = {name.removeprefix("encoder."): mean for name, mean in self._means.items()}
        if other is not None:
            second = read_adapter(other)
            means = {name: (mean + second[name]) / 2 for name, mean in means.items()}
        write_adapter(path, means)

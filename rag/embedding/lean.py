"""A BERT encoder's layers over texts of any lengths in one go: no padding, and no library between the sums.

For a question of twenty tokens the library's calls around the arithmetic took half the time. The text's tokens
stand one after another; only attention keeps texts apart. On x86 the weights are laid out once as oneDNN wants
them, which it otherwise does at every call. For what the layers compute see Devlin et al., 2018.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from torch import Tensor
    from torch.nn import LayerNorm, Linear
    from transformers import BertModel
    from transformers.models.bert.modeling_bert import BertLayer

# Sums of exponentials between these are exact enough without taking the largest exponent off first.
LEAST_SUM, MOST_SUM = 1e-30, 1e30


class _Dense:
    """Linear layers of the same input as one, its weights packed where that is possible."""

    def __init__(self, *layers: Linear) -> None:
        weight = torch.cat([layer.weight.detach() for layer in layers])
        self._bias = torch.cat([layer.bias.detach() for layer in layers])
        self._is_packed = _packs(weight)
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight) if self._is_packed else weight  # fmt: skip

    def __call__(self, x: Tensor) -> Tensor:
        if self._is_packed:
            return self._pointwise(x, "none")
        return functional.linear(x, self._weight, self._bias)

    def gelu(self, x: Tensor) -> Tensor:
        """The GELU of the layer's output."""
        if self._is_packed:
            return self._pointwise(x, "gelu")
        return functional.gelu(functional.linear(x, self._weight, self._bias))

    def plus(self, x: Tensor, other: Tensor) -> Tensor:
        """The layer's output and `other`."""
        if self._is_packed:
            added: Tensor = torch.ops.mkldnn._linear_pointwise.binary(x, other, self._weight, self._bias, "add")  # fmt: skip
            return added
        return functional.linear(x, self._weight, self._bias) + other

    def _pointwise(self, x: Tensor, then: str) -> Tensor:
        y: Tensor = torch.ops.mkldnn._linear_pointwise(x, self._weight, self._bias, then, [], "none")  # fmt: skip
        return y


def _packs(weight: Tensor) -> bool:
    """Whether oneDNN packs such weights here. The operators are torch's own for compiled networks."""
    if weight.device.type != "cpu" or platform.machine() not in {"x86_64", "AMD64"}:
        return False
    has_operators = hasattr(torch.ops.mkldnn, "_linear_pointwise")
    if not (has_operators and torch.backends.mkldnn.is_available()):  # type: ignore[no-untyped-call]
        return False
    if weight.dtype is torch.bfloat16:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return weight.dtype is torch.float32


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer layer."""

    attended: _Dense  # queries, keys and values side by side
    joined: _Dense
    wide: _Dense
    narrow: _Dense
    norms: tuple[LayerNorm, LayerNorm]

    @classmethod
    def of(cls, layer: BertLayer) -> Self:
        own, out = layer.attention.self, layer.attention.output
        return cls(
            _Dense(own.query, own.key, own.value),
            _Dense(out.dense),
            _Dense(layer.intermediate.dense),
            _Dense(layer.output.dense),
            (out.LayerNorm, layer.output.LayerNorm),
        )


class LeanEncoder:
    """The layers of a BertModel; of the model only small tensors and the table of words stay referenced."""

    def __init__(self, network: BertModel) -> None:
        embeddings = network.embeddings
        self._words = embeddings.word_embeddings
        self._places = embeddings.position_embeddings.weight.detach()
        self._kind = embeddings.token_type_embeddings.weight.detach()[0]
        self._norm = embeddings.LayerNorm
        self._layers = [_Layer.of(cast("BertLayer", layer)) for layer in network.encoder.layer]
        self._heads = int(network.config.num_attention_heads)

    @staticmethod
    def can_run(network: object) -> bool:
        """Whether the network is a plain BERT encoder, of a number type that is computed in here."""
        from transformers import BertModel

        if type(network) is not BertModel:
            return False
        config = network.config
        plain = config.hidden_act == "gelu" and not config.is_decoder
        absolute = getattr(config, "position_embedding_type", "absolute") == "absolute"
        kinds = {p.dtype for p in network.encoder.parameters()}
        return plain and absolute and kinds in ({torch.float32}, {torch.bfloat16})

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self._places.device

    def words(self, ids: Sequence[int] | Tensor) -> Tensor:
        """Vectors of tokens, shape (tokens, dimension), as `encode` takes them."""
        vectors: Tensor = self._words(torch.as_tensor(ids, device=self.device))
        return vectors

    def encode(self, vectors: Tensor, lengths: Sequence[int]) -> Tensor:
        """Last hidden states of texts that stand one after another, shape (sum of lengths, dimension)."""
        places = torch.cat([self._places[:length] for length in lengths])
        x: Tensor = self._norm(vectors + self._kind + places)
        for layer in self._layers:
            attended = [
                self._attend(part) for part in torch.split(layer.attended(x), list(lengths))
            ]
            whole = attended[0] if len(attended) == 1 else torch.cat(attended)
            x = layer.norms[0](layer.joined.plus(whole, x))
            x = layer.norms[1](layer.narrow.plus(layer.wide.gelu(x), x))
        return x

    def _attend(self, mixed: Tensor) -> Tensor:
        """Attention inside one text; `mixed` has shape (tokens, 3 * dimension)."""
        tokens, width = mixed.shape[0], mixed.shape[1] // 3
        parts = mixed.view(tokens, 3, self._heads, -1).permute(1, 2, 0, 3).contiguous()
        return _mix(*parts.unbind()).transpose(0, 1).reshape(tokens, width)


def _mix(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention of each head, shape (heads, tokens, dimension of a head).

    In bfloat16 on a CPU, torch's fused attention and its softmax take most of the time of a text of 200
    tokens: there the exponentials are summed as they are, and divided last.
    """
    if query.dtype is torch.bfloat16 and query.device.type == "cpu":
        weights = ((query * query.shape[-1] ** -0.5) @ key.transpose(1, 2)).exp_()
        sums = weights.sum(-1, keepdim=True, dtype=torch.float32)
        least, most = torch.aminmax(sums)
        if least > LEAST_SUM and most < MOST_SUM:
            mixed: Tensor = ((weights @ value) / sums).to(value.dtype)
            return mixed
    fused: Tensor = functional.scaled_dot_product_attention(query[None], key[None], value[None])
    return fused.squeeze(0)


class LeanModel:
    """A sentence-transformers model that is a BERT encoder and the mean of its token vectors, without the rest."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model  # for its tokenising
        self._encoder = LeanEncoder(cast("BertModel", model.transformers_model))

    @staticmethod
    def can_run(model: SentenceTransformer) -> bool:
        """Whether the model is of that kind, and on a CPU: there alone the calls are worth sparing."""
        from sentence_transformers.base.modules import Normalize, Transformer
        from sentence_transformers.sentence_transformer.modules import Pooling

        kinds = [type(module) for module in model]
        if kinds not in ([Transformer, Pooling], [Transformer, Pooling, Normalize]):
            return False
        pooling = cast("Pooling", model[1])
        return (
            pooling.pooling_mode == "mean"
            and pooling.include_prompt
            and model.truncate_dim is None
            and model.device.type == "cpu"
            and getattr(model.tokenizer, "padding_side", "") == "right"
            and model.tokenizer.num_special_tokens_to_add() > 0  # so that no text is empty
            and LeanEncoder.can_run(model.transformers_model)
        )

    def encode(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        """Vectors of the texts, of any length, shape (len(texts), dimension)."""
        with torch.inference_mode():
            features = self._model.preprocess(list(texts), prompt=prompt)
            real = features["attention_mask"].bool()
            lengths: list[int] = real.sum(1).tolist()
            states = self._encoder.encode(self._encoder.words(features["input_ids"][real]), lengths)
            means = [part.mean(0, dtype=torch.float32) for part in torch.split(states, lengths)]
            vectors: NDArray[np.float32] = torch.stack(means).numpy()
        return vectors

"""Our own pass of a BERT encoder gives what the library's gives; models of other kinds keep the library's."""

import numpy as np
import pytest

from rag.embedding.lean import LeanEncoder, LeanModel

MIXED = [
    "نهر جسر مدينة",
    "",
    "мост",
    "river bridge " * 30,  # cut
    "2020 مدينة река café",
    "نهر",
    "bridge " * 12,
]


def library(embedder, texts, prompt):
    vectors = embedder._model.encode(texts, prompt=prompt, show_progress_bar=False)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)


def is_lean(embedder):
    return isinstance(getattr(embedder._encode, "__self__", None), LeanModel)


@pytest.mark.parametrize(
    ("dtype", "furthest"), [("float32", 1e-5), ("bfloat16", 0.03)]
)  # of a unit vector of 32 numbers; bfloat16 has 8 bits
def test_vectors_are_the_librarys_up_to_rounding(open_tiny, dtype, furthest):
    embedder = open_tiny(embedding_dtype=dtype)
    assert is_lean(embedder)
    expected = library(embedder, MIXED, "passage : ")
    np.testing.assert_allclose(embedder.embed_passages(MIXED), expected, atol=furthest)
    for text, vector in zip(MIXED, expected, strict=True):
        np.testing.assert_allclose(embedder.embed_passages([text])[0], vector, atol=furthest)


def test_without_packed_weights_vectors_are_the_same(open_tiny, monkeypatch):
    packed = open_tiny().embed_queries(MIXED)
    monkeypatch.setattr("rag.embedding.lean._packs", lambda _weight: False)
    np.testing.assert_allclose(open_tiny().embed_queries(MIXED), packed, atol=1e-5)


def test_attention_of_any_strength_is_the_librarys(open_tiny):
    """Exponents beyond what a sum of exponentials holds: the largest counts alone."""
    import torch

    embedder = open_tiny(embedding_dtype="bfloat16")
    network, _ = embedder.encoder
    for layer in network.encoder.layer:
        layer.attention.self.query.weight.data *= 200
    ids = torch.tensor([[2, 5, 7, 8, 10, 3]])
    with torch.inference_mode():
        expected = network(input_ids=ids).last_hidden_state[0]
        lean = LeanEncoder(network)
        states = lean.encode(lean.words(ids[0]), [6])
    assert torch.isfinite(states).all()
    alike = torch.nn.functional.cosine_similarity(states.float(), expected.float())
    assert alike.min() > 0.99


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("1_Pooling/config.json", {"pooling_mode": "cls"}),
        ("1_Pooling/config.json", {"include_prompt": False}),
        ("config.json", {"hidden_act": "relu"}),
    ],
)
def test_models_of_other_kinds_go_through_the_library(open_tiny, copy, edit_json, file, change):
    edit_json(copy / file, **change)
    embedder = open_tiny(copy)
    assert not is_lean(embedder)
    np.testing.assert_allclose(
        embedder.embed_queries(MIXED), library(embedder, MIXED, "query : "), atol=1e-5
    )


def test_another_architecture_goes_through_the_library(open_tiny, copy):
    from transformers import DistilBertConfig, DistilBertModel

    config = DistilBertConfig(
        vocab_size=20, dim=32, n_layers=1, n_heads=2, hidden_dim=64, max_position_embeddings=16
    )
    DistilBertModel(config).save_pretrained(copy)
    embedder = open_tiny(copy)
    assert not is_lean(embedder)
    assert embedder.embed_queries(MIXED).shape == (len(MIXED), 32)

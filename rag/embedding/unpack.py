"""Writes a 4-bit model as an ordinary sentence-transformers folder: float16 weights, fast tokenizer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.charsmap import precompiled_charsmap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from rag.embedding.q4 import Q4File, Shape, Vocabulary

PROMPTS = {"query": "query: ", "passage": "passage: "}
METASPACE = "▁"  # stands for a space in the pieces
_MODULES = (
    ("", "sentence_transformers.base.modules.transformer.Transformer"),
    ("1_Pooling", "sentence_transformers.sentence_transformer.modules.pooling.Pooling"),
    ("2_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
)


def write_folder(source: Q4File, folder: Path) -> None:
    """Write the model into an existing empty folder; takes 4 bytes of memory a weight.

    Raises:
        ModelError: a tensor is missing or has another size than the encoder needs.
        OSError: the folder can't be written.
    """
    from safetensors.numpy import save_file

    _tokenizer(source.vocabulary).save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _json_files(source.shape, source.vocabulary).items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    weights = folder / "model.safetensors"
    save_file(dict(_weights(source)), weights, metadata={"format": "pt"})
    weights.chmod(
        (folder / "tokenizer.json").stat().st_mode
    )  # safetensors closes it to other users


def _tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    pieces = vocabulary.pieces
    model = models.Unigram(list(zip(pieces, vocabulary.scores, strict=True)), vocabulary.unk, False)  # noqa: FBT003 - byte_fallback, positional in the binding
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(precompiled_charsmap(vocabulary.characters)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(METASPACE, prepend_scheme="always")
    begin, end = pieces[vocabulary.bos], pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, vocabulary.bos), (end, vocabulary.eos)],
    )
    special = sorted({vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk})
    tokenizer.add_special_tokens([AddedToken(pieces[i], normalized=False) for i in special])
    return tokenizer


def _json_files(shape: Shape, vocabulary: Vocabulary) -> dict[str, Any]:
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": kind}
        for i, (path, kind) in enumerate(_MODULES)
    ]
    return {
        "modules.json": modules,
        "config.json": _encoder_config(shape, vocabulary),
        "tokenizer_config.json": _tokenizer_config(shape, vocabulary),
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "embedding_dimension": shape.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {
            "module_input_name": "sentence_embedding",
            "module_output_name": "sentence_embedding",
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _encoder_config(shape: Shape, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float16",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": float(f"{shape.layer_norm_epsilon:.6g}"),  # 1e-12, not its float32
        "pad_token_id": vocabulary.pad,
    }


def _tokenizer_config(shape: Shape, vocabulary: Vocabulary) -> dict[str, Any]:
    names = {"bos": "bos", "cls": "bos", "eos": "eos", "sep": "eos", "pad": "pad", "unk": "unk"}
    special = {
        f"{name}_token": vocabulary.pieces[getattr(vocabulary, at)] for name, at in names.items()
    }
    return {
        "tokenizer_class": "TokenizersBackend",
        "model_max_length": shape.positions,
        "model_input_names": ["input_ids", "attention_mask"],
        **special,
    }


def _weights(source: Q4File) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Names and shapes of transformers' BertModel."""
    s = source.shape
    hidden, inner = s.hidden, s.intermediate
    yield "embeddings.word_embeddings.weight", source.tensor("emb.word", s.vocabulary, hidden)
    yield "embeddings.position_embeddings.weight", source.tensor("emb.pos", s.positions, hidden)
    yield (
        "embeddings.token_type_embeddings.weight",
        source.tensor("emb.type", s.token_types, hidden),
    )
    yield "embeddings.LayerNorm.weight", source.tensor("emb.ln.w", hidden)
    yield "embeddings.LayerNorm.bias", source.tensor("emb.ln.b", hidden)
    parts = {
        "attention.self.query": ("q", (hidden, hidden)),
        "attention.self.key": ("k", (hidden, hidden)),
        "attention.self.value": ("v", (hidden, hidden)),
        "attention.output.dense": ("ao", (hidden, hidden)),
        "attention.output.LayerNorm": ("aln", (hidden,)),
        "intermediate.dense": ("fi", (inner, hidden)),
        "output.dense": ("fo", (hidden, inner)),
        "output.LayerNorm": ("oln", (hidden,)),
    }
    for layer in range(s.layers):
        for name, (short, shape) in parts.items():
            prefix = f"encoder.layer.{layer}.{name}"
            yield f"{prefix}.weight", source.tensor(f"l{layer}.{short}.w", *shape)
            yield f"{prefix}.bias", source.tensor(f"l{layer}.{short}.b", shape[0])
    # The source has no pooler and mean pooling uses none; zeros spare a warning about missing weights.
    yield "pooler.dense.weight", np.zeros((hidden, hidden), np.float16)
    yield "pooler.dense.bias", np.zeros(hidden, np.float16)

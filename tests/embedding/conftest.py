"""A tiny 4-bit file in the packaged layout, and a tiny sentence-transformers folder; both made here."""

import hashlib
import json
import os
import shutil
import struct

import numpy as np
import pytest

from rag.embedding import open_embedder
from rag.embedding.packaged import Source
from rag.settings import Settings

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # read when torch is imported, by test modules too

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁نهر", "▁جسر", "▁river", "▁мост", "a", "b", "é"]
SCORES = [0.0, 0.0, 0.0, 0.0, -4.0, -2.0, -2.5, -3.0, -3.5, -5.0, -5.5, -6.0]
CHARACTERS = {0x09: " ", 0xFEED: "و", 0xFEFB: "لا", 0xFB01: "fi", 0x200B: ""}
HIDDEN, LAYERS, HEADS, INNER, ROWS, POSITIONS = 32, 2, 2, 64, 14, 24


def q4_bytes(values):
    """Q4_0 by the letter of its definition: per 32 weights a float16 scale and 16 bytes of pairs."""
    out = bytearray()
    for block in np.asarray(values, np.float32).reshape(-1, 32):
        scale = np.float16(np.abs(block).max() / 7 or 1)
        nibbles = [int(np.clip(round(float(v) / float(scale)) + 8, 0, 15)) for v in block]
        out += scale.tobytes() + bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))
    return bytes(out)


def tiny_tensors(seed=0):
    random = np.random.default_rng(seed)
    shapes = {
        "emb.word": (ROWS, HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            shapes[f"l{layer}.{part}.w"], shapes[f"l{layer}.{part}.b"] = (HIDDEN, HIDDEN), (HIDDEN,)
        for part in ("aln", "oln"):
            shapes[f"l{layer}.{part}.w"] = shapes[f"l{layer}.{part}.b"] = (HIDDEN,)
        shapes[f"l{layer}.fi.w"], shapes[f"l{layer}.fi.b"] = (INNER, HIDDEN), (INNER,)
        shapes[f"l{layer}.fo.w"], shapes[f"l{layer}.fo.b"] = (HIDDEN, INNER), (HIDDEN,)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def q4_file(tensors):
    blob = b"".join(piece.encode() for piece in PIECES)
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    characters = b"".join(
        struct.pack(f"<IB{len(to)}I", at, len(to), *map(ord, to)) for at, to in CHARACTERS.items()
    )
    head = b"E5S1" + struct.pack(
        "<I7ifi", 1, HIDDEN, LAYERS, HEADS, INNER, ROWS, POSITIONS, 2, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes()
    head += np.array(SCORES, "<f4").tobytes() + blob
    head += struct.pack("<iI", len(CHARACTERS), len(characters)) + characters
    packed = {
        name: (1, q4_bytes(values))
        if values.ndim == 2 and name not in ("emb.pos", "emb.type")
        else (0, values.astype("<f4").tobytes())
        for name, values in tensors.items()
    }
    directory_bytes = 4 + sum(2 + len(name) + 21 for name in packed)
    directory, body = struct.pack("<i", len(packed)), b""
    for name, (kind, raw) in packed.items():
        offset = len(head) + directory_bytes + len(body)
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, tensors[name].size, offset, len(raw))
        body += raw
    return head + directory + body


@pytest.fixture
def tensors():
    return tiny_tensors()


@pytest.fixture
def make_q4_file():
    return q4_file


@pytest.fixture
def tiny_q4(tensors):
    return q4_file(tensors)


@pytest.fixture
def packages(tmp_path, monkeypatch, tiny_q4):
    """A folder on the path with the package `tinymodel`, which carries the file and can't be imported."""
    package = tmp_path / "packages" / "tinymodel"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')", "utf-8")
    (package / "tiny.bin").write_bytes(tiny_q4)
    monkeypatch.syspath_prepend(package.parent)
    return package.parent


@pytest.fixture
def source(packages, tiny_q4):
    return Source("tiny", "tinymodel", "1.2.3", "tiny.bin", hashlib.sha256(tiny_q4).hexdigest())


WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "query", "passage", ":"]
WORDS += [
    "نهر",
    "جسر",
    "مدينة",
    "river",
    "bridge",
    "река",
    "мост",
    "٢٠٢٠",
    "2020",
    "café",
    "йод",
    "ستّة",
    "اليوم",
]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A two-layer BERT with a word-level tokenizer, saved by sentence-transformers itself."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    bare = tmp_path_factory.mktemp("bare")
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(bare)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=16, initializer_range=0.5,
    )  # fmt: skip
    BertModel(config).save_pretrained(bare)
    folder = tmp_path_factory.mktemp("tiny")
    prompts = {"query": "query : ", "passage": "passage : "}
    modules = [Transformer(str(bare)), Pooling(32, "mean")]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


@pytest.fixture
def edit_json():
    def edit(path, **changes):
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")

    return edit


@pytest.fixture
def open_tiny(tiny_folder, tmp_path):
    def open_it(folder=tiny_folder, **given):
        defaults = {"embedding_dtype": "float32", "embedding_device": "cpu", "cache": tmp_path}
        return open_embedder(Settings(**{"embedding_model": str(folder), **defaults, **given}))

    return open_it


@pytest.fixture
def copy(tiny_folder, tmp_path):
    return shutil.copytree(tiny_folder, tmp_path / "copy")

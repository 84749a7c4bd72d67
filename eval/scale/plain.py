"""The plain stack that a user would write, and what the machine allows, measured in the same run.

Plain: RecursiveCharacterTextSplitter, sentence-transformers in float32 with its defaults, faiss.IndexFlatIP, ranks
by cosine. Physical limits: reading memory in order for an exact scan, a product of matrices for a model. All are
told by the processor's seconds, so that other work on the machine matters little.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import torch

from eval.scale.timing import spread, timed
from rag.embedding.folders import model_folder
from rag.embedding.packaged import default_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rag.records import Article
    from rag.settings import Settings

_SIDE = 2048  # of the matrices multiplied
_READ = 256 * 2**20  # bytes read from memory
_LAYERS, _HIDDEN, _INNER = 12, 384, 1536  # of the packaged model


def plain_ingest(articles: Sequence[Article], settings: Settings) -> dict[str, float]:
    """The plain stack over these articles: chunks, tokens, and the processor's seconds of its steps."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    folder = model_folder(settings.embedding_model, settings.cache or default_cache())
    model = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"dtype": torch.float32}, local_files_only=True
    )
    splitter = RecursiveCharacterTextSplitter(chunk_size=700, chunk_overlap=100)
    started = time.process_time()
    texts = [f"passage: {part}" for a in articles for part in splitter.split_text(a.text)]
    split = time.process_time() - started
    model.encode(texts[:8])  # the first call is slower
    vectors: list[NDArray[np.float32]] = []
    embed = _seconds(lambda: vectors.append(model.encode(texts, normalize_embeddings=True)))
    index = faiss.IndexFlatIP(vectors[0].shape[1])
    write = _seconds(lambda: index.add(vectors[0]))
    lengths = [len(ids) for ids in model.tokenizer(texts)["input_ids"]]
    return {
        "chunks": float(len(texts)),
        "tokens": float(sum(lengths)),
        "split": split,
        "embed": embed,
        "write": write,
    }


def flops_a_token(length: float) -> float:
    """Floating point operations of the packaged model a token, in texts of so many tokens."""
    return 2.0 * _LAYERS * (4 * _HIDDEN**2 + 2 * _HIDDEN * _INNER + 2 * _HIDDEN * length)


def limits() -> dict[str, float]:
    """GB that one thread reads, and operations of a product of matrices in both number types, a processor second."""
    block = np.ones(_READ // 4, np.float32)
    reading = min(_seconds(block.max) for _ in range(5))
    found = {"read_gb_s": _READ / reading / 1e9}
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        one, other = (torch.randn(_SIDE, _SIDE).to(kind) for _ in range(2))
        spent = min(_seconds(lambda a=one, b=other: a @ b) for _ in range(4))  # type: ignore[misc]
        found[f"{name}_flops"] = 2 * _SIDE**3 / spent
    return found


def flat(vectors: NDArray[np.float32], queries: NDArray[np.float32]) -> dict[str, Any]:
    """Milliseconds of the plain stack's search, one thread, and its bytes."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    times = [timed(lambda q=query: index.search(q[None], 10))[1] for query in queries]  # type: ignore[misc]
    return spread(times) | {"mb": vectors.nbytes / 1e6}


def _seconds(work: Callable[[], Any]) -> float:
    """Of the processor."""
    return timed(work)[1][1] / 1000

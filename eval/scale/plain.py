"""The plain stack that a user would write, and what the machine allows, measured in the same run.

Plain: RecursiveCharacterTextSplitter, sentence-transformers in float32 with its defaults, faiss.IndexFlatIP, ranks
by cosine. Physical limits: reading memory in order for an exact scan, a product of matrices for a model.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import torch

from rag.embedding.folders import model_folder
from rag.embedding.packaged import default_cache
from rag.indexing.split import split_article
from rag.indexing.sync import embedded_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rag.embedding import Embedder
    from rag.records import Article
    from rag.settings import Settings

_SIDE = 2048  # of the matrices multiplied
_READ = 256 * 2**20  # bytes read from memory
_LAYERS, _HIDDEN, _INNER = 12, 384, 1536  # of the packaged model


def compare_ingest(
    articles: Sequence[Article], settings: Settings, embedder: Embedder
) -> dict[str, float]:
    """Chunks and tokens a second of both, embedding alone, over the same articles."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    folder = model_folder(settings.embedding_model, settings.cache or default_cache())
    model = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"dtype": torch.float32}, local_files_only=True
    )
    splitter = RecursiveCharacterTextSplitter(chunk_size=700, chunk_overlap=100)
    plain = [f"passage: {part}" for a in articles for part in splitter.split_text(a.text)]
    chunks = [
        (a, c) for a in articles for c in split_article(a, settings.chunk_tokens, embedder.count_tokens)
    ]  # fmt: skip
    whole = [embedded_text(a, c) for a, c in chunks]
    sentences = [a.text[s.start : s.end] for a, c in chunks for s in c.sentences]
    model.encode(plain[:32]), embedder.embed_passages(whole[:32])
    one = _seconds(lambda: model.encode(plain))
    two = _seconds(lambda: embedder.embed_passages(whole))
    all_of_it = _seconds(lambda: embedder.embed_passages([*whole, *sentences]))
    tokens = sum(embedder.count_tokens(whole)), sum(embedder.count_tokens(sentences))
    return {
        "plain_chunks_s": len(plain) / one,
        "plain_tokens_s": sum(embedder.count_tokens(plain)) / one,
        "chunks_only_s": len(whole) / two,
        "chunks_only_tokens_s": tokens[0] / two,
        "chunks_s": len(whole) / all_of_it,
        "tokens_s": sum(tokens) / all_of_it,
        "flops_token": flops_a_token(tokens[0] / len(whole)),
    }


def flops_a_token(length: float) -> float:
    """Floating point operations of the packaged model a token, in texts of so many tokens."""
    return 2.0 * _LAYERS * (4 * _HIDDEN**2 + 2 * _HIDDEN * _INNER + 2 * _HIDDEN * length)


def limits() -> dict[str, float]:
    """GB a second read by one thread, and operations a second multiplying matrices in both number types."""
    block = np.ones(_READ // 4, np.float32)
    reading = min(_seconds(block.max) for _ in range(5))
    found = {"read_gb_s": _READ / reading / 1e9}
    for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        one, other = (torch.randn(_SIDE, _SIDE).to(kind) for _ in range(2))
        spent = min(_seconds(lambda a=one, b=other: a @ b) for _ in range(4))  # type: ignore[misc]
        found[f"{name}_flops"] = 2 * _SIDE**3 / spent
    return found


def flat(vectors: NDArray[np.float32], queries: NDArray[np.float32]) -> dict[str, float]:
    """Milliseconds of the plain stack's search, one thread, and its bytes."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    times = [_seconds(lambda q=query: index.search(q[None], 10)) * 1000 for query in queries]  # type: ignore[misc]
    return {
        "p50": float(np.percentile(times, 50)),
        "p95": float(np.percentile(times, 95)),
        "mb": vectors.nbytes / 1e6,
    }


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

"""What share of the nearest the dense leg finds, against a scan of all vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from eval.scale.timing import TOP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.store.dense import DenseIndex
    from rag.store.vectors import Vectors

_BLOCK = 32_768  # rows made float32 together


def exact(
    vectors: Vectors, places: NDArray[np.int64], queries: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Places of the ten nearest among these for each query, shape (queries, 10 at most); in one product a block."""
    best = np.zeros((len(queries), 0), np.float32)
    found = np.zeros((len(queries), 0), np.int64)
    for at in range(0, len(places), _BLOCK):
        block = places[at : at + _BLOCK]
        scores = queries @ vectors.rows(block).astype(np.float32).T
        best = np.concatenate([best, scores], axis=1)
        found = np.concatenate([found, np.broadcast_to(block, scores.shape)], axis=1)
        kept = np.argsort(-best, axis=1, kind="stable")[:, :TOP]
        best, found = np.take_along_axis(best, kept, 1), np.take_along_axis(found, kept, 1)
    return found


def dense_recall(
    dense: DenseIndex, queries: NDArray[np.float32], articles: NDArray[np.int64] | None
) -> dict[str, float]:
    """By language, and the mean over languages; `articles` restricts to these keys, which are in order."""
    found = {}
    for group in dense.layout.groups(articles):
        right = exact(dense.chunks, group.chunks, queries)
        shares = [
            len(np.intersect1d(own, dense.nearest(query, TOP, group)[:TOP])) / len(own)
            for query, own in zip(queries, right, strict=True)
        ]
        found[group.language] = float(np.mean(shares))
    return found | {"mean": float(np.mean(list(found.values())))}

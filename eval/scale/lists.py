"""Recall of a language's lists against how many are looked into: `python -m eval.scale.lists DATA [--chunks N]`.

Vectors of chunks alone, made up as for the benchmark, without text and without an index around them: so a million
takes minutes. Asked with real questions and compared with a scan of all. Prints a line of JSON for each number of
lists looked into: recall@10, the least of any question, and CPU milliseconds with the rescoring.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from eval.scale.generate import Generator
from eval.scale.material import load
from eval.scale.recall import exact
from eval.scale.timing import TOP, asked, timed
from rag.embedding import open_embedder
from rag.settings import load_settings
from rag.store import approximate
from rag.store.approximate import Approximate
from rag.store.halves import Halves, HalvesWriter
from rag.store.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BLOCK = 2000  # articles of four chunks made together
_ASKED = 100
_LIMIT = 100  # candidates that a search asks the dense leg for


def main() -> None:
    """Make vectors, build the lists, try each number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/scale"))
    parser.add_argument("--language", default="ar")
    parser.add_argument("--chunks", type=int, default=850_000, help="as many as a million have")
    parser.add_argument("--probed", default="96,192,384,768,1536")
    options = parser.parse_args()
    settings = load_settings()
    embedder = open_embedder(settings)
    material = load(options.data, options.work, embedder, settings.chunk_tokens)
    drawn = np.random.default_rng(3).permutation(len(material.questions))[:_ASKED]
    queries = embedder.embed_queries([asked(material.questions[i].text) for i in drawn])
    with TemporaryDirectory(dir=options.work) as folder:
        made = Generator(material, options.chunks)
        vectors = _written(Path(folder), made, options.language, options.chunks)
        measure(vectors, queries, [int(number) for number in options.probed.split(",")])


def _written(folder: Path, made: Generator, language: str, chunks: int) -> Vectors:
    path = folder / "chunks.faiss"
    rows = made.chunk_vectors(language, _BLOCK, 0)
    writer = HalvesWriter(path, rows.shape[1])
    for block in range(1, -(-chunks // len(rows)) + 1):
        writer.add(rows)
        rows = made.chunk_vectors(language, _BLOCK, block)
    writer.finish()
    return Vectors([Halves.open(path)], rows.shape[1])


def measure(vectors: Vectors, queries: NDArray[np.float32], probed: Sequence[int]) -> None:
    """Build, ask, print."""
    places = np.arange(len(vectors))
    started = time.process_time()
    lists = Approximate.train(vectors, places)
    trained = time.process_time() - started
    lists.add(vectors, places, places)
    told = {"chunks": len(vectors), "train_cpu_s": trained, "add_cpu_s": time.process_time() - started - trained}  # fmt: skip
    print(json.dumps(told), flush=True)
    right = exact(vectors, places, queries)
    kept = approximate.PROBED
    for number in probed:
        approximate.PROBED = number
        print(json.dumps({"probed": number} | _tried(lists, vectors, queries, right)), flush=True)
    approximate.PROBED = kept


def _tried(
    lists: Approximate,
    vectors: Vectors,
    queries: NDArray[np.float32],
    right: NDArray[np.int64],
) -> dict[str, float]:
    shares, spent = [], []
    for query, own in zip(queries, right, strict=True):
        found, times = timed(
            lambda q=query: vectors.refined(q, lists.nearest(q, _LIMIT, None), _LIMIT)  # type: ignore[misc]
        )
        shares.append(len(np.intersect1d(found[:TOP], own)) / len(own))
        spent.append(times[1])
    return {"recall": float(np.mean(shares)), "least": float(np.min(shares)), "cpu_ms": float(np.median(spent))}  # fmt: skip


if __name__ == "__main__":
    main()

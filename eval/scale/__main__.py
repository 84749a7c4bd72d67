"""`python -m eval.scale DATA [--work DIR] [--sizes 10000,100000] [--lists-from N] [--out DIR]`.

DATA holds public question sets (`eval/sets.py`). One index grows in the work folder from size to size; at each, a
process of its own opens and searches it. A run that was stopped goes on where it was. What was measured is in
WORK/measured.json; `scale.md` and `scale.svg` are written to the `--out` folder. `--lists-from` gives languages
lists from that many chunks on, to see what they do at sizes where exact search is the rule.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from eval.scale.generate import BLOCK, Generator
from eval.scale.loading import ADDED, Loader
from eval.scale.material import load
from eval.scale.plain import compare_ingest, flat, limits
from eval.scale.report import write_report
from rag.embedding import open_embedder
from rag.settings import load_settings
from rag.store import approximate
from rag.store.dense import DenseIndex
from rag.store.manifest import read_manifest

if TYPE_CHECKING:
    from eval.scale.material import Material
    from rag.embedding import Embedder

_COMPARED = 120
_FLAT_QUERIES = 50


def main() -> None:
    """Measure at each size, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/scale"))
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--lists-from", type=int, default=approximate.LEAST)
    parser.add_argument(
        "--compared", type=int, default=_COMPARED, help="articles both stacks embed"
    )
    parser.add_argument("--out", type=Path, default=Path("eval"))
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with (
        patch.object(approximate, "LEAST", options.lists_from),
        patch.object(approximate, "LEAST_KEPT", options.lists_from * 4 // 5),
    ):
        Bench(options.data, options.work, sizes, options.compared).run()
    write_report(json.loads((options.work / "measured.json").read_text("utf-8")), options.out)


class Bench:
    """One run; what a stopped one measured is kept."""

    def __init__(self, data: Path, work: Path, sizes: list[int], compared: int) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self._data, self._work, self._sizes, self._compared = data, work, sizes, compared
        self._record = work / "measured.json"
        self._found: dict[str, Any] = {"sizes": {}}
        if self._record.is_file():
            self._found = json.loads(self._record.read_text("utf-8"))

    def run(self) -> None:
        """Measure what is not measured yet."""
        settings = load_settings()
        embedder = open_embedder(settings)
        material = load(self._data, self._work, embedder, settings.chunk_tokens)
        if "ingest" not in self._found:
            articles = material.sample.articles[: self._compared]
            self._found["ingest"] = compare_ingest(articles, settings, embedder)
            self._found["limits"] = limits()
            self._keep()
        missing = [size for size in self._sizes if str(size) not in self._found["sizes"]]
        if missing:
            loader = Loader(
                self._work / "index", material, Generator(material, max(self._sizes)), embedder
            )
            for size in missing:
                self._found["sizes"][str(size)] = self._measure(size, loader, material, embedder)
                self._keep()

    def _measure(
        self, size: int, loader: Loader, material: Material, embedder: Embedder
    ) -> dict[str, Any]:
        print(f"{size} chunks", flush=True)
        grown = loader.grow(size)
        index = self._work / "index"
        questions = self._work / "questions.jsonl"
        rows = (json.dumps(q._asdict(), ensure_ascii=False) for q in material.questions)
        questions.write_text("\n".join(rows), "utf-8")
        command = [sys.executable, "-m", "eval.scale.probe", str(index), str(questions)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - own module
        probed: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
        texts = [question.text for question in material.questions[:_FLAT_QUERIES]]
        dense = DenseIndex(read_manifest(index).folder(index))
        every = dense.chunks.rows(range(len(dense.chunks))).astype("float32")
        plain = flat(every, embedder.embed_queries(texts))
        del every, dense
        added = loader.add_few(10**6 // BLOCK + self._sizes.index(size))
        return {
            "grown": grown,
            "probe": probed,
            "flat": plain,
            "added_s": added,
            "added": ADDED,
            "parts": parts(index),
        }

    def _keep(self) -> None:
        self._record.write_text(json.dumps(self._found, indent=1), "utf-8")


def parts(index: Path) -> dict[str, float]:
    """Megabytes by part of the generation in force."""
    found: dict[str, float] = {}
    for name, told in read_manifest(index).files.items():
        part = name.rsplit("/", 1)[-1] if name.startswith("segments/") else name.split("/")[0]
        part = "lists" if part.startswith("near-") else part
        found[part] = found.get(part, 0.0) + told["bytes"] / 1e6
    return found


if __name__ == "__main__":
    main()

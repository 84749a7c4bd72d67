"""`python -m eval.scale DATA [--work DIR] [--sizes 10000,100000] [--minutes N] [--lists-from N] [--note TEXT] [--out DIR]`.

DATA holds public question sets (`eval/sets.py`). One index grows in the work folder from size to size; at each, a
process of its own opens and searches it. What was measured is in WORK/measured.json, kept after each part; a run
that was stopped, or has used its minutes, goes on where it was. `scale.md` and `scale.svg` are written to the
`--out` folder, of what there is. `--lists-from` gives languages lists from that many chunks on, to see what they do
at sizes where exact search is the rule. `--note` puts on the page what a reader must know of how it was run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from eval.scale.clock import Deadline, OutOfTimeError
from eval.scale.generate import BLOCK, Generator
from eval.scale.ingest import compare_ingest, ranking_by_precision
from eval.scale.loading import Loader
from eval.scale.material import load
from eval.scale.plain import flat, limits
from eval.scale.report import write_report
from rag.embedding import open_embedder
from rag.settings import load_settings
from rag.store import approximate
from rag.store.dense import DenseIndex
from rag.store.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from eval.scale.material import Material
    from rag.embedding import Embedder

_COMPARED = 60
_FLAT_QUERIES = 50
_FLAT_BYTES = 0.25  # of the memory there is: a larger matrix of float32 is left out


def main() -> None:
    """Measure at each size, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/scale"))
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--minutes", type=float, help="write what there is after so many")
    parser.add_argument("--lists-from", type=int, default=approximate.LEAST)
    parser.add_argument(
        "--compared", type=int, default=_COMPARED, help="articles both stacks embed"
    )
    parser.add_argument("--note", help="what the page should say of how this was run")
    parser.add_argument("--out", type=Path, default=Path("eval"))
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    bench = Bench(options.data, options.work, sizes, options.compared, Deadline(options.minutes))
    if options.note:
        bench.found.setdefault("notes", []).append(options.note)
    with (
        patch.object(approximate, "LEAST", options.lists_from),
        patch.object(approximate, "LEAST_KEPT", options.lists_from * 4 // 5),
    ):
        try:
            bench.run()
        except OutOfTimeError:
            print("out of time; the same command goes on from here", flush=True)
    write_report(bench.found, options.out)


class Bench:
    """One run; what a stopped one measured is kept."""

    def __init__(
        self, data: Path, work: Path, sizes: list[int], compared: int, deadline: Deadline
    ) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self._data, self._work, self._sizes, self._compared = data, work, sizes, compared
        self._deadline = deadline
        self._record = work / "measured.json"
        self.found: dict[str, Any] = {"sizes": {}}
        if self._record.is_file():
            self.found = json.loads(self._record.read_text("utf-8"))

    def run(self) -> None:
        """Measure what is not measured yet.

        Raises:
            OutOfTimeError: the minutes are over.
        """
        self.found["machine"] = _machine(self._sizes)
        settings = load_settings()
        embedder = open_embedder(settings)
        material = load(self._data, self._work, embedder, settings.chunk_tokens)
        every = material.sample.articles
        sample = every[:: max(1, len(every) // self._compared)][: self._compared]
        self._once("limits", self.found, limits)
        self._once("ingest", self.found, lambda: compare_ingest(sample, settings, embedder))
        loader = Loader(
            self._work / "index",
            material,
            Generator(material, max(self._sizes)),
            embedder,
            self._deadline,
        )
        for size in self._sizes:
            self._measure(size, loader, material, embedder)
        self._once("precision", self.found, lambda: ranking_by_precision(material, settings))

    def _once(self, name: str, found: dict[str, Any], work: Callable[[], Any]) -> None:
        if name not in found:
            self._deadline.check()
            print(f"  {name}", flush=True)
            found[name] = work()
            self._keep()

    def _measure(self, size: int, loader: Loader, material: Material, embedder: Embedder) -> None:
        found: dict[str, Any] = self.found["sizes"].setdefault(str(size), {})
        print(f"{size} chunks", flush=True)
        self._once("grown", found, lambda: loader.grow(size))
        self._once("probe", found, lambda: self._probed(material, found))
        self._once("flat", found, lambda: self._flat(material, embedder))
        self._once("added", found, lambda: loader.add_few(10**6 // BLOCK + self._sizes.index(size)))
        self._once("parts", found, lambda: parts(self._work / "index"))

    def _probed(self, material: Material, found: dict[str, Any]) -> dict[str, Any]:
        """What the process that searches told; what it told until the time was over is kept as "partly"."""
        questions, told = self._work / "questions.jsonl", self._work / "probe.jsonl"
        rows = (json.dumps(q._asdict(), ensure_ascii=False) for q in material.questions)
        questions.write_text("\n".join(rows), "utf-8")
        command = [sys.executable, "-m", "eval.scale.probe", str(self._work / "index"), str(questions)]  # fmt: skip
        with told.open("wb") as stream:
            try:
                subprocess.run(command, check=True, stdout=stream, timeout=self._deadline.left())  # noqa: S603 - own module
            except subprocess.TimeoutExpired:
                found["partly"] = _last(told)
                self._keep()
                raise OutOfTimeError from None
        return _last(told)

    def _flat(self, material: Material, embedder: Embedder) -> dict[str, Any] | None:
        """The plain stack's search over the same vectors; None where they take too much memory."""
        index = self._work / "index"
        dense = DenseIndex(read_manifest(index).folder(index))
        size = len(dense.chunks) * embedder.dimension * 4
        if size > _FLAT_BYTES * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"):
            return None
        texts = [question.text for question in material.questions[:_FLAT_QUERIES]]
        every = dense.chunks.rows(range(len(dense.chunks))).astype("float32")
        return flat(every, embedder.embed_queries(texts))

    def _keep(self) -> None:
        temporary = self._record.with_suffix(".new")
        temporary.write_text(json.dumps(self.found, indent=1), "utf-8")
        temporary.replace(self._record)


def _last(told: Path) -> dict[str, Any]:
    """The last whole line of JSON; empty where there is none."""
    lines = told.read_text("utf-8").split("\n")[:-1]
    last: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return last


def parts(index: Path) -> dict[str, float]:
    """Megabytes by part of the generation in force."""
    found: dict[str, float] = {}
    for name, told in read_manifest(index).files.items():
        part = name.rsplit("/", 1)[-1] if name.startswith("segments/") else name.split("/")[0]
        part = "lists" if part.startswith("near-") else part
        found[part] = found.get(part, 0.0) + told["bytes"] / 1e6
    return found


def _machine(sizes: list[int]) -> dict[str, Any]:
    """When, for which sizes and on what the run is made; other work on the machine shows in its load."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "sizes": ",".join(map(str, sizes)),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    main()

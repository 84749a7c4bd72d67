"""Every file of an index harmed at several places: told with a remedy, or answered exactly as before; never wrong."""

from __future__ import annotations

import random
import shutil
import time
from typing import TYPE_CHECKING

from eval.reliability.changing import ChangingCorpus
from eval.reliability.hashed import HashedEmbedder
from eval.reliability.inspection import results
from eval.reliability.outcome import Outcome
from eval.reliability.server import CORPUS
from rag.errors import IndexFolderError
from rag.indexing.sync import sync
from rag.settings import load_settings
from rag.store.manifest import MANIFEST, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from eval.reliability.inspection import Hit

_ARTICLES = 12
_QUERIES = 4
_REMEDIES = ("shawahid index", "--rebuild", "--index")


def run(work: Path, *, rounds: int, seed: int) -> Outcome:
    """Remove and empty each file, and cut it and flip a bit in it at `rounds` places each.

    `work` is an empty folder. After each harm the index is opened and asked; it is mended in between.
    Opening an index above 64 MB compares sizes alone (`shawahid index --verify` all), so that this
    one is below.
    """
    begin = time.monotonic()
    harness = _Harness(work, seed)
    names = sorted([f"{MANIFEST}", *harness.files()])
    for name in names:
        harness.harm(name, rounds)
    figures = (
        f"{len(names)} files harmed in {harness.tried} ways",
        f"told with a remedy: {harness.told}; answered exactly as before: {harness.same}",
        f"mended by the next sync: {harness.mended} of {harness.synced}",
    )
    return Outcome(
        "damaged files",
        harness.tried,
        harness.wrong,
        0,
        harness.half,
        harness.tracebacks,
        (*figures, *harness.faults),
        time.monotonic() - begin,
    )


class _Harness:
    """An index, what it answered when it was whole, and a whole copy of it."""

    def __init__(self, work: Path, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        corpus = ChangingCorpus(work / "corpus", CORPUS, _ARTICLES, seed)
        self._settings = load_settings(
            corpus=work / "corpus", index=work / "index", chunk_tokens=120, store="local"
        )
        self._embedder = HashedEmbedder()
        sync(self._settings, self._embedder)
        corpus.change()  # so that files shared with another generation are among them
        sync(self._settings, self._embedder)
        self._index = self._settings.index
        self._whole = work / "whole"
        shutil.copytree(self._index, self._whole)
        self._queries = [article.text[:80] for article in corpus.articles()[:_QUERIES]]
        self._before = self._ask()
        self.tried = self.told = self.same = self.wrong = self.half = self.tracebacks = 0
        self.synced = self.mended = 0
        self.faults: list[str] = []

    def files(self) -> list[str]:
        """The files of the generation in force, relative to the index."""
        manifest = read_manifest(self._index)
        folder = manifest.folder(self._index).relative_to(self._index)
        return [(folder / name).as_posix() for name in manifest.files]

    def harm(self, name: str, places: int) -> None:
        """All harms to one file; then a sync over the last of them."""
        data = (self._whole / name).read_bytes()
        harms: list[tuple[str, bytes | None]] = [("removed", None), ("emptied", b"")]
        for _ in range(places if data else 0):
            at = self._random.randrange(len(data))
            harms.append((f"cut to {at} bytes", data[:at]))
            at, bit = self._random.randrange(len(data)), 1 << self._random.randrange(8)
            flipped = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            harms.append((f"bit {bit} flipped at {at}", flipped))
        for how, harmed in harms:
            if harmed == data:
                continue
            self._put(name, harmed)
            self._judge(f"{name} {how}")
            self._put(name, data)
        self._put(name, harms[-1][1])
        self._mend(name)

    def _put(self, name: str, data: bytes | None) -> None:
        path = self._index / name
        path.unlink(missing_ok=True)  # not in place: generations share files
        if data is not None:
            path.write_bytes(data)

    def _judge(self, what: str) -> None:
        self.tried += 1
        try:
            found = self._ask()
        except IndexFolderError as error:
            is_helpful = any(remedy in str(error) for remedy in _REMEDIES)
            self.told += is_helpful
            if not is_helpful:
                self.wrong += 1
                self.faults.append(f"{what}: no remedy in {str(error)!r}")
        except Exception as error:  # noqa: BLE001 - any other is a finding
            self.tracebacks += 1
            self.faults.append(f"{what}: {error!r}")
        else:
            self.same += found == self._before
            if found != self._before:
                self.wrong += 1
                self.faults.append(f"{what}: other results, and no word of it")

    def _mend(self, name: str) -> None:
        self.synced += 1
        try:
            sync(self._settings, self._embedder)
            is_mended = self._ask() == self._before
        except IndexFolderError as error:
            is_mended = MANIFEST in name and "--index" in str(error)  # told to be another program's
        except Exception as error:  # noqa: BLE001 - any other is a finding
            self.tracebacks += 1
            self.faults.append(f"sync over {name}: {error!r}")
            is_mended = False
        self.mended += is_mended
        if not is_mended:
            self.half += 1
            self.faults.append(f"{name} is not mended by a sync")
        shutil.rmtree(self._index)
        shutil.copytree(self._whole, self._index)

    def _ask(self) -> list[list[Hit]]:
        return results(self._index, self._embedder, self._queries)

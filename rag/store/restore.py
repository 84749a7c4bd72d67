"""Corpus and index back out of a backup: into place only when everything in it was verified."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rag.errors import BackupError, IndexFolderError
from rag.store.lock import writing
from rag.store.manifest import (
    GENERATIONS,
    MANIFEST,
    Manifest,
    drop_leftovers,
    next_generation,
    read_manifest,
    switch,
    verify_files,
)
from rag.store.unpacking import Staging, Unpacked, unpack, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Places:
    """Where a backup goes to."""

    corpus: Path
    index: Path


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: `files` of the corpus; `manifest` of the index, or why it did not come (`left_out`).

    `former` is where the corpus that was there before is now, `created` when the backup was made.
    """

    files: int
    created: str
    manifest: Manifest | None
    left_out: str
    former: Path | None


def restore(
    path: Path,
    places: Places,
    model: tuple[str, str],
    *,
    limit: int,
    force: bool = False,
    wait_s: float = 0.0,
) -> Restored:
    """Bring back what `backup` saved. `model` has name and fingerprint of the present one.

    The index comes only where the same model and format made it; `shawahid index` makes it otherwise.
    A corpus that is replaced (`force`) is kept beside the new one. At most `limit` bytes are unpacked.

    Raises:
        BackupError: it is no whole backup, or the corpus is there already or can't be written.
        IndexForeignError, IndexBusyError, IndexWriteError: the index folder can't be written.
    """
    corpus = places.corpus.resolve()
    _check_places(corpus, places, force=force)
    with writing(places.index, wait_s):
        drop_leftovers(places.index)
        with _staging(corpus, places.index) as staging:
            unpacked = unpack(path, staging, model, limit)
            manifest = _whole_index(staging, places, unpacked)
            os.sync()  # one for all files; what is put in place must be on the disk
            former = _place_corpus(staging.corpus, corpus)
            if manifest is not None:
                switch(places.index, manifest)
    return Restored(unpacked.files, unpacked.created, manifest, unpacked.left_out, former)


def _check_places(corpus: Path, places: Places, *, force: bool) -> None:
    if corpus.exists() and not corpus.is_dir():
        raise BackupError(f"{places.corpus} is a file; name a folder with --corpus")
    if not force and corpus.is_dir() and any(corpus.iterdir()):
        raise BackupError(
            f"{places.corpus} is not empty; name another folder with --corpus, or put it aside with --force"
        )
    if places.index.resolve().is_relative_to(corpus):
        raise BackupError(f"{places.index} lies in the corpus; name another folder with --index")
    if os.path.ismount(corpus):
        raise BackupError(
            f"{places.corpus} is a mount point, which can't be exchanged; name a folder in it with --corpus"
        )


@contextlib.contextmanager
def _staging(corpus: Path, index: Path) -> Iterator[Staging]:
    """Empty folders; removed at the end unless they have been put in place."""
    name = next_generation(index)
    staging = Staging(
        corpus.with_name(f".{corpus.name}.restoring"), index / GENERATIONS / name, name
    )
    try:
        shutil.rmtree(staging.corpus, ignore_errors=True)  # of a restore that was killed
        staging.corpus.mkdir(parents=True)
        staging.index.mkdir(parents=True)
    except OSError as error:
        raise unwritable(error) from None
    try:
        yield staging
    finally:
        shutil.rmtree(staging.corpus, ignore_errors=True)
        with contextlib.suppress(IndexFolderError):
            drop_leftovers(index)
        if not _is_in_force(index, name):
            shutil.rmtree(staging.index, ignore_errors=True)


def _is_in_force(index: Path, name: str) -> bool:
    try:
        return read_manifest(index).generation == name
    except IndexFolderError:
        return False


def _whole_index(staging: Staging, places: Places, unpacked: Unpacked) -> Manifest | None:
    """The manifest of the unpacked index, as it will stand; None where the index is left out.

    Raises:
        BackupError: its files are not those that it names.
    """
    if unpacked.left_out:
        return None
    try:
        with TemporaryDirectory(dir=staging.index.parent) as folder:
            (Path(folder) / MANIFEST).write_bytes(unpacked.manifest)
            manifest = read_manifest(Path(folder))
        if unpacked.names != manifest.files.keys():
            raise BackupError("the backup's index lacks files or has other ones; take another one")
        told = manifest.corpus | {"path": str(places.corpus)}
        manifest = replace(manifest, generation=staging.generation, corpus=told)
        verify_files(places.index, manifest, full=True)
    except IndexFolderError as error:
        raise BackupError(f"the backup's index is not whole: {error}") from None
    return manifest


def _place_corpus(staged: Path, corpus: Path) -> Path | None:
    """Exchange the folders; where the former one is now, if there was anything in it."""
    former = None
    try:
        if corpus.is_dir() and any(corpus.iterdir()):
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            former = corpus.rename(corpus.with_name(f"{corpus.name}-before-{stamp}"))
        staged.rename(corpus)
    except OSError as error:
        raise unwritable(error) from None
    return former

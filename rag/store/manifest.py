"""The manifest: which generation is in force, what made it, and how its files must look."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from rag.errors import (
    IndexDamagedError,
    IndexForeignError,
    IndexMismatchError,
    IndexMissingError,
    ShawahidError,
)
from rag.store.files import CHECKPOINT as CHECKPOINT
from rag.store.files import REBUILD as REBUILD
from rag.store.files import describe_files as describe_files
from rag.store.files import file_digest as file_digest
from rag.store.files import verify_files as verify_files
from rag.store.lock import writing as writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

PROGRAM = "shawahid"
FORMAT_VERSION = 3
MANIFEST = "manifest.json"
GENERATIONS = "generations"
_NEW = MANIFEST + ".new"
_CHECKSUM = "checksum"  # of the manifest itself: SHA-256 over everything else in it


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `index/manifest.json` says. `files` maps a file's name to its size in bytes and SHA-256."""

    generation: str
    created: str
    model: dict[str, Any]
    split: dict[str, Any]
    counts: dict[str, int]
    corpus: dict[str, Any]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    program: str = PROGRAM
    format: int = FORMAT_VERSION

    def folder(self, index: Path) -> Path:
        """Where this generation's files are."""
        return index / GENERATIONS / self.generation


def read_manifest(index: Path) -> Manifest:
    """The manifest in force.

    Raises:
        IndexMissingError: there is none.
        IndexForeignError: it is a file of something else.
        IndexDamagedError: it is not readable, or lacks a part.
        IndexMismatchError: another version of the program wrote it.
    """
    path = index / MANIFEST
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise IndexMissingError(
            f"no index in {index} (there is no {MANIFEST}); run `shawahid index`"
        ) from None
    except PermissionError:
        raise IndexDamagedError(f"{path} can't be read; give this user read permission") from None
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} can't be read ({error}); {REBUILD}") from None
    if (
        not isinstance(data, dict)
        or data.get("program") != PROGRAM
        or not isinstance(data.get("format"), int)
    ):
        raise IndexForeignError(
            f"{path} was not written by this program; name another folder with --index, or move that file away"
        )
    if data["format"] != FORMAT_VERSION:
        raise IndexMismatchError(
            f"{path} has format {data['format']}, this program writes {FORMAT_VERSION}; {REBUILD}"
        )
    if data.pop(_CHECKSUM, None) != _checksum(data):
        raise IndexDamagedError(f"{path} has changed since it was written (checksum); {REBUILD}")
    try:
        manifest = Manifest(**data)
        _check_shape(manifest)
    except (TypeError, ValueError) as error:
        raise IndexDamagedError(f"{path} lacks a part ({error}); {REBUILD}") from None
    return manifest


def _check_shape(manifest: Manifest) -> None:
    if not manifest.generation.isalnum():
        raise ValueError(f"generation {manifest.generation!r}")
    for part, keys in (
        (manifest.model, ("name", "fingerprint")),
        (manifest.counts, ("articles", "chunks")),
    ):
        for key in keys:
            if key not in part:
                raise ValueError(f"no {key!r}")


def switch(index: Path, manifest: Manifest) -> None:
    """Put a generation in force by one atomic rename; drop all generations but it and the one before."""
    previous = None
    with contextlib.suppress(Exception):
        previous = read_manifest(index).generation
    temporary = index / _NEW
    with temporary.open("wb") as stream:
        stream.write(checksummed(asdict(manifest)))
        stream.flush()
        os.fsync(stream.fileno())
    for folder in (manifest.folder(index), index / GENERATIONS):
        flush_folder(
            folder
        )  # its files' names must be on the disk before the manifest tells of them
    temporary.replace(index / MANIFEST)
    flush_folder(index)
    drop_generations(index, keep={manifest.generation, previous})


def checksummed(data: dict[str, Any]) -> bytes:
    """A manifest's fields as they are kept."""
    text = json.dumps(data | {_CHECKSUM: _checksum(data)}, ensure_ascii=False, indent=1)
    return text.encode("utf-8")


def _checksum(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder and the folders below it to the disk."""
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def opening(index: Path, open_it: Callable[[Manifest], T]) -> T:
    """`open_it` of the manifest in force; again where syncs have replaced it and dropped its files meanwhile.

    Raises:
        IndexMissingError, IndexDamagedError, IndexMismatchError: as `read_manifest` and `open_it`.
    """
    while True:
        manifest = read_manifest(index)
        try:
            return open_it(manifest)
        except (OSError, ShawahidError):
            if read_manifest(index) == manifest:
                raise


def next_generation(index: Path) -> str:
    """A name that no generation has, in force or half-written."""
    root = index / GENERATIONS
    taken = [int(f.name) for f in root.iterdir() if f.name.isdigit()] if root.is_dir() else []
    return f"{max(taken, default=0) + 1:06d}"


def unfinished_generation(index: Path, identity: str) -> str | None:
    """The generation that an interrupted run of this identity left with a checkpoint."""
    for path in sorted((index / GENERATIONS).glob(f"*/{CHECKPOINT}"), reverse=True):
        with contextlib.suppress(OSError, ValueError):
            if json.loads(path.read_text("utf-8")) == identity:
                return path.parent.name
    return None


def drop_generations(index: Path, keep: set[str | None]) -> None:
    """Remove the folders of generations that nobody needs any more, half-written ones included."""
    root = index / GENERATIONS
    if root.is_dir():
        for folder in root.iterdir():
            if folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)


def drop_leftovers(index: Path) -> None:
    """Remove what killed syncs left and nobody can go on with; the generation in force and the one before it stay.

    Raises:
        IndexForeignError: the folder is something else's.
    """
    try:
        current = read_manifest(index).generation
    except (IndexMissingError, IndexDamagedError, IndexMismatchError):
        return  # the next commit drops all but its own
    (index / _NEW).unlink(missing_ok=True)
    root = index / GENERATIONS
    names = {folder.name for folder in root.iterdir()} if root.is_dir() else set()
    keep = {current, max((name for name in names if name < current), default=None)}
    keep |= {path.parent.name for path in root.glob(f"*/{CHECKPOINT}")}
    if names - keep:
        drop_generations(index, keep)

"""The manifest: which generation is in force, what made it, and how its files must look."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from rag.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexForeignError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "shawahid"
FORMAT_VERSION = 2
MANIFEST = "manifest.json"
GENERATIONS = "generations"
_LOCK = ".lock"
_FULL_CHECK_BYTES = (
    64 * 2**20
)  # below this, opening hashes every file (about 0.1 s); above, it compares sizes
REBUILD = "run `shawahid index --rebuild`"


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


def verify_files(index: Path, manifest: Manifest, *, full: bool = False) -> None:
    """Compare the generation's files with the manifest: sizes always, SHA-256 when small or `full`.

    Raises:
        IndexDamagedError: a file is missing or differs; names the first.
    """
    folder = manifest.folder(index)
    hashed = full or sum(f["bytes"] for f in manifest.files.values()) <= _FULL_CHECK_BYTES
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            found = path.stat().st_size
            digest = file_digest(path) if hashed and found == expected["bytes"] else None
        except OSError as error:
            raise IndexDamagedError(
                f"{path} is missing or unreadable ({error.strerror}); {REBUILD}"
            ) from None
        if found != expected["bytes"]:
            raise IndexDamagedError(
                f"{path} has {found} bytes, expected {expected['bytes']}; {REBUILD}"
            )
        if digest is not None and digest != expected["sha256"]:
            raise IndexDamagedError(
                f"{path} has changed since it was written (checksum); {REBUILD}"
            )


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every file below `folder`, flushed to disk."""
    rows = {}
    for path in sorted(
        p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".lock")
    ):
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        rows[path.relative_to(folder).as_posix()] = {
            "bytes": path.stat().st_size,
            "sha256": file_digest(path),
        }
    return rows


def switch(index: Path, manifest: Manifest) -> None:
    """Put a generation in force by one atomic rename; drop all generations but it and the one before."""
    previous = None
    with contextlib.suppress(Exception):
        previous = read_manifest(index).generation
    temporary = index / (MANIFEST + ".new")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(asdict(manifest), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(index / MANIFEST)
    drop_generations(index, keep={manifest.generation, previous})


def next_generation(index: Path) -> str:
    """A name that no generation has, in force or half-written."""
    root = index / GENERATIONS
    taken = [int(f.name) for f in root.iterdir() if f.name.isdigit()] if root.is_dir() else []
    return f"{max(taken, default=0) + 1:06d}"


def drop_generations(index: Path, keep: set[str | None]) -> None:
    """Remove the folders of generations that nobody needs any more, half-written ones included."""
    root = index / GENERATIONS
    if root.is_dir():
        for folder in root.iterdir():
            if folder.name not in keep:
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def writing(index: Path) -> Iterator[None]:
    """Hold the index's writer lock; turns a read-only folder or a full disk into one line.

    Raises:
        IndexBusyError: another process holds it.
        IndexWriteError: the folder can't be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = (index / _LOCK).open("w")
    except OSError as error:
        raise IndexWriteError(_unwritable(index, error)) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise IndexBusyError(
                f"another process is writing {index}; wait for it to end, then try again"
            ) from None
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            raise IndexWriteError(_unwritable(index, error)) from error


def _unwritable(index: Path, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or error
    return (
        f"{index} can't be written ({reason}); free space or give write permission, "
        "or name another folder with --index"
    )

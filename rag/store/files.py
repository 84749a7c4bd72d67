"""The files of a generation: their sizes and checksums, written down and compared."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

from rag.errors import IndexDamagedError

if TYPE_CHECKING:
    from pathlib import Path

    from rag.store.manifest import Manifest

CHECKPOINT = "checkpoint.json"  # in a generation that is not finished, and can be gone on with
_FULL_CHECK_BYTES = (
    64 * 2**20
)  # below this, opening hashes every file (about 0.1 s); above, it compares sizes
REBUILD = "run `shawahid index --rebuild`"


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
        except PermissionError:
            raise IndexDamagedError(
                f"{path} can't be read; give this user read permission"
            ) from None
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


def describe_files(folder: Path, base: tuple[Path, Manifest] | None = None) -> dict[str, Any]:
    """Size and SHA-256 of every file below `folder`, flushed to disk.

    What is one file with that of another generation, `base`, is taken over from its manifest.
    """
    rows: dict[str, Any] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not _is_left_out(p)):
        name = path.relative_to(folder).as_posix()
        if base and name in base[1].files and path.samefile(base[0] / name):
            rows[name] = base[1].files[name]
            continue
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        rows[name] = {"bytes": path.stat().st_size, "sha256": file_digest(path)}
    return rows


def _is_left_out(path: Path) -> bool:
    return path.name.endswith(".lock") or path.name == CHECKPOINT

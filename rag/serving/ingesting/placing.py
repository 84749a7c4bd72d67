"""Files written so that a reader sees the old or the new one, never half of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's bytes, permissions and moment of change."""

    data: bytes
    mode: int = 0o644
    modified_ns: int = 0  # 0: now

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def read_kept(path: Path) -> Kept | None:
    """The file, or None where there is none."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            return Kept(file.read(), about.st_mode & 0o777, about.st_mtime_ns)
    except FileNotFoundError:
        return None


def place(path: Path, kept: Kept | None) -> None:
    """Put a file at `path` in one step, or remove it (None)."""
    if kept is None:
        path.unlink(missing_ok=True)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_safely(temporary, kept.data)
        temporary.chmod(kept.mode)
        if kept.modified_ns:
            os.utime(temporary, ns=(kept.modified_ns, kept.modified_ns))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_safely(path: Path, data: bytes) -> None:
    """Write the bytes and wait until the disk has them."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

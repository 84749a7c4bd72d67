"""What a process of the harness puts itself under: a full disk, files that must stay small, no rights beyond the bits."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITES = ("os.mkdir", "os.rename", "os.link", "os.utime", "shutil.copyfile", "shutil.copytree")
_CAPABILITIES_VERSION = 0x20080522
_READS_ALL = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_LARGE = "256m"


def only_bits_count() -> None:
    """Give up the superuser's right to read and write what the permission bits forbid, for good."""
    library = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same for 32 and up
    if library.capget(header, sets):
        raise OSError(ctypes.get_errno(), "capget")
    for place in range(3):
        sets[place] &= ~_READS_ALL
    if library.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")


def small_files(size: int) -> None:
    """No file of this process may grow beyond `size` bytes: libraries in C meet it too."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def full_from_step(step: int) -> None:
    """From the `step`-th write that Python makes, every one finds the disk full."""
    count = 0

    def hook(event: str, given: tuple[object, ...]) -> None:
        nonlocal count
        if event in WRITES or (event == "open" and _writes(given)):
            count += 1
            if count >= step:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(given[0]))

    sys.addaudithook(hook)


def _writes(given: tuple[object, ...]) -> bool:
    flags = given[2] if len(given) > 2 and isinstance(given[2], int) else 0
    return bool(flags & (os.O_WRONLY | os.O_RDWR))


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system in memory at `folder`, sized by `resize`; False where none may be mounted."""
    folder.mkdir(parents=True)
    is_mounted = _mount("-t", "tmpfs", "-o", f"size={_LARGE}", "tmpfs", str(folder))
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607 - fixed words


def resize(folder: Path, size: int | None) -> None:
    """Give the file system at `folder` room for `size` bytes; None: plenty."""
    room = _LARGE if size is None else str(max(4096, size))
    if not _mount("-o", f"remount,size={room}", str(folder)):
        raise OSError(None, f"{folder} can't be resized to {room}")


def _mount(*words: str) -> bool:
    try:
        done = subprocess.run(["mount", *words], capture_output=True, check=False)  # noqa: S603, S607 - fixed words
    except FileNotFoundError:
        return False
    return done.returncode == 0

"""Backups as tar files: written with a list of checksums at their end, read as something a stranger made."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, cast

import zstandard

from rag.errors import BackupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.zst")
CHECKSUMS = "checksums.json"  # the last member
_MAGIC = {b"\x28\xb5\x2f\xfd": "zst", b"\x1f\x8b": "gz"}
_LEVEL = 3  # zstd; vectors hardly shrink at any
_LONGEST_NAME = 1 << 16  # bytes of a header that carries a long name
_MOST_MEMBERS = 10_000_000
_BLOCK = 1 << 20
_READ_ERRORS = (tarfile.TarError, zstandard.ZstdError, zlib.error, EOFError, OSError, ValueError)

Digest = tuple[int, str]  # bytes, SHA-256


class ArchiveWriter:
    """Adds members to a stream, packed as the ending of the file's name says."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stack = ExitStack()
        packed = self._stack.enter_context(_packing(stream, name))
        self._tar = self._stack.enter_context(
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - entered here
        )
        self._written: dict[str, Digest] = {}

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.add_bytes(CHECKSUMS, json.dumps(self._written).encode())
        self._stack.__exit__(kind, error, trace)

    def add(self, name: str, source: IO[bytes], size: int, mtime: float = 0) -> str:
        """Add `size` bytes of `source`; returns their SHA-256.

        Raises:
            OSError: the source ends before, or the disk is full.
        """
        member = tarfile.TarInfo(name)
        member.size, member.mtime = size, int(mtime)
        hashing = _Hashing(source)
        self._tar.addfile(member, cast("IO[bytes]", hashing))
        self._written[name] = (size, hashing.hexdigest())
        return hashing.hexdigest()

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a member from memory."""
        self.add(name, io.BytesIO(data), len(data))


class _Hashing:
    """Hashes what is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._sha = hashlib.sha256()
        self.hexdigest = self._sha.hexdigest

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._sha.update(data)
        return data


class Member:
    """A file in an archive: its checked name and its bytes, to be read once."""

    def __init__(self, name: str, size: int, mtime: float, source: IO[bytes]) -> None:
        self.name, self.size, self.mtime = name, size, mtime
        self._source = source

    def blocks(self) -> Iterator[bytes]:
        """The bytes, block by block.

        Raises:
            BackupError: the archive is damaged here.
        """
        left = self.size
        while left:
            with _reading(self.name):
                block = self._source.read(min(left, _BLOCK))
            if not block:
                raise BackupError(_damaged(f"it ends within {self.name}"))
            left -= len(block)
            yield block


class _Info(tarfile.TarInfo):
    """Refuses headers that would be read into memory whole, before they are."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.size > _LONGEST_NAME and not self.isreg():
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]


@contextmanager
def reading(path: Path, limit: int) -> Iterator[Iterator[Member]]:
    """The members in order, nothing but files with harmless names, `limit` bytes in all.

    Raises:
        BackupError: it can't be read, is damaged, or holds anything else; the message says what.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} can't be read ({error.strerror}); name a backup file") from None
    with stream, ExitStack() as stack:
        with _reading("its beginning"):
            unpacked = stack.enter_context(_unpacking(stream))
            tar = stack.enter_context(tarfile.open(fileobj=unpacked, mode="r|", tarinfo=_Info))
        yield _members(tar, limit)


def _members(tar: tarfile.TarFile, limit: int) -> Iterator[Member]:
    seen: set[str] = set()
    while True:
        with _reading("a header"):
            info = tar.next()
        if info is None:
            return
        _check(info, seen)
        limit -= info.size
        if limit < 0 or len(seen) > _MOST_MEMBERS:
            raise BackupError(
                "the backup unpacks to more than is allowed; raise SHAWAHID_RESTORE_GIGABYTES if you trust it"
            )
        source = tar.extractfile(info)
        if source is None:
            raise BackupError(_damaged(f"{info.name} has no content"))
        yield Member(info.name, info.size, info.mtime, source)


def _check(info: tarfile.TarInfo, seen: set[str]) -> None:
    name = PurePosixPath(info.name)
    shown = repr(info.name[:200])
    if not info.isreg() or info.issparse():
        raise BackupError(f"the backup holds {shown}, which is no plain file; take another one")
    is_harmless = not name.is_absolute() and str(name) == info.name and info.name != "."
    if not is_harmless or ".." in name.parts or "\0" in info.name:
        raise BackupError(
            f"the backup holds a file {shown}, which leads elsewhere; take another one"
        )
    if info.name in seen:
        raise BackupError(f"the backup holds {shown} twice; take another one")
    seen.add(info.name)


@contextmanager
def _packing(stream: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    if name.endswith((".gz", ".tgz")):
        with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
    elif name.endswith(".zst"):
        packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with packer.stream_writer(stream, closefd=False) as packed:
            yield cast("IO[bytes]", packed)
    else:
        yield stream


@contextmanager
def _unpacking(stream: IO[bytes]) -> Iterator[Any]:
    head = stream.read(4)
    stream.seek(0)
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    if kind == "gz":
        with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
            yield unpacked
    elif kind == "zst":
        with zstandard.ZstdDecompressor().stream_reader(
            stream, read_across_frames=True
        ) as unpacked:
            yield unpacked
    else:
        yield stream


@contextmanager
def _reading(part: str) -> Iterator[None]:
    try:
        yield
    except _READ_ERRORS as error:
        raise BackupError(_damaged(f"{part} can't be read: {error}")) from None


def _damaged(what: str) -> str:
    return f"the backup is damaged or none of this program ({what[:200]}); take another one"

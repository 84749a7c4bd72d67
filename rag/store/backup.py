"""A corpus and its index in one file: written whole or not at all, of one generation even while a sync runs."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rag.errors import BackupError, CorpusError, IndexDamagedError
from rag.store.archive import ENDINGS, ArchiveWriter
from rag.store.manifest import MANIFEST, PROGRAM, REBUILD, Manifest, checksummed, opening

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKUP_FORMAT = 1
HEADER = "backup.json"  # the first member
CORPUS, FILES = "corpus", "index/files"  # folders in the archive
INDEX_MANIFEST = f"index/{MANIFEST}"
_TRIES = 3  # to read a file that is written meanwhile
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Saved:
    """What went into a backup of `size` bytes: files of the corpus, and the index."""

    path: Path
    files: int
    manifest: Manifest
    size: int


def backup(path: Path, corpus: Path, index: Path, *, force: bool = False) -> Saved:
    """Write the corpus and the generation in force to `path`; hidden files and links out are left out.

    Raises:
        BackupError: the name's ending is none of `ENDINGS`, the file is there and not to be replaced
            (`force`), or it can't be written.
        CorpusError: there is no corpus.
        IndexMissingError, IndexDamagedError, IndexMismatchError: the index can't be saved.
    """
    _check(path, corpus, force=force)
    with ExitStack() as stack:
        manifest, files = opening(index, lambda manifest: _held(index, manifest, stack))
        try:
            with _appearing(path, replace=force) as stream:
                with ArchiveWriter(stream, path.name) as archive:
                    archive.add_bytes(HEADER, _header(manifest))
                    count = _add_corpus(archive, corpus, index)
                    _add_index(archive, manifest, files, index)
                size = stream.tell()
        except OSError as error:  # also of closing what could not be written
            raise BackupError(
                f"{path} can't be written ({error.strerror or error}); free space or give write permission, "
                "or name another file"
            ) from None
    return Saved(path, count, manifest, size)


def _check(path: Path, corpus: Path, *, force: bool) -> None:
    if not path.name.endswith(ENDINGS):
        raise BackupError(
            f"{path} ends in none of {', '.join(ENDINGS)}; give it one of these endings"
        )
    if path.exists() and not force:
        raise BackupError(f"{path} is there already; name another file, or replace it with --force")
    if not corpus.is_dir():
        raise CorpusError(f"no folder {corpus}; name the corpus with --corpus")


def _header(manifest: Manifest) -> bytes:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    header = {
        "program": PROGRAM,
        "format": BACKUP_FORMAT,
        "created": made,
        "index": {"format": manifest.format, "model": manifest.model, "counts": manifest.counts},
    }
    return json.dumps(header, ensure_ascii=False).encode()


def _held(
    index: Path, manifest: Manifest, stack: ExitStack
) -> tuple[Manifest, dict[str, IO[bytes]]]:
    """All files of a generation, open: they can be read to the end even if syncs drop its folder."""
    folder = manifest.folder(index)
    with ExitStack() as attempt:
        try:
            files: dict[str, IO[bytes]] = {
                name: attempt.enter_context((folder / name).open("rb")) for name in manifest.files
            }
        except OSError as error:
            raise IndexDamagedError(
                f"{error.filename} is missing or unreadable ({error.strerror}); {REBUILD}"
            ) from None
        stack.push(attempt.pop_all())
    return manifest, files


def _add_index(
    archive: ArchiveWriter, manifest: Manifest, files: dict[str, IO[bytes]], index: Path
) -> None:
    for name, source in files.items():
        size = os.fstat(source.fileno()).st_size
        digest = archive.add(f"{FILES}/{name}", source, size)
        if digest != manifest.files[name]["sha256"]:
            raise IndexDamagedError(
                f"{manifest.folder(index) / name} has changed since it was written (checksum); {REBUILD}"
            )
    archive.add_bytes(INDEX_MANIFEST, checksummed(asdict(manifest)))


def _add_corpus(archive: ArchiveWriter, corpus: Path, index: Path) -> int:
    count = 0
    for path in _corpus_files(corpus, index):
        with contextlib.suppress(FileNotFoundError):  # removed meanwhile
            data, mtime = _read_steadily(path)
            name = f"{CORPUS}/{path.relative_to(corpus).as_posix()}"
            archive.add(name, io.BytesIO(data), len(data), mtime)
            count += 1
    return count


def _read_steadily(path: Path) -> tuple[bytes, float]:
    """A file's bytes as they stood at one moment, if it is left alone for one; and its time."""
    for _ in range(_TRIES):
        before = path.stat()
        data = path.read_bytes()
        after = path.stat()
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, len(data)):
            break
        time.sleep(_PAUSE_S)
    return data, after.st_mtime


def _corpus_files(corpus: Path, index: Path) -> Iterator[Path]:
    root, left_out = corpus.resolve(), index.resolve()
    for folder, folders, names in os.walk(corpus, onerror=_refuse):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and Path(folder, name).resolve() != left_out
        )
        for path in sorted(Path(folder, name) for name in names if not name.startswith(".")):
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _refuse(error: OSError) -> None:
    raise CorpusError(f"can't list {error.filename}: {error.strerror}; allow reading it") from None


@contextlib.contextmanager
def _appearing(path: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """A file that gets its name when the block has ended well; until then a kill leaves nothing of it."""
    folder = os.open(path.parent, os.O_RDONLY)
    name = f".{path.name}.{os.getpid()}"
    try:
        with _nameless(path.parent) or (path.parent / name).open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if stream.name != str(path.parent / name):
                # by linkat, which follows the link to the open file
                source = f"/proc/self/fd/{stream.fileno()}"
                os.link(source, name, src_dir_fd=folder, dst_dir_fd=folder)
        if not replace and path.exists():
            raise FileExistsError(None, "it has come to be there meanwhile")
        os.replace(name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
        os.close(folder)


def _nameless(folder: Path) -> IO[bytes] | None:
    """A file that no name leads to; None where the file system knows no such thing."""
    try:
        return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666), "w+b")
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            raise
        return None

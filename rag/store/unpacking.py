"""A backup unpacked beside the places that it goes to, and compared with its checksums."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.errors import BackupError
from rag.store.archive import CHECKSUMS, Member, reading
from rag.store.backup import BACKUP_FORMAT, CORPUS, FILES, HEADER, INDEX_MANIFEST
from rag.store.manifest import FORMAT_VERSION, PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST_LIST = 1 << 30  # bytes of the parts that are read into memory


@dataclass(frozen=True, slots=True)
class Staging:
    """Folders beside the places that their content goes to; `generation` names the index's."""

    corpus: Path
    index: Path
    generation: str


@dataclass(slots=True)
class Unpacked:
    """What was found on the way."""

    created: str = ""
    left_out: str = ""
    files: int = 0
    names: set[str] = field(default_factory=set)  # of the index's files
    manifest: bytes = b""


def unpack(path: Path, staging: Staging, model: tuple[str, str], limit: int) -> Unpacked:
    """Everything to the staging folders, compared with the checksums at the end.

    Raises:
        BackupError: it is no whole backup of this program, or a file can't be written.
    """
    found = Unpacked()
    digests: dict[str, list[Any]] = {}
    expected: object = None
    with reading(path, limit) as members:
        for number, member in enumerate(members):
            if (number == 0) != (member.name == HEADER) or expected is not None:
                raise BackupError(f"{path} is no backup of this program; name another file")
            if member.name == CHECKSUMS:
                expected = _json(_small(member, digests, keep=False))
            elif number == 0:
                _read_header(_json(_small(member, digests)), found, model)
            else:
                _take(member, staging, found, digests)
    if expected is None:
        raise BackupError(f"{path} is cut short; take another backup")
    if expected != digests:
        raise BackupError(f"{path} is damaged (checksum); take another backup")
    return found


def _read_header(header: Any, found: Unpacked, model: tuple[str, str]) -> None:  # noqa: ANN401 - any JSON
    try:
        is_ours = header["program"] == PROGRAM
        version, found.created = int(header["format"]), str(header["created"])
        made_by, index_format = header["index"]["model"], int(header["index"]["format"])
        name, fingerprint = str(made_by["name"]), str(made_by["fingerprint"])
    except (KeyError, TypeError, ValueError):
        is_ours, version = False, 0
    if not is_ours or version != BACKUP_FORMAT:
        raise BackupError(
            f"the file is no backup of format {BACKUP_FORMAT} of this program; name another one"
        )
    if index_format != FORMAT_VERSION:
        found.left_out = f"its index has format {index_format}, this program reads {FORMAT_VERSION}"
    elif fingerprint != model[1]:
        found.left_out = (
            f"its index was made by the model {name!r} ({fingerprint[:12]}), the present one is "
            f"{model[0]!r} ({model[1][:12]})"
        )


def _take(member: Member, staging: Staging, found: Unpacked, digests: dict[str, list[Any]]) -> None:
    head, _, rest = member.name.partition("/")
    if head == CORPUS and rest:
        _write(member, staging.corpus / rest, digests)
        found.files += 1
    elif member.name == INDEX_MANIFEST:
        found.manifest = _small(member, digests)
    elif member.name.startswith(FILES + "/"):
        name = member.name.removeprefix(FILES + "/")
        _write(member, None if found.left_out else staging.index / name, digests)
        found.names.add(name)
    else:
        raise BackupError(
            f"the backup holds {member.name!r}, which is no part of one; take another"
        )


def _write(member: Member, target: Path | None, digests: dict[str, list[Any]]) -> None:
    """Write a member's bytes, or only hash them where there is no target."""
    sha = hashlib.sha256()
    try:
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.nullcontext() if target is None else target.open("xb") as out:
            for block in member.blocks():
                sha.update(block)
                if out is not None:
                    out.write(block)
        if target is not None:
            os.utime(target, (member.mtime, member.mtime))
    except OSError as error:
        raise unwritable(error) from None
    digests[member.name] = [member.size, sha.hexdigest()]


def _small(member: Member, digests: dict[str, list[Any]], *, keep: bool = True) -> bytes:
    if member.size > _LONGEST_LIST:
        raise BackupError(
            f"the backup holds {member.name} of {member.size} bytes; take another one"
        )
    data = b"".join(member.blocks())
    if keep:
        digests[member.name] = [member.size, hashlib.sha256(data).hexdigest()]
    return data


def _json(data: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(data)
    except ValueError:
        raise BackupError("a list in the backup can't be read; take another one") from None


def unwritable(error: OSError) -> BackupError:
    """What is told of a file or folder that could not be written."""
    return BackupError(
        f"{error.filename or 'a file'} can't be written ({error.strerror or error}); free space or give "
        "write permission, or name other folders with --corpus and --index"
    )

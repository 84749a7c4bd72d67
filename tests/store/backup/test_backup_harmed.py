"""Damaged and hostile backups: nothing of them is taken, nothing that is there changes."""

import io
import json
import tarfile

import pytest

from rag.errors import BackupError, IndexMissingError
from rag.store.backup import backup
from rag.store.manifest import read_manifest
from rag.store.restore import restore
from tests.store.backup.contents import LIMIT, contents


def harmed(path, how):
    data = bytearray(path.read_bytes())
    if how == "empty":
        return b""
    if how == "text":
        return b"not an archive at all\n" * 100
    if how == "half":
        return data[: len(data) // 2]
    if how == "end":
        return data[:-3000]
    data[int(len(data) * how)] ^= 16
    return data


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.zst"])
@pytest.mark.parametrize("how", ["empty", "text", "half", "end", 0.02, 0.3, 0.6, 0.9])
def test_a_damaged_backup_changes_nothing(settings, saved, model, elsewhere, ending, how):
    path = saved.with_name(f"harmed{ending}")
    backup(path, settings.corpus, settings.index)
    path.write_bytes(harmed(path, how))
    try:
        restore(path, elsewhere, model, limit=LIMIT)
    except BackupError as error:
        assert "backup" in str(error)  # noqa: PT017 - not all harm is to something
    else:  # a flipped bit in what fills a block up
        assert ending == ".tar"
        assert isinstance(how, float)
        assert contents(elsewhere.corpus) == contents(settings.corpus)
        return
    assert not elsewhere.corpus.exists()
    assert [p.name for p in elsewhere.corpus.parent.iterdir()] == ["index"]
    with pytest.raises(IndexMissingError):
        read_manifest(elsewhere.index)


def hostile(path, *members):
    """A tar file of (TarInfo or name, bytes)."""
    with tarfile.open(path, "w") as tar:
        for info, data in members:
            member = info if isinstance(info, tarfile.TarInfo) else tarfile.TarInfo(info)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


HEADER = json.dumps(
    {
        "program": "shawahid",
        "format": 1,
        "created": "2024-05-01",
        "index": {"format": 3, "model": {"name": "fake", "fingerprint": "x"}, "counts": {}},
    }
).encode()


def special(kind, name="corpus/a.txt", target="/etc/passwd"):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    "member",
    [
        "/etc/passwd",
        "corpus/../../escaped.txt",
        "../escaped.txt",
        "corpus//double.txt",
        "corpus/./dot.txt",
        "elsewhere/a.txt",
        "corpus",
        "index/generations/a",
        special(tarfile.SYMTYPE),
        special(tarfile.LNKTYPE),
        special(tarfile.CHRTYPE),
        special(tarfile.FIFOTYPE),
        special(tarfile.DIRTYPE, "corpus/folder"),
    ],
    ids=str,
)
def test_a_hostile_member_is_refused(elsewhere, model, tmp_path, member):
    path = hostile(tmp_path / "hostile.tar", ("backup.json", HEADER), (member, b""))
    with pytest.raises(BackupError, match="backup"):
        restore(path, elsewhere, model, limit=LIMIT)
    assert not elsewhere.corpus.exists()
    assert not list(tmp_path.rglob("escaped.txt"))


def test_the_same_name_twice_is_refused(elsewhere, model, tmp_path):
    twice = [("backup.json", HEADER), ("corpus/a.txt", b"a"), ("corpus/a.txt", b"b")]
    with pytest.raises(BackupError, match="twice"):
        restore(hostile(tmp_path / "hostile.tar", *twice), elsewhere, model, limit=LIMIT)


def test_more_than_is_allowed_is_not_unpacked(saved, elsewhere, model):
    with pytest.raises(BackupError, match="SHAWAHID_RESTORE_GIGABYTES"):
        restore(saved, elsewhere, model, limit=10_000)
    assert not elsewhere.corpus.exists()


def test_a_header_of_gigabytes_is_not_read(elsewhere, model, tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 40
    path = tmp_path / "hostile.tar"
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096)
    with pytest.raises(BackupError):
        restore(path, elsewhere, model, limit=LIMIT)

"""A large index is read ahead of its first questions, where there is room for it."""

import os
from pathlib import Path

import pytest

from rag.store import warming
from rag.store.warming import read_ahead

SIZES = {"segments/000001/chunks.faiss": 40, "rows.sqlite": 300_000, "lexical/a.idx": 20}


@pytest.fixture
def folder(tmp_path):
    for name, size in SIZES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    return tmp_path


@pytest.fixture
def advised(monkeypatch):
    """What the system was told will be needed: name of the file and where."""
    told = []

    def note(handle, at, length, advice):
        assert advice == os.POSIX_FADV_WILLNEED
        name = Path(f"/proc/self/fd/{handle}").readlink().name
        told.append((name, at, at + length))

    monkeypatch.setattr(warming.os, "posix_fadvise", note)
    monkeypatch.setattr(warming, "_LEAST_BYTES", 1000)
    return told


def test_all_of_it_is_asked_for_what_is_read_at_random_first(folder, advised):
    read_ahead(folder, SIZES, ("rows", "lexical")).join()
    names = [name for name, _, _ in advised]
    assert list(dict.fromkeys(names)) == ["a.idx", "rows.sqlite", "chunks.faiss"]
    parts = [(start, end) for name, start, end in advised if name == "rows.sqlite"]
    assert [start for start, _ in parts] == [0, *(end for _, end in parts)][:-1]
    assert parts[-1][1] >= SIZES["rows.sqlite"]


def test_a_small_index_and_one_larger_than_the_memory_to_spare_are_left(
    folder, advised, monkeypatch
):
    assert read_ahead(folder, {"lexical/a.idx": 20}, ()) is None
    monkeypatch.setattr(warming, "_free", lambda: 500_000)
    assert read_ahead(folder, SIZES, ()) is None
    assert advised == []


def test_what_is_gone_is_passed_over_and_a_stop_is_heeded(folder, advised):
    (folder / "lexical/a.idx").unlink()
    read_ahead(folder, SIZES, ()).join()
    assert "rows.sqlite" in [name for name, _, _ in advised]
    advised.clear()
    reader = read_ahead(folder, SIZES, ())
    reader.join()
    reader.stop()
    advised.clear()
    reader._read()
    assert advised == []


def test_the_memory_that_is_free_is_known_here():
    assert warming._free() > 2**20

"""What goes wrong while an index is made or kept: nothing is lost, nothing is half written."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import IndexBusyError, IndexDamagedError, IndexForeignError, IndexWriteError
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.building import Builder
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest, writing


def found(settings, embedder, text, stems=()):
    store = LocalStore.open(settings.index, embedder)
    hits = store.search(embedder.embed_queries([text])[0], list(stems), 20, Filters())
    store.close()
    return {hit.article.id for hit in hits}


@pytest.mark.parametrize(
    "name",
    [
        "rows.sqlite",
        "segments/000001/chunks.faiss",
        "segments/000001/sentences.columns",
        "segments/state.json",
        "lexical/meta.json",
    ],
)
@pytest.mark.parametrize("harm", ["delete", "truncate", "flip"])
def test_a_damaged_file_is_seen_and_the_next_sync_mends_it(settings, embedder, name, harm):
    sync(settings, embedder)
    path = read_manifest(settings.index).folder(settings.index) / name
    data = path.read_bytes()
    if harm == "delete":
        path.unlink()
    else:
        path.write_bytes(
            data[:-7] if harm == "truncate" else data[:40] + bytes([data[40] ^ 1]) + data[41:]
        )
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        LocalStore.open(settings.index, embedder)
    assert sync(settings, embedder).rebuilt
    assert len(found(settings, embedder, "bridge")) == 3


def test_a_foreign_manifest_is_never_overwritten(settings, embedder):
    settings.index.mkdir()
    theirs = settings.index / "manifest.json"
    theirs.write_text(json.dumps({"name": "someone else's web app"}), "utf-8")
    with pytest.raises(IndexForeignError, match="--index"):
        sync(settings, embedder, rebuild=True)
    assert "someone" in theirs.read_text("utf-8")


def test_a_second_writer_is_told(settings, embedder):
    with writing(settings.index), pytest.raises(IndexBusyError, match="another process"):
        sync(settings, embedder)


def test_a_folder_that_cannot_be_written_is_one_line(settings, embedder, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexWriteError, match="can't be written"):
        sync(settings.model_copy(update={"index": tmp_path / "file" / "index"}), embedder)


def test_a_failure_in_the_middle_leaves_the_old_index(settings, embedder, monkeypatch):
    sync(settings, embedder)
    before = (settings.index / "manifest.json").read_bytes()
    (settings.corpus / "new.txt").write_text(
        "A headline\n\nSomething new happened in Velden today.\n", "utf-8"
    )
    with monkeypatch.context() as patch:
        patch.setattr(
            embedder,
            "embed_passages",
            lambda *_: (_ for _ in ()).throw(RuntimeError("out of memory")),
        )
        with pytest.raises(RuntimeError):
            sync(settings, embedder)
    assert (settings.index / "manifest.json").read_bytes() == before
    assert len(list((settings.index / "generations").iterdir())) == 1
    assert sync(settings, embedder).added == 1


KILLED = """
import sys, time
sys.path.insert(0, {tests!r})
from conftest import FakeEmbedder
from pathlib import Path
from rag.indexing.sync import sync
from rag.settings import Settings

class Slow(FakeEmbedder):
    def embed_passages(self, texts, progress=None):
        print("embedding", flush=True)
        time.sleep(30)

sync(Settings(corpus=Path({corpus!r}), index=Path({index!r}), chunk_tokens=40), Slow())
"""


def test_a_killed_sync_leaves_the_old_index_and_the_next_one_completes(settings, embedder):
    sync(settings, embedder)
    (settings.corpus / "new.txt").write_text(
        "A headline\n\nSomething new happened in Velden today.\n", "utf-8"
    )
    tests = str(Path(__file__).parents[1])
    code = KILLED.format(tests=tests, corpus=str(settings.corpus), index=str(settings.index))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline().strip() == "embedding"
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert len(found(settings, embedder, "bridge")) == 3
    assert sync(settings, embedder).added == 1
    assert len(found(settings, embedder, "bridge")) == 4
    assert len(list((settings.index / "generations").iterdir())) <= 2


def _no_room(*_args, **_options):
    raise OSError(28, "No space left on device")


def _killed(*_args, **_options):
    raise ValueError("An index writer was killed")


def _no_space(*_args, **_options):
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("where", "failure"),
    [
        ("rag.store.segments.HalvesWriter.finish", _no_room),
        ("rag.store.lexical.tantivy.Document", _killed),
        ("rag.store.rows.Rows.add_mentions", _no_space),
        (
            "rag.store.building.describe_files",
            lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")),
        ),
    ],
)
def test_a_full_disk_is_one_line_and_leaves_the_old_index(
    settings, embedder, monkeypatch, where, failure
):
    sync(settings, embedder)
    (settings.corpus / "new.txt").write_text(
        "A headline\n\nSomething new happened in Velden today.\n", "utf-8"
    )
    with monkeypatch.context() as patch:
        patch.setattr(where, failure)
        with pytest.raises(IndexWriteError, match="free space"):
            sync(settings, embedder)
    assert len(found(settings, embedder, "bridge")) == 3
    assert sync(settings, embedder).added == 1


def test_an_index_that_cannot_be_written_is_read_all_the_same(settings, embedder, monkeypatch):
    sync(settings, embedder)
    monkeypatch.setattr("rag.store.lexical.os.access", lambda *_: False)
    assert found(settings, embedder, "bridge", ["bridg"]) == {
        "bridge-2019",
        "bridge-2020",
        "harbour-ru",
    }


def test_an_interrupt_after_the_switch_keeps_the_new_index(settings, embedder, monkeypatch):
    sync(settings, embedder)
    (settings.corpus / "new.txt").write_text(
        "A headline\n\nSomething new happened in Velden today.\n", "utf-8"
    )
    with monkeypatch.context() as patch:
        patch.setattr("rag.store.manifest.drop_generations", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            sync(settings, embedder)
    assert len(found(settings, embedder, "bridge")) == 4


def _interrupted(*_args, **_options):
    raise KeyboardInterrupt


def test_a_generation_that_cannot_be_begun_leaves_nothing_behind(settings, embedder, monkeypatch):
    sync(settings, embedder)
    base = read_manifest(settings.index)
    monkeypatch.setattr("rag.store.building.Rows.open_for_writing", _no_space)
    with pytest.raises(sqlite3.OperationalError):
        Builder(settings.index, base, embedder.dimension)
    assert len(list((settings.index / "generations").iterdir())) == 1

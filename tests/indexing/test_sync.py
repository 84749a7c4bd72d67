import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import (
    CorpusError,
    IndexBusyError,
    IndexDamagedError,
    IndexForeignError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
)
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest, writing


def found(settings, embedder, text, stems=()):
    store = LocalStore.open(settings.index, embedder)
    hits = store.search(embedder.embed_queries([text])[0], list(stems), 20, Filters())
    store.close()
    return {hit.article.id for hit in hits}


def test_a_first_sync_adds_everything(settings, embedder):
    summary = sync(settings, embedder)
    assert (summary.added, summary.changed, summary.removed, summary.unchanged) == (3, 0, 0, 0)
    assert found(settings, embedder, "bridge") == {"bridge-2019", "bridge-2020", "harbour-ru"}
    assert summary.counts["articles"] == 3


def test_a_second_sync_embeds_nothing_and_writes_nothing(settings, embedder):
    sync(settings, embedder)
    before = (settings.index / "manifest.json").read_bytes()
    embedder.embedded.clear()
    summary = sync(settings, embedder)
    assert (summary.unchanged, summary.is_idle, embedder.embedded) == (3, True, [])
    assert (settings.index / "manifest.json").read_bytes() == before


def test_only_what_changed_is_embedded(settings, embedder):
    sync(settings, embedder)
    embedder.embedded.clear()
    path = settings.corpus / "bridge-2019.md"
    path.write_text(path.read_text("utf-8").replace("12 million", "13 million"), "utf-8")
    (settings.corpus / "harbour-ru.md").unlink()
    (settings.corpus / "new.txt").write_text(
        "A headline\n\nThe library of Velden reopened on Monday.\n", "utf-8"
    )
    summary = sync(settings, embedder)
    assert (summary.added, summary.changed, summary.removed, summary.unchanged) == (1, 1, 1, 1)
    assert not any("كورا" in text for text in embedder.embedded)
    assert found(settings, embedder, "x") == {"bridge-2019", "bridge-2020", "new"}
    store = LocalStore.open(settings.index, embedder)
    assert "13 million" in store.article("bridge-2019").text
    assert store.frequencies(["12", "13"]) != {"12": 0, "13": 0}


def test_an_incremental_index_answers_like_a_fresh_one(settings, embedder, tmp_path):
    sync(settings, embedder)
    path = settings.corpus / "bridge-2019.md"
    path.write_text(path.read_text("utf-8") + "\nA third arch was added.\n", "utf-8")
    sync(settings, embedder)
    fresh = settings.model_copy(update={"index": tmp_path / "fresh"})
    sync(fresh, embedder)
    vector = embedder.embed_queries(["third arch of the bridge"])[0]
    scored = []
    for one in (settings, fresh):
        store = LocalStore.open(one.index, embedder)
        hits = store.search(vector, ["third", "arch"], 20, Filters())
        scored.append(
            sorted(
                (h.chunk.id, round(h.dense, 5), tuple(round(s, 5) for s in h.sentences))
                for h in hits
            )
        )
    assert scored[0] == scored[1]


def test_a_broken_file_is_refused_by_name_and_its_last_version_stays(settings, embedder):
    sync(settings, embedder)
    (settings.corpus / "bridge-2019.md").write_text("---\ntitle: [broken\n---\ntext", "utf-8")
    (settings.corpus / "picture.txt").write_bytes(bytes(range(256)) * 20)
    summary = sync(settings, embedder)
    assert sorted(name for name, _ in summary.refused) == ["bridge-2019.md", "picture.txt"]
    assert (summary.removed, summary.unchanged) == (0, 3)
    assert "bridge-2019" in found(settings, embedder, "bridge")


def test_two_articles_with_one_id_are_not_mixed(settings, embedder):
    (settings.corpus / "twin.md").write_text(
        "---\nid: bridge-2019\n---\nAnother text altogether.\n", "utf-8"
    )
    summary = sync(settings, embedder)
    assert summary.added == 3
    assert [name for name, _ in summary.refused] == ["twin.md"]
    assert "bridge-2019.md" in summary.refused[0][1]


@pytest.mark.parametrize("kind", ["missing", "empty", "unreadable"])
def test_without_articles_nothing_is_created(settings, embedder, kind):
    shutil.rmtree(settings.corpus)
    if kind != "missing":
        settings.corpus.mkdir()
    if kind == "unreadable":
        (settings.corpus / "a.txt").write_bytes(b"\x00\x01\x02" * 500)
    with pytest.raises(CorpusError):
        sync(settings, embedder)
    with pytest.raises(IndexMissingError):
        read_manifest(settings.index)


def test_an_emptied_corpus_leaves_the_index_in_force(settings, embedder):
    sync(settings, embedder)
    for path in settings.corpus.iterdir():
        path.unlink()
    with pytest.raises(CorpusError):
        sync(settings, embedder)
    assert len(found(settings, embedder, "bridge")) == 3


def test_another_model_is_refused_until_rebuilt(settings, embedder, make_embedder):
    sync(settings, embedder)
    other = make_embedder("other")
    with pytest.raises(IndexMismatchError, match=r"fake.*other.*--rebuild"):
        LocalStore.open(settings.index, other)
    summary = sync(settings, other)
    assert summary.rebuilt
    assert len(found(settings, other, "bridge")) == 3


@pytest.mark.parametrize(
    "name", ["rows.sqlite", "chunks.faiss", "sentences.faiss", "lexical/meta.json"]
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


def _full(*_args, **_options):
    raise RuntimeError("Error in write_index: 'ret == size' failed")


def _killed(*_args, **_options):
    raise ValueError("An index writer was killed")


def _no_space(*_args, **_options):
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("where", "failure"),
    [
        ("rag.store.vectors.faiss.write_index", _full),
        ("rag.store.lexical.tantivy.Document", _killed),
        ("rag.store.rows.Rows.add_chunk", _no_space),
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

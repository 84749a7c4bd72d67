"""Several processes at one index: one writes, the others wait or read; what was killed is cleaned up."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import IndexBusyError, IndexDamagedError, IndexForeignError
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store import files
from rag.store.local import LocalStore
from rag.store.lock import writing
from rag.store.manifest import drop_leftovers, opening, read_manifest

NEW = "A headline\n\nSomething new happened in Velden today.\n"


def generations(index):
    return sorted(folder.name for folder in (index / "generations").iterdir())


def add(settings, embedder, name):
    (settings.corpus / f"{name}.txt").write_text(NEW.replace("new", name), "utf-8")
    return sync(settings, embedder)


def test_a_second_writer_waits_and_says_so(settings, embedder):
    told, holding = [], threading.Event()

    def hold():
        with writing(settings.index):
            holding.set()
            time.sleep(0.4)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    summary = sync(settings, embedder, wait_s=30, waiting=lambda: told.append("waits"))
    holder.join()
    assert (summary.added, told) == (3, ["waits"])


def test_a_writer_that_waited_in_vain_is_told(settings, embedder):
    with writing(settings.index), pytest.raises(IndexBusyError, match=r"within 0\.2 s; wait"):
        sync(settings, embedder, wait_s=0.2)


def test_a_free_lock_is_taken_without_a_word(settings, embedder):
    sync(settings, embedder, wait_s=30, waiting=lambda: pytest.fail("waited"))


def test_a_folder_removed_while_waiting_gets_a_lock_of_its_own(settings):
    with writing(settings.index):
        shutil.rmtree(settings.index)
        with writing(settings.index, 1), pytest.raises(IndexBusyError), writing(settings.index):
            pass


def test_what_killed_syncs_left_is_cleaned_up_even_where_nothing_changed(settings, embedder):
    sync(settings, embedder)
    add(settings, embedder, "second")
    for name in ("000003", "000004"):
        shutil.copytree(
            settings.index / "generations" / "000002", settings.index / "generations" / name
        )
    (settings.index / "manifest.json.new").write_text('{"half')
    assert sync(settings, embedder).unchanged == 4
    assert generations(settings.index) == ["000001", "000002"]
    assert not (settings.index / "manifest.json.new").exists()


def test_nothing_is_cleaned_up_in_a_foreign_folder(settings):
    (settings.index / "generations" / "theirs").mkdir(parents=True)
    for name in ("manifest.json", "manifest.json.new"):
        (settings.index / name).write_text('{"name": "another app"}')
    with pytest.raises(IndexForeignError):
        drop_leftovers(settings.index)
    assert generations(settings.index) == ["theirs"]
    assert (settings.index / "manifest.json.new").exists()


def test_an_opening_overtaken_by_syncs_ends_on_the_newest(settings, embedder):
    sync(settings, embedder)
    tries = []

    def open_it(manifest):
        tries.append(manifest.generation)
        if len(tries) == 1:
            add(settings, embedder, "second")
            add(settings, embedder, "third")  # drops what is being opened
        return LocalStore(settings.index, manifest)

    store = opening(settings.index, open_it)
    assert tries == ["000001", "000003"]
    assert store.article("third") is not None
    store.close()


def test_an_opening_that_fails_by_itself_is_told(settings, embedder):
    sync(settings, embedder)
    shutil.rmtree(read_manifest(settings.index).folder(settings.index))
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        LocalStore.open(settings.index, embedder)


def test_a_large_index_that_rotted_is_never_built_upon(settings, embedder, monkeypatch):
    """Opening a large one compares sizes alone; a copy would make the damage look whole."""
    monkeypatch.setattr(files, "_FULL_CHECK_BYTES", 0)
    sync(settings, embedder)
    path = read_manifest(settings.index).folder(settings.index) / "rows.sqlite"
    data = path.read_bytes()
    assert "افتتح".encode() in data
    path.write_bytes(data.replace("افتتح".encode(), "افتتخ".encode()))
    assert not sync(settings, embedder).rebuilt  # nothing to do, nothing looked at
    assert add(settings, embedder, "new").rebuilt
    store = LocalStore.open(settings.index, embedder)
    assert "افتتح" in store.article("bridge-2020").text
    store.close()


def test_a_manifest_with_another_byte_is_told(settings, embedder):
    sync(settings, embedder)
    path = settings.index / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"articles": 3', '"articles": 7'), "utf-8")
    with pytest.raises(IndexDamagedError, match=r"checksum.*--rebuild"):
        read_manifest(settings.index)
    assert sync(settings, embedder).counts["articles"] == 3


READER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from rag.records import Filters
from rag.store.local import LocalStore
from tests.conftest import FakeEmbedder

embedder = FakeEmbedder()
store = LocalStore.open(Path({index!r}), embedder)
for line in sys.stdin:
    hits = store.search(embedder.embed_queries(["bridge"])[0], ["bridg"], 20, Filters())
    assert all(h.article.text[h.chunk.start : h.chunk.end] == h.chunk.text for h in hits)
    print(store.manifest.generation, len({{h.article.id for h in hits}}), flush=True)
"""


def test_readers_in_other_processes_go_on_while_syncs_drop_their_generation(settings, embedder):
    sync(settings, embedder)
    code = READER.format(root=str(Path(__file__).parents[2]), index=str(settings.index))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        for name in ("", "second", "third", "fourth"):
            if name:
                add(settings, embedder, name)
            reader.stdin.write("\n")
            reader.stdin.flush()
            assert reader.stdout.readline().split() == ["000001", "3"]
        assert generations(settings.index) == ["000003", "000004"]
        reader.stdin.close()
    store = LocalStore.open(settings.index, embedder)
    assert len(store.search(embedder.embed_queries(["x"])[0], [], 20, Filters())) >= 6
    store.close()

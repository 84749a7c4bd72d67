"""Corpus and index saved in one file and brought back: whole, or not at all."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import BackupError, CorpusError, IndexDamagedError, IndexMissingError
from rag.indexing.sync import sync
from rag.settings import Settings
from rag.store import backup as backup_module
from rag.store.archive import ENDINGS
from rag.store.backup import backup
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest
from rag.store.restore import Places, restore
from tests.store.backup.contents import LIMIT, contents, found


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_saved_comes_back_and_answers_alike(
    settings, embedder, model, saved, elsewhere, ending
):
    path = saved.with_name(f"again{ending}")
    told = backup(path, settings.corpus, settings.index)
    assert (told.files, told.size) == (4, path.stat().st_size)
    restored = restore(path, elsewhere, model, limit=LIMIT)
    assert (restored.files, restored.left_out, restored.former) == (4, "", None)
    assert contents(elsewhere.corpus) == contents(settings.corpus)
    assert found(elsewhere.index, embedder) == found(settings.index, embedder)
    moved = settings.model_copy(update={"corpus": elsewhere.corpus, "index": elsewhere.index})
    assert sync(moved, embedder).unchanged == 4
    assert read_manifest(elsewhere.index).corpus["path"] == str(elsewhere.corpus)


def test_another_model_gets_the_corpus_alone(saved, elsewhere):
    restored = restore(saved, elsewhere, ("other", "f" * 64), limit=LIMIT)
    assert restored.manifest is None
    assert "'fake'" in restored.left_out
    assert "'other'" in restored.left_out
    assert len(contents(elsewhere.corpus)) == 4
    with pytest.raises(IndexMissingError):
        read_manifest(elsewhere.index)
    assert list((elsewhere.index / "generations").iterdir()) == []


def test_a_corpus_that_is_there_is_never_lost(saved, elsewhere, model):
    elsewhere.corpus.mkdir(parents=True)
    restore(saved, elsewhere, model, limit=LIMIT)  # an empty folder is in nobody's way
    mine = elsewhere.corpus / "mine.txt"
    mine.write_text("mine")
    with pytest.raises(BackupError, match=r"not empty.*--force"):
        restore(saved, elsewhere, model, limit=LIMIT)
    assert mine.read_text() == "mine"
    restored = restore(saved, elsewhere, model, limit=LIMIT, force=True)
    assert (restored.former / "mine.txt").read_text() == "mine"
    assert not mine.exists()


def test_the_generation_in_force_is_saved_while_syncs_go_on(
    settings, embedder, model, elsewhere, tmp_path, monkeypatch
):
    sync(settings, embedder)
    before = found(settings.index, embedder)
    add_corpus = backup_module._add_corpus

    def busy(*given):
        count = add_corpus(*given)
        for n in range(3):  # the saved generation's folder is dropped meanwhile
            (settings.corpus / "new.txt").write_text(f"Title\n\nThe bridge, part {n}.\n", "utf-8")
            sync(settings, embedder)
        return count

    monkeypatch.setattr(backup_module, "_add_corpus", busy)
    told = backup(tmp_path / "saved.tar", settings.corpus, settings.index)
    assert not told.manifest.folder(settings.index).exists()
    restore(tmp_path / "saved.tar", elsewhere, model, limit=LIMIT)
    assert found(elsewhere.index, embedder) == before


def test_an_index_that_rots_is_not_saved_as_if_it_were_whole(settings, embedder, tmp_path):
    sync(settings, embedder)
    rows = read_manifest(settings.index).folder(settings.index) / "rows.sqlite"
    data = bytearray(rows.read_bytes())
    data[-50] ^= 4
    rows.write_bytes(data)
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        backup(tmp_path / "saved.tar", settings.corpus, settings.index)
    assert not (tmp_path / "saved.tar").exists()


def test_a_backup_that_is_there_is_replaced_only_when_told(settings, saved):
    before = saved.read_bytes()
    with pytest.raises(BackupError, match="--force"):
        backup(saved, settings.corpus, settings.index)
    assert saved.read_bytes() == before
    (settings.corpus / "new.txt").write_text("Title\n\nMore.\n", "utf-8")
    assert backup(saved, settings.corpus, settings.index, force=True).files == 5
    assert [p.name for p in saved.parent.iterdir() if "saved" in p.name] == [saved.name]


@pytest.mark.parametrize("name", ["saved.zip", "saved"])
def test_an_ending_that_says_nothing_is_refused(settings, embedder, tmp_path, name):
    with pytest.raises(BackupError, match=r"\.tar\.zst"):
        backup(tmp_path / name, settings.corpus, settings.index)


def test_without_index_or_corpus_there_is_nothing_to_save(settings, tmp_path):
    with pytest.raises(IndexMissingError, match="shawahid index"):
        backup(tmp_path / "saved.tar", settings.corpus, settings.index)
    with pytest.raises(CorpusError, match="--corpus"):
        backup(tmp_path / "saved.tar", tmp_path / "none", settings.index)


FULL = """
import resource, sys
sys.path.insert(0, {tests!r})
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
from pathlib import Path
from rag.errors import BackupError
from rag.store.backup import backup
try:
    backup(Path({path!r}), Path({corpus!r}), Path({index!r}))
except BackupError as error:
    sys.exit(str(error))
"""


def test_a_full_disk_leaves_no_half_file(settings, embedder, tmp_path):
    sync(settings, embedder)
    path = tmp_path / "saved.tar"
    code = FULL.format(
        tests=str(Path(__file__).parents[3]),
        size=20_000,
        path=str(path),
        corpus=str(settings.corpus),
        index=str(settings.index),
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "can't be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [p for p in tmp_path.iterdir() if "saved" in p.name]


def test_a_file_system_without_nameless_files_serves_too(saved, settings, monkeypatch):
    monkeypatch.setattr(backup_module, "_nameless", lambda _: None)
    path = saved.with_name("named.tar")
    assert backup(path, settings.corpus, settings.index).size == path.stat().st_size
    assert [p.name for p in path.parent.iterdir() if "named" in p.name] == [path.name]


def test_a_killed_backup_leaves_nothing(settings, embedder, tmp_path, monkeypatch):
    sync(settings, embedder)
    folder = tmp_path / "backups"
    folder.mkdir()
    child = os.fork()
    if not child:
        monkeypatch.setattr(
            backup_module, "_add_index", lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        )
        backup(folder / "saved.tar", settings.corpus, settings.index)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("folder", ["corpus", "corpus/index"])
def test_an_index_in_the_corpus_is_told(saved, model, tmp_path, folder):
    places = Places(tmp_path / "third" / "corpus", tmp_path / "third" / folder)
    with pytest.raises(BackupError, match="lies in the corpus"):
        restore(saved, places, model, limit=LIMIT)


def test_a_restore_waits_for_a_sync_and_readers_go_on(settings, embedder, model, saved, elsewhere):
    """Over an index in use: the store that is open goes on, the next one sees what was restored."""
    own = Settings(corpus=elsewhere.corpus, index=elsewhere.index, chunk_tokens=40)
    restore(saved, elsewhere, model, limit=LIMIT)
    (elsewhere.corpus / "later.txt").write_text("Title\n\nA later bridge.\n", "utf-8")
    sync(own, embedder)
    reader = LocalStore.open(elsewhere.index, embedder)
    holding = threading.Event()

    class Slow:
        def reading(self, done, total):
            holding.set()
            time.sleep(0.3)

        def embedding(self, done):
            pass

    other = threading.Thread(target=lambda: sync(own, embedder, progress=Slow()))
    other.start()
    assert holding.wait(10)
    restore(saved, elsewhere, model, limit=LIMIT, force=True, wait_s=30)
    other.join()
    assert reader.article("later") is not None
    reader.close()
    assert found(elsewhere.index, embedder) == found(settings.index, embedder)

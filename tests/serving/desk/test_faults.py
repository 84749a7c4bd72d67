"""What goes wrong while a batch is taken in: a failed sync, a crash, a full disk, another sync, another corpus."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from rag.errors import (
    CorpusError,
    IndexBusyError,
    IndexWriteError,
)
from rag.serving.ingesting import working
from rag.serving.ingesting.desk import Desk
from rag.store.manifest import writing

if TYPE_CHECKING:
    from pathlib import Path

    from rag.settings import Settings

STORY = b"The ferry returned on Wednesday. A ticket costs 40 crowns."


@pytest.mark.parametrize(
    "error",
    [IndexWriteError("disk full"), CorpusError("no"), RuntimeError("x"), KeyboardInterrupt()],
)
def test_a_failed_sync_leaves_everything_as_it_was(
    desk: Desk,
    files: Any,
    shelf: Any,
    opened: Any,
    error: BaseException,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, articles = files(), shelf()

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(working, "sync_when_free", fail)
        with pytest.raises(type(error)):
            desk.add([("a.md", STORY), ("bridge-2019.md", STORY)], replace=True)
        with pytest.raises(type(error)):
            desk.remove("harbour-ru")
    assert (files(), shelf(), opened.times, desk.batches()) == (before, articles, 0, [])


def test_a_batch_that_a_crash_cut_off_is_rolled_back(
    desk: Desk, again: Desk, files: Any, shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, articles = files(), shelf()
    with monkeypatch.context() as patch:
        patch.setattr(working.Worker, "_sync", lambda *_: (_ for _ in ()).throw(RuntimeError))
        patch.setattr(desk._journal, "roll_back", lambda _: None)  # as if the process were gone
        with pytest.raises(RuntimeError):
            desk.add([("a.md", STORY), ("bridge-2019.md", STORY)], replace=True)
    assert files() != before
    assert (again.batches(), again.recover(), again.recover()) == ([], 1, 0)
    assert (files(), shelf()) == (before, articles)


def test_an_unwritable_corpus_is_told(
    desk: Desk, files: Any, shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, articles = files(), shelf()
    real, calls = os.fsync, []

    def full(number: int) -> None:
        calls.append(number)
        if len(calls) == 4:  # old bytes, record, first file, second file
            raise OSError(28, "No space left on device")
        real(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CorpusError, match="No space left"):
            desk.add([("bridge-2019.md", STORY), ("b.md", b"A second story.")], replace=True)
    assert (files(), shelf(), desk.batches()) == (before, articles, [])


def test_an_index_of_another_corpus_keeps_its_articles(
    desk: Desk, settings: Settings, opened: Any, embedder: Any, tmp_path: Path, shelf: Any
) -> None:
    articles = shelf()
    elsewhere = settings.model_copy(update={"corpus": tmp_path / "other"})
    with pytest.raises(CorpusError, match="SHAWAHID_CORPUS"):
        Desk(elsewhere, opened, embedder=embedder).add([("a.md", STORY)])
    assert (shelf(), (tmp_path / "other").exists()) == (articles, False)


def test_another_sync_is_waited_for_within_bounds(
    desk: Desk, settings: Settings, files: Any
) -> None:
    before = files()
    with writing(settings.index):
        began = time.monotonic()
        with pytest.raises(IndexBusyError):
            desk.add([("a.md", STORY)])
        assert 0.4 < time.monotonic() - began < 5
    assert files() == before
    assert desk.add([("a.md", STORY)]).took == 1


def test_two_at_once_are_both_taken(
    settings: Settings, desk: Desk, opened: Any, embedder: Any, shelf: Any
) -> None:
    patient = settings.model_copy(update={"ingestion_wait_s": 30})
    desks = [Desk(patient, opened, embedder=embedder) for _ in range(2)]
    took: list[int] = []

    def add(number: int) -> None:
        receipt = desks[number % 2].add([(f"n{number}.md", STORY + b" It was day %d." % number)])
        took.append(receipt.took)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert took == [1] * 4
    assert {"n0", "n1", "n2", "n3"} <= set(shelf())


def test_only_so_many_batches_are_kept(
    settings: Settings, desk: Desk, opened: Any, embedder: Any, tmp_path: Path
) -> None:
    few = Desk(settings.model_copy(update={"undo_batches": 2}), opened, embedder=embedder)
    made = [few.add([(f"n{n}.md", STORY + b" It was day %d." % n)]).batch for n in range(3)]
    assert [b.batch for b in few.batches()] == made[:0:-1]
    folder = settings.index.with_name("index-undo")
    assert {p.name for p in folder.iterdir()} == {*made[1:], ".lock"}
    old = folder / str(made[1]) / "record.json"
    row = json.loads(old.read_text()) | {"created": "2020-01-01T00:00:00+00:00"}
    old.write_text(json.dumps(row))
    assert [b.batch for b in few.batches()] == [made[2]]


def test_an_unknown_file_with_the_same_id_wins_nothing(
    desk: Desk, corpus: Path, files: Any, shelf: Any
) -> None:
    """A person's file that no sync has seen yet keeps its id; the batch is refused."""
    (corpus / "0.md").write_bytes(b"---\nid: a\n---\nA person wrote this last night.\n")
    before = files()
    (item,) = desk.add([("a.md", STORY)]).items
    assert (item.outcome, item.fault) == ("refused", "conflict")
    assert "taken by 0.md" in item.reason
    assert files() == before
    assert "last night" in shelf()["a"]

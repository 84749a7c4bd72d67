"""Removing and undoing: byte for byte, also after a restart, a failure, a crash."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from rag.errors import (
    UndoError,
    UnknownArticleError,
)
from rag.serving.ingesting.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from rag.settings import Settings

STORY = b"The ferry returned on Wednesday. A ticket costs 40 crowns."


def test_removing_and_undoing_it(desk: Desk, files: Any, shelf: Any, corpus: Path) -> None:
    path = corpus / "bridge-2020.md"
    path.chmod(0o640)
    os.utime(path, ns=(10**18, 10**18))
    before, articles = files(), shelf()
    receipt = desk.remove("bridge-2020")
    assert [(i.outcome, i.title) for i in receipt.items] == [
        ("removed", "افتتاح جسر ثان على نهر كورا")
    ]
    assert (set(shelf()), path.exists()) == (articles.keys() - {"bridge-2020"}, False)
    assert receipt.batch is not None
    undone = desk.undo(receipt.batch)
    assert [(i.outcome, i.article_id) for i in undone.items] == [("added", "bridge-2020")]
    assert (files(), shelf()) == (before, articles)
    about = path.stat()
    assert (about.st_mode & 0o777, about.st_mtime_ns) == (0o640, 10**18)


def test_every_kind_of_batch_can_be_undone_and_that_too(desk: Desk, files: Any, shelf: Any) -> None:
    before, articles = files(), shelf()
    other = b"---\nid: bridge-2019\n---\nThe bridge was sold to the town for one crown.\n"
    receipt = desk.add([("a.md", STORY), ("b.md", other)], replace=True)
    after = files()
    undone = desk.undo(str(receipt.batch))
    assert {i.article_id: i.outcome for i in undone.items} == {
        "a": "removed",
        "bridge-2019": "changed",
    }
    assert (files(), shelf()) == (before, articles)
    desk.undo(str(undone.batch))
    assert files() == after
    with pytest.raises(UndoError, match="no batch"):
        desk.undo(str(receipt.batch))


def test_undoing_after_a_restart(
    desk: Desk, settings: Settings, embedder: Any, opened: Any, files: Any
) -> None:
    before = files()
    receipt = desk.add([("a.md", STORY)])
    fresh = Desk(settings, opened, embedder=embedder)
    (batch,) = fresh.batches()
    assert (batch.batch, batch.kind, batch.files, batch.titles) == (
        receipt.batch,
        "add",
        1,
        (receipt.items[0].title,),
    )
    fresh.undo(batch.batch)
    assert files() == before


def test_a_file_changed_since_is_not_touched(desk: Desk, files: Any, corpus: Path) -> None:
    receipt = desk.add([("a.md", STORY), ("b.md", b"A second story of that day.")])
    (corpus / "a.md").write_bytes(b"A person wrote this instead.")
    before = files()
    with pytest.raises(UndoError, match=r"a\.md was changed after this batch"):
        desk.undo(str(receipt.batch))
    assert files() == before


@pytest.mark.parametrize("batch", ["", ".", "..", "../index", "x" * 300, "a\0b", ".lock", "'; --"])
def test_unknown_batches(desk: Desk, batch: str) -> None:
    with pytest.raises(UndoError, match="no batch"):
        desk.undo(batch)


@pytest.mark.parametrize(
    "article_id", ["none", "", "../bridge-2019", "a\0", "bridge-2019' --", "x" * 5000]
)
def test_unknown_articles(desk: Desk, article_id: str) -> None:
    with pytest.raises(UnknownArticleError):
        desk.remove(article_id)


def test_one_of_a_file_of_many(desk: Desk, shelf: Any, files: Any) -> None:
    rows = [
        {"text": "First story of the day."},
        {"id": "ب", "text": "قصة ثانية من اليوم."},
        {"text": "Третья история."},
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    desk.add([("many.jsonl", lines)])
    before = files()
    receipt = desk.remove("ب")
    assert {"many-1", "many-3"} <= set(shelf())
    assert "ب" not in shelf()
    kept = files()["many.jsonl"].split(b"\n")
    assert kept == [lines.split(b"\n")[0], b"", lines.split(b"\n")[2]]
    desk.remove("many-1")
    desk.remove("many-3")
    assert "many.jsonl" not in files()
    with pytest.raises(UndoError):
        desk.undo(str(receipt.batch))
    for batch in desk.batches()[:2]:
        desk.undo(batch.batch)
    desk.undo(str(receipt.batch))
    assert files() == before


def test_the_last_article_stays(desk: Desk, files: Any) -> None:
    for article_id in ("bridge-2019", "bridge-2020"):
        desk.remove(article_id)
    before = files()
    (item,) = desk.remove("harbour-ru").items
    assert (item.outcome, item.fault) == ("refused", "impossible")
    assert files() == before

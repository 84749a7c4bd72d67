"""Ratings: kept to the letter, bounded, and written as evaluation questions."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from eval.goldset import Question
from rag.errors import FeedbackError
from rag.records import Answer, NearMiss, Turn
from rag.serving import cli
from rag.serving.feedback import store as feedback
from rag.serving.feedback.export import question_row
from rag.serving.feedback.store import (
    COMMENT_CHARACTERS,
    VERDICTS,
    FeedbackStore,
    feedback_file,
)
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "feedback.sqlite3"


@pytest.fixture
def store(path: Path) -> FeedbackStore:
    return FeedbackStore(path)


@pytest.fixture
def made(assistant: Any) -> Answer:
    answer: Answer = assistant.ask("ماذا قالت مديرة المكتبة عن ٣٫٢ ملايين (OPAC)?")
    return answer


def test_a_rating_is_kept_to_the_letter(store: FeedbackStore, made: Answer) -> None:
    history = [Turn("من؟", "هناء"), Turn("Кто?", "Хана")]
    comment = "  العدد ٣ لا 3 — <b>'; DROP TABLE ratings\n "
    assert store.add("wrong", made, history, comment) == 1
    assert store.add("right", made) == 2
    first, second = store.ratings()
    assert (first.verdict, second.verdict) == ("wrong", "right")
    assert first.comment == comment.strip()
    assert first.question == made.question
    assert first.record["history"][1] == {"question": "Кто?", "answer": "Хана"}
    cited = first.record["citations"][0]
    text = made.citations[0].article.text
    assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_no_file_holds_no_ratings_and_none_is_made(store: FeedbackStore, path: Path) -> None:
    assert store.ratings() == []
    assert not path.exists()


def test_text_and_number_are_bounded(
    store: FeedbackStore, made: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "MOST_RATINGS", 1)
    store.add("missing", dataclasses.replace(made, text="x" * 90_000), comment="ن" * 9000)
    (kept,) = store.ratings()
    assert len(kept.comment) == COMMENT_CHARACTERS
    assert len(kept.record["text"]) < 90_000
    with pytest.raises(FeedbackError, match="feedback export"):
        store.add("right", made)


def test_a_file_of_another_kind_is_refused(path: Path, made: Answer) -> None:
    path.parent.mkdir()
    path.write_text("no database, but long enough to be read as a header of one", "utf-8")
    with pytest.raises(FeedbackError, match="SHAWAHID_FEEDBACK_FILE"):
        FeedbackStore(path).ratings()
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(FeedbackError, match="99"):
        FeedbackStore(path).add("right", made)


def test_many_at_once_are_all_kept(store: FeedbackStore, made: Answer) -> None:
    threads = [threading.Thread(target=store.add, args=("right", made)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [rating.id for rating in store.ratings()] == list(range(1, 11))


def test_the_file_lies_beside_the_index_unless_named(tmp_path: Path) -> None:
    assert feedback_file(Settings(index=tmp_path / "index")) == tmp_path / "feedback.sqlite3"
    named = tmp_path / "x.sqlite3"
    assert feedback_file(Settings(feedback_file=named)) == named


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("word", ["مكتبة", "سوق", "افتتاح"])
def test_every_rating_becomes_a_question_of_the_evaluation(
    store: FeedbackStore, assistant: Any, verdict: Any, word: str
) -> None:
    store.add(verdict, assistant.ask(word), [Turn("قبل؟", "")], "ملاحظة")
    row = question_row(store.ratings()[0])
    question = Question.model_validate_json(json.dumps(row, ensure_ascii=False))
    assert question.id == "feedback-1"
    assert question.turns == (Turn("قبل؟", ""),)
    assert "ملاحظة" in (question.note or "")
    assert "To review" in (question.note or "")


def test_the_verdict_decides_what_is_filled_in(store: FeedbackStore, made: Answer) -> None:
    refused = dataclasses.replace(made, status="not_found", citations=())
    for verdict, answer in (("right", made), ("right", refused), ("wrong", refused)):
        store.add(verdict, answer)  # type: ignore[arg-type]
    store.add("wrong_source", made)
    right, no, wrong_no, source = map(question_row, store.ratings())
    assert (right["answerable"], right["expect"]) == (True, "answered")
    assert right["quotes"][0]["quote"] == made.citations[0].quote
    assert (no["answerable"], no["expect"], no["quotes"]) == (False, "not_found", [])
    assert wrong_no["answerable"] is True
    assert "expect" not in wrong_no
    assert source["quotes"] == []
    near = (
        NearMiss(made.citations[0].article, "2020"),
        NearMiss(made.citations[1].article, "2021"),
    )
    store.add("right", dataclasses.replace(made, status="ambiguous", near_misses=near))
    assert [e["wordings"] for e in question_row(store.ratings()[-1])["events"]] == [
        ["2020"],
        ["2021"],
    ]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: Any, path: Path) -> Any:
    monkeypatch.setenv("SHAWAHID_FEEDBACK_FILE", str(path))

    def ran(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["shawahid", "feedback", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return ran


def test_commands_list_and_export(
    run: Any, store: FeedbackStore, made: Answer, tmp_path: Path
) -> None:
    assert run("list")[2].startswith("no ratings in")
    store.add("wrong_source", made, comment="سطر\nآخر")
    status, out, _ = run("list")
    assert status == 0
    assert "wrong_source" in out
    assert out.count("\n") == 1
    assert json.loads(run("list", "--json")[1])["verdict"] == "wrong_source"
    target = tmp_path / "review.jsonl"
    assert run("export", str(target))[1] == f"wrote 1 questions to {target}\n"
    assert json.loads(target.read_text("utf-8")) == json.loads(run("export")[1])
    status, _, err = run("export", str(target))
    assert (status, "name another file" in err) == (2, True)
    assert run("export", str(tmp_path / "no" / "x.jsonl"))[0] == 2

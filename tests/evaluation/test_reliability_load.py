"""The load generator sees what it is to see: against a small server of each manner."""

import asyncio
from pathlib import Path

import pytest

from eval.reliability import asking, faults_readers, load, server
from eval.reliability.checking import fault_of
from eval.reliability.churn import Churn
from eval.reliability.load import Tally, outcome_of
from tests.evaluation.small_server import GOOD, TEXTS, WRONG

PROGRAM = str(Path(__file__).with_name("small_server.py"))


def asked(work, manner, users=4, seconds=0.6):
    with server.running(work, {}, command=(PROGRAM, manner)) as running:
        tally = asyncio.run(
            load.ask_many(running, ["كم طوله؟", "Где?"], TEXTS, users=users, seconds=seconds)
        )
        return tally, running.tracebacks


@pytest.fixture
def synced(tmp_path):
    changes = Churn(tmp_path, tmp_path, 1)
    changes.done = 1
    return changes


def test_right_answers_are_counted_and_timed(tmp_path):
    tally, tracebacks = asked(tmp_path, "good")
    assert len(tally.milliseconds) == tally.statuses["answered"] > 4
    assert (tally.faults, tally.refused, tracebacks) == ([], 0, 0)
    assert all(size > 1_000_000 for _, size in tally.memory)


def test_a_quotation_that_is_off_by_one_is_a_fault(tmp_path):
    tally, _ = asked(tmp_path, "wrong")
    assert len(tally.faults) == len(tally.milliseconds) > 0
    assert "differs from a[13:23]" in tally.faults[0]


def test_a_server_error_is_a_fault_and_its_traceback_is_seen(tmp_path):
    tally, tracebacks = asked(tmp_path, "failing")
    assert "500" in tally.faults[0]
    assert tracebacks == len(tally.faults)


def test_a_refusal_that_says_when_to_come_again_is_no_fault(tmp_path):
    tally, _ = asked(tmp_path, "busy")
    assert tally.refused >= 4
    assert tally.faults == []


@pytest.mark.parametrize(("late", "holds"), [(1040, True), (1060, False)])
def test_memory_may_grow_by_less_than_five_percent(synced, late, holds):
    memory = [(second, 1000 if second <= 60 else late) for second in range(181)]
    tally = Tally(milliseconds=[1.0], memory=memory)
    assert outcome_of(tally, synced, 50, 180, 0).holds is holds


def test_load_without_a_completed_sync_shows_nothing(synced):
    tally = Tally(milliseconds=[1.0], memory=[(0, 1000), (180, 1000)])
    assert outcome_of(tally, synced, 50, 180, 0).holds
    synced.done = 0
    assert not outcome_of(tally, synced, 50, 180, 0).holds


def test_a_server_that_does_not_start_is_told_with_its_words(tmp_path):
    with (
        pytest.raises(server.ServerError, match="no such luck"),
        server.running(tmp_path, {}, command=("-c", "import sys; sys.exit('no such luck')")),
    ):
        pass


def test_a_stream_is_read_to_its_answer(tmp_path):
    begun = []
    with server.running(tmp_path, {}, command=(PROGRAM, "good")) as running:
        reply = asking.stream(running.base, "?", "ollama", lambda: begun.append(1))
        assert reply.answer == GOOD
        assert begun == [1]
        assert asking.ask(running.base, "?").answer == GOOD


def test_readers_leave_and_the_server_is_found_free(tmp_path):
    with server.running(tmp_path, {}, command=(PROGRAM, "good")) as running:
        read = asyncio.run(faults_readers.leave_often(running.base, ["?"], 30, seed=3))
        assert 0 < read <= 30
        assert faults_readers.faults_after(running, ["?"], TEXTS, 1) == []


def test_answers_that_stay_away_are_seen(tmp_path):
    with server.running(tmp_path, {}, command=(PROGRAM, "failing")) as running:
        assert any("500" in f for f in faults_readers.faults_after(running, ["?"], TEXTS, 1))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"status": "maybe"}, "status 'maybe'"),
        ({"text": " "}, "no text"),
        ({"citations": []}, "answered with 0 citations"),
        ({"status": "not_found"}, "not_found with 1 citations"),
        ({"text": "340 [2]"}, "marker [2] has no citation"),
        ({"citations": WRONG["citations"]}, "differs from a[13:23]"),
        ({"passages": [GOOD["passages"][0] | {"article_id": "c"}]}, "no article 'c'"),
    ],
)
def test_each_fault_of_an_answer_is_named(changed, fault):
    assert fault_of(GOOD, TEXTS) is None
    assert fault_of(GOOD | changed, TEXTS) == fault

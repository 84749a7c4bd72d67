"""The language model's stand-in is as broken as it says, and what a broken one must lead to is checked."""

import time

import httpx
import pytest

from eval.reliability import server
from eval.reliability.asking import Reply
from eval.reliability.faults_writer import FAULTS, LIMIT_S, faults_of, meet, talker
from eval.reliability.talker import MANNERS, MODEL
from tests.evaluation.small_server import GOOD, TEXTS

NOTICE = "Ollama is not there; the extractive writer answers instead"


def reply(seconds=1.0, **changed):
    answer = GOOD | {"notices": [NOTICE]} | changed
    return Reply(answer, seconds, notices=tuple(answer["notices"]))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (reply(notices=[]), "0 notices of the failure"),
        (reply(notices=[NOTICE, NOTICE]), "2 notices of the failure"),
        (reply(notices=["two\n" + NOTICE]), "1 notices of the failure"),
        (reply(writer="ollama"), "written by ollama"),
        (reply(seconds=LIMIT_S + 1), "took"),
        (reply(status="maybe"), "status 'maybe'"),
        (Reply(None, 1.0, "500 broken"), "500 broken"),
    ],
)
def test_each_fault_of_a_replaced_answer_is_seen(given, fault):
    assert faults_of("frozen", reply(), TEXTS) == []
    assert fault in faults_of("frozen", given, TEXTS)[0]


def test_an_endless_model_may_be_cut_short_and_believed_as_far_as_it_is_supported():
    assert faults_of("never ends", reply(writer="ollama", notices=[]), TEXTS) == []


def chat(port, manner):
    lines = []
    with talker(manner, port):
        base = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{base}/api/tags").json()["models"][0]["model"] == MODEL
        start = time.monotonic()
        with httpx.stream("POST", f"{base}/api/chat", json={"model": MODEL}) as stream:
            for line in stream.iter_lines():
                lines.append(line)
                if time.monotonic() - start > 2:
                    break
            return stream.status_code, lines


@pytest.mark.parametrize(
    ("manner", "status", "last"),
    [
        ("whole", 200, '"done": true'),
        ("cut", 200, '"done": false'),
        ("garbage", 200, "<html>"),
        ("error", 200, '"error": "lost"'),
        ("refuse", 500, "out of memory"),
        ("endless", 200, '"done": false'),
    ],
)
def test_the_stand_in_keeps_its_manner(manner, status, last):
    found, lines = chat(server.free_port(), manner)
    assert found == status
    assert last in lines[-1]
    assert all('"done": true' not in line for line in lines[:-1])


def test_every_fault_names_a_manner_that_there_is():
    assert {manner for manner, _, _ in FAULTS.values()} - {None} <= set(MANNERS)


def test_a_model_killed_in_mid_answer_ends_the_meeting(tmp_path):
    """Against a server that needs no model: whoever waits for the first words must not wait for ever."""
    from tests.evaluation.test_reliability_load import PROGRAM

    with server.running(tmp_path, {}, command=(PROGRAM, "good")) as running:
        replies = meet("killed in mid-answer", running.base, server.free_port(), ["?", "??"])
    assert [each.answer for each in replies] == [GOOD, GOOD]

"""Whatever fails behind the writer is a WriterError of one line that says what to do."""

import socket
from contextlib import suppress

import pytest

from rag.errors import WriterError
from tests.answering.standin.failing import BEGUN, BRIEF, MODEL, failure, writer
from tests.answering.standin.server import (
    CUT,
    END,
    FakeOllama,
    done,
    error,
    line,
    repeat,
    say,
    wait,
)


@pytest.fixture
def fake():
    with FakeOllama() as server:
        yield server


def test_server_down():
    message, _ = failure(_unused_url())
    assert "`ollama serve`" in message
    assert f"`ollama pull {MODEL}`" in message
    assert "SHAWAHID_OLLAMA_HOST" in message


def test_model_missing(fake):
    fake.models = ["llama3.2:3b", "gemma3:4b"]
    message, _ = failure(fake.url)
    assert f"`ollama pull {MODEL}`" in message
    assert "llama3.2:3b, gemma3:4b" in message


def test_server_gone_between_check_and_chat(fake):
    own = writer(fake.url)
    pieces = own.write(BRIEF).pieces
    fake.__exit__()
    with pytest.raises(WriterError, match="ollama serve"):
        list(pieces)


def test_model_removed_between_check_and_chat(fake):
    pieces = writer(fake.url).write(BRIEF).pieces
    fake.models = []
    with pytest.raises(WriterError, match=f"ollama pull {MODEL}"):
        list(pieces)


def test_after_a_failure_the_server_is_asked_anew(fake):
    own = writer(fake.url)
    fake.script = [*BEGUN, CUT]
    with suppress(WriterError):
        list(own.write(BRIEF).pieces)
    fake.models = []
    with pytest.raises(WriterError, match="ollama pull"):
        own.write(BRIEF)


def test_silence(fake):
    fake.script = [wait(1.0), *BEGUN, done()]
    message, text = failure(fake.url, timeout_s=0.2)
    assert "SHAWAHID_OLLAMA_TIMEOUT_S" in message
    assert text == ""


def test_silence_in_the_middle(fake):
    fake.script = [*BEGUN, wait(1.0), done()]
    message, text = failure(fake.url, timeout_s=0.2)
    assert "SHAWAHID_OLLAMA_TIMEOUT_S" in message
    assert text == BEGUN[0][1]


@pytest.mark.parametrize("end", [CUT, END], ids=["cut", "no last part"])
def test_stream_broken_off(fake, end):
    fake.script = [*BEGUN, end]
    message, text = failure(fake.url)
    assert "broke off" in message
    assert text == BEGUN[0][1]


def test_error_line_in_the_middle(fake):
    fake.script = [
        *BEGUN,
        error("model runner has unexpectedly stopped\nout of memory \x1b[31m" + "x" * 999),
    ]
    message, _ = failure(fake.url)
    assert "unexpectedly stopped out of memory" in message
    assert "\x1b" not in message
    assert "`ollama serve`" in message


@pytest.mark.parametrize("text", ["<html>", '"text"', "[]", "{}", '{"message": 3}', "null", "{"])
def test_line_that_is_no_part_of_an_answer(fake, text):
    fake.script = [*BEGUN, line(text)]
    message, _ = failure(fake.url)
    assert "SHAWAHID_OLLAMA_HOST" in message


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "llama runner process has terminated"),
        (400, "does not support chat"),
        (503, "server busy"),
    ],
)
def test_chat_refused(fake, status, text):
    fake.refusal = (status, text)
    message, _ = failure(fake.url)
    assert f"HTTP {status}" in message
    assert text in message


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", "<html>Welcome</html>"),
        (200, "application/json", '{"status": "ok"}'),
        (200, "application/json", "[]"),
        (200, "application/json", '{"models": 3}'),
        (404, "text/html", "<h1>Not Found</h1>"),
        (404, "application/json", '{"detail": "Not Found"}'),
        (404, "application/json", "[]"),
        (301, "text/html", "moved"),
        (401, "text/plain", "who are you?"),
    ],
)
def test_some_other_service_listens_there(fake, status, kind, body):
    fake.foreign = (status, kind, body)
    message, _ = failure(fake.url)
    assert "SHAWAHID_OLLAMA_HOST" in message
    assert "/api/chat" not in fake.paths


@pytest.mark.parametrize("script", [[], say(""), say(" \n", "\t"), say("<think>hm", "</think>\n")])
def test_nothing_written(fake, script):
    fake.script = [*script, done()]
    message, text = failure(fake.url)
    assert "wrote nothing" in message
    assert "SHAWAHID_OLLAMA_MODEL" in message
    assert text == ""


def test_thinking_cut_before_its_end(fake):
    fake.script = [*say("<think>Let me see"), done("length")]
    assert "wrote nothing" in failure(fake.url)[0]


def test_thinking_shown_as_answer(fake):
    fake.script = [*say("Okay, the user asks about wheat.", "\n</think>\n", "بلغ 2.4 [1]."), done()]
    message, text = failure(fake.url)
    assert "instruct model" in message
    assert "بلغ" not in text


def test_cut_at_the_limit_before_anything_was_cited(fake):
    fake.script = [
        *say("Okay, the user asks about wheat. Let me look at the passages"),
        done("length"),
    ]
    assert "instruct model" in failure(fake.url)[0]


def test_cut_at_the_limit_after_something_was_cited_is_an_answer(fake):
    fake.script = [*BEGUN, *say(" وتأخر الموسم لأن"), done("length")]
    assert "".join(writer(fake.url).write(BRIEF).pieces) == BEGUN[0][1] + " وتأخر الموسم لأن"


@pytest.mark.parametrize("piece", ["جدا ", "\n", "=", "Let me see what the passages say. "])
def test_circles_from_the_start(fake, piece):
    fake.script = [repeat(piece)]
    message, text = failure(fake.url)
    assert len(text) < 400
    assert "SHAWAHID_OLLAMA_MODEL" in message
    assert fake.left.wait(5)


def _unused_url():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

"""A server that fails in passing: what is tried once more, and what is left alone for a while."""

import pytest

from rag.errors import WriterError
from tests.answering.standin.failing import BEGUN, BRIEF, failure, writer
from tests.answering.standin.server import (
    CUT,
    FakeOllama,
    done,
    error,
    say,
    wait,
)


@pytest.fixture
def fake():
    with FakeOllama() as server:
        yield server


def test_a_server_that_is_busy_is_asked_once_more(fake):
    fake.refusal, fake.refusals, fake.script = (503, "server busy"), 1, [*BEGUN, done()]
    assert "".join(writer(fake.url).write(BRIEF).pieces) == BEGUN[0][1]
    assert len(fake.chats) == 2


def test_a_connection_lost_before_the_first_word_is_made_once_more(fake):
    fake.script = [CUT]
    failure(fake.url)
    assert len(fake.chats) == 2


@pytest.mark.parametrize("script", [[*BEGUN, CUT], [error("boom")], [wait(1.0), done()]])
def test_what_began_or_would_fail_again_is_not_asked_once_more(fake, script):
    fake.script = script
    failure(fake.url, timeout_s=0.3)
    assert len(fake.chats) == 1


@pytest.mark.parametrize(
    "text",
    ["model requires more system memory (5.4 GiB) than is available (2.1 GiB)", "CUDA error: out of memory"],
)  # fmt: skip
def test_too_little_memory(fake, text):
    fake.refusal = (500, text)
    message, _ = failure(fake.url)
    assert text in message
    assert "SHAWAHID_OLLAMA_MODEL" in message


@pytest.mark.parametrize("script", [[wait(1.0), done()], [error("runner stopped")]])
def test_a_model_that_just_failed_is_left_alone_for_a_while(fake, script):
    fake.script = script
    own = writer(fake.url, timeout_s=0.3)
    with pytest.raises(WriterError) as first:
        list(own.write(BRIEF).pieces)
    fake.script = [*BEGUN, done()]
    with pytest.raises(WriterError) as second:
        own.write(BRIEF)
    assert str(second.value) == str(first.value)
    assert len(fake.chats) == 1


def test_an_answer_that_comes_to_no_end_in_time(fake):
    fake.script = [*BEGUN, *([wait(0.05), *say("")] * 600)]
    message, _ = failure(fake.url, timeout_s=0.5)  # never silent so long, but five times in all
    assert "came to no end" in message
    assert "SHAWAHID_OLLAMA_TIMEOUT_S" in message
    assert fake.hung_up(within_s=10)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(fake, status):
    with FakeOllama() as other:
        fake.foreign, fake.location = (status, "text/html", "moved"), other.url
        message, _ = failure(fake.url)
        assert f"HTTP {status}" in message
        assert not other.paths


def test_a_draft_that_nobody_reads_starts_no_model(fake):
    writer(fake.url).write(BRIEF)
    assert "/api/chat" not in fake.paths

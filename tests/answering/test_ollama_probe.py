"""Whether Ollama is usable: quick, remembered for 30 s, one question at a time, never an exception."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from rag.answering.writers.ollama import OllamaProbe, OllamaWriter, available
from rag.answering.writers.ollama_chat import OllamaChat
from rag.answering.writers.ollama_client import check_host
from rag.errors import SettingsError, WriterError
from rag.settings import Settings
from tests.answering.standin.material import brief, count_words, passage
from tests.answering.standin.server import FakeOllama, done, say

MODEL = "qwen3:4b-instruct"


@pytest.fixture
def fake():
    with FakeOllama() as server:
        yield server


@pytest.fixture
def clock():
    class Clock:
        now = 100.0

        def __call__(self):
            return self.now

    return Clock()


def test_ready(fake):
    fake.capabilities, fake.context_length = ["completion", "thinking"], 4096
    state = OllamaProbe(fake.url, MODEL).check()
    assert state.ok
    assert state.reason == f"{MODEL} on Ollama at {fake.url}"
    assert (state.thinks, state.context_tokens) == (True, 4096)


@pytest.mark.parametrize(
    ("wanted", "there", "ok"),
    [
        ("llama3", "llama3:latest", True),
        ("llama3:latest", "llama3:latest", True),
        ("Qwen3:4B", "qwen3:4b", True),
        ("qwen3:4b", "qwen3:8b", False),
        ("qwen3", "qwen3:4b", False),
        ("host:5000/me/model", "host:5000/me/model:latest", True),
    ],
)
def test_names_of_models(fake, wanted, there, ok):
    fake.models = [there]
    assert OllamaProbe(fake.url, wanted).check().ok is ok


def test_many_models_are_not_all_listed(fake):
    fake.models = [f"model-{n}" for n in range(20)]
    reason = OllamaProbe(fake.url, "other").check().reason
    assert "model-4, ..." in reason
    assert "model-5" not in reason


def test_remembered_for_thirty_seconds(fake, clock):
    probe = OllamaProbe(fake.url, MODEL, clock)
    assert probe.check().ok
    fake.models = []
    clock.now += 29.9
    assert probe.check().ok
    assert fake.paths.count("/api/tags") == 1
    clock.now += 0.2
    assert not probe.check().ok
    assert fake.paths.count("/api/tags") == 2


def test_a_bad_state_is_remembered_as_well_until_forgotten(fake, clock):
    fake.models = []
    probe = OllamaProbe(fake.url, MODEL, clock)
    assert not probe.check().ok
    fake.models = [MODEL]
    assert not probe.check().ok
    probe.forget()
    assert probe.check().ok


def test_threads_share_one_question(fake):
    fake.tags_delay_s = 0.2
    probe = OllamaProbe(fake.url, MODEL)
    states = []
    threads = [threading.Thread(target=lambda: states.append(probe.check())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [state.ok for state in states] == [True] * 8
    assert fake.paths.count("/api/tags") == 1


def test_the_process_shares_what_it_knows(fake):
    settings = Settings(ollama_host=fake.url, ollama_model=MODEL)
    assert available(settings).ok
    assert available(Settings(ollama_host=fake.url, ollama_model=MODEL)).ok
    assert fake.paths.count("/api/tags") == 1
    assert not available(Settings(ollama_host=fake.url, ollama_model="other")).ok
    fake.script = [*say("نعم [1]."), done()]
    made = brief("؟", "ar", [passage("خبر.")])
    assert (
        "".join(OllamaWriter(settings, OllamaChat(settings, count_words)).write(made).pieces)
        == "نعم [1]."
    )
    assert fake.paths.count("/api/tags") == 2


def test_a_host_that_does_not_answer_is_given_up_soon():
    with socket.socket() as deaf:  # its queue is full: connecting neither succeeds nor fails
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        held = [socket.create_connection(deaf.getsockname()[:2]) for _ in range(1)]
        begun = time.monotonic()
        state = OllamaProbe(url, MODEL).check()
        assert not state.ok
        assert time.monotonic() - begun < 4
        for connection in held:
            connection.close()


def test_something_that_drips_bytes_is_given_up_soon():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = threading.Event()

        def drip():
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for n in range(200):
                    connection.sendall(f"X-Header-{n}: 1\r\n".encode())
                    time.sleep(0.1)
            left.set()

        threading.Thread(target=drip, daemon=True).start()
        begun = time.monotonic()
        state = OllamaProbe(f"http://127.0.0.1:{listener.getsockname()[1]}", MODEL).check()
        assert time.monotonic() - begun < 7
        assert not state.ok
        assert "doesn't answer as Ollama does" in state.reason
        assert left.wait(2)


def test_blame_is_held_for_thirty_seconds(fake, clock):
    probe = OllamaProbe(fake.url, MODEL, clock)
    assert probe.check().ok
    probe.blame("it failed")
    clock.now += 29.9
    assert (probe.check().ok, probe.check().reason) == (False, "it failed")
    clock.now += 0.2
    assert probe.check().ok


def test_proxies_do_not_come_between_this_machine_and_itself(fake, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert OllamaProbe(fake.url, MODEL).check().ok
    assert OllamaProbe(fake.url.replace("127.0.0.1", "localhost"), MODEL).check().ok


HOSTS = [
    "", "localhost", "127.0.0.1:11434", "ftp://127.0.0.1", "file:///etc/passwd", "http://", "http://:11434",
    "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://[::1", "//127.0.0.1", "javascript:alert(1)",
    "http://me:secret@127.0.0.1:11434", "unix:///var/run/ollama.sock",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_no_http_url_is_refused(host):
    with pytest.raises(SettingsError, match="SHAWAHID_OLLAMA_HOST") as caught:
        check_host(host)
    assert "secret" not in str(caught.value)
    state = available(Settings(ollama_host=host))
    assert not state.ok
    assert state.reason == str(caught.value)
    settings = Settings(ollama_host=host)
    writer = OllamaWriter(settings, OllamaChat(settings, count_words))
    with pytest.raises(WriterError, match="SHAWAHID_OLLAMA_HOST"):
        writer.write(brief("؟", "ar", [passage("خبر.")]))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("http://127.0.0.1:11434", "127.0.0.1"),
        ("https://ollama.example.org/behind/proxy", "ollama.example.org"),
        ("http://[::1]:11434", "::1"),
        ("HTTP://LocalHost", "localhost"),
    ],
)
def test_an_http_url_is_taken(host, name):
    assert check_host(host) == name

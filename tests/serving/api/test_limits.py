"""Limits: how often, how many at once, how long; each tells what it is and frees what it held."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from rag.serving.http.bodies import BodyLimit
from rag.serving.http.limits import client_of, kind_of
from rag.serving.server import create_app
from rag.settings import Settings, load_settings
from tests.serving import own_loop

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def made(scripted: type) -> Callable[..., TestClient]:
    def make(assistant: Any = None, address: str = "testclient", **settings: Any) -> TestClient:
        app = create_app(assistant or scripted(), Settings(**settings))
        return TestClient(app, client=(address, 50000))

    return make


ASK = {"question": "المكتبة"}


def test_one_client_too_often(made: Any, expect_problem: Any) -> None:
    client = made(questions_per_minute=3, reads_per_minute=2)
    assert [client.post("/api/v1/ask", json=ASK).status_code for _ in range(3)] == [200] * 3
    reply = client.post("/api/v1/search", json=ASK)
    expect_problem(reply, 429, "try again in")
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    for path in ("/gradio_api/queue/join", "/mcp", "/api/v1/articles", "/sign-in"):
        assert client.post(path, json={}).status_code == 429, path
    assert client.get("/api/v1/articles").status_code == 200  # reading has a limit of its own
    assert client.get("/docs").status_code == 200
    expect_problem(client.get("/openapi.json"), 429, "try again in")
    for _ in range(5):
        assert client.get("/healthz").status_code == 200
        assert client.get("/ui/icon.svg").status_code == 200
    other = TestClient(client.app, client=("10.1.2.3", 1))
    assert other.post("/api/v1/ask", json=ASK).status_code == 200


def test_forwarded_addresses_are_believed_of_trusted_proxies_alone(made: Any) -> None:
    def statuses(client: TestClient, addresses: list[str]) -> list[int]:
        headers = [{"X-Forwarded-For": address} for address in addresses]
        return [client.post("/api/v1/ask", json=ASK, headers=h).status_code for h in headers]

    spoofed = ["1.1.1.1", "2.2.2.2"]
    assert statuses(made(address="127.0.0.1", questions_per_minute=1), spoofed) == [200, 429]
    trusting = made(address="10.0.0.7", questions_per_minute=1, trusted_proxies="10.0.0.0/8")
    assert statuses(trusting, spoofed) == [200, 200]
    # What a client itself sent stands further left than what the proxy added.
    assert statuses(trusting, ["9.9.9.9, 3.3.3.3", "8.8.8.8, 3.3.3.3"]) == [200, 429]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
    ],
)
def test_who_is_one_client(first: str, second: str, same: bool) -> None:
    assert (client_of({"client": (first, 1)}) == client_of({"client": (second, 2)})) is same


def test_what_counts_as_what() -> None:
    assert kind_of("POST", "/gradio_api/queue/join") == "question"
    assert kind_of("GET", "/mcp") == "question"
    assert kind_of("DELETE", "/api/v1/articles/x") == "question"
    assert kind_of("POST", "/assets/x") == "question"
    assert kind_of("GET", "/article/x") == "read"
    assert kind_of("GET", "/assets/index.js") is None
    assert kind_of("GET", "/readyz") is None


class Slow:
    """Answers when it is let; counts how many work at once."""

    generation = "1"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.lock = threading.Lock()
        self.now = self.most = self.ended = self.closed = 0

    def ask(self, *_: Any, **__: Any) -> Any:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(20)
        with self.lock:
            self.now -= 1
            self.ended += 1
        raise ValueError("secret detail")

    def stream(self, *_: Any, **__: Any) -> Any:
        try:
            yield "first "
            self.go.wait(20)
            yield "second "
        finally:
            self.closed += 1

    def search(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def articles(self) -> list[Any]:
        return []

    def stories(self) -> dict[str, str]:
        return {}

    def check(self) -> None:
        return


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_too_slow_is_told_and_its_room_is_free_once_it_ends(made: Any, expect_problem: Any) -> None:
    slow = Slow()
    client = made(slow, answers_at_once=1, answers_waiting=1, answer_seconds=0.2)
    expect_problem(client.post("/api/v1/ask", json=ASK), 504, "no answer within 0.2 s")
    # The first call still works: the second waits for its thread and is dropped without ever starting.
    expect_problem(client.post("/api/v1/search", json=ASK), 504, "no answer within")
    assert (slow.most, slow.ended) == (1, 0)
    slow.go.set()
    _until(lambda: slow.ended == 1)
    for _ in range(3):
        assert client.post("/api/v1/search", json=ASK).status_code == 200


def test_a_stream_that_is_too_slow_ends_with_a_problem(made: Any) -> None:
    slow = Slow()
    client = made(slow, answers_at_once=1, answer_seconds=0.3)
    reply = client.post("/api/v1/ask", json=ASK, headers={"Accept": "text/event-stream"})
    assert "event: piece" in reply.text
    assert "event: error" in reply.text
    assert '"status":504' in reply.text
    assert slow.closed == 0  # it is at work: it is closed when it lets go
    slow.go.set()
    _until(lambda: slow.closed == 1)
    assert client.post("/api/v1/search", json=ASK).status_code == 200


def test_a_busy_server_says_so(run_server: Any, expect_problem: Any) -> None:
    slow = Slow()
    settings = Settings(answers_at_once=1, answers_waiting=1, answer_seconds=15)
    with run_server(slow, settings) as base:
        threads = [
            threading.Thread(
                target=httpx.post, args=(f"{base}/api/v1/ask",), kwargs={"json": ASK, "timeout": 30}
            )
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        _until(lambda: httpx.get(f"{base}/readyz").status_code == 503)
        reply = httpx.post(f"{base}/api/v1/ask", json=ASK)
        expect_problem(reply, 503, "waiting")
        assert reply.headers["retry-after"] == "2"
        slow.go.set()
        for thread in threads:
            thread.join(20)
        assert (slow.most, slow.ended) == (1, 2)
        assert httpx.post(f"{base}/api/v1/search", json=ASK).status_code == 200


def test_counts_of_passages_and_history(made: Any, expect_problem: Any) -> None:
    client = made(most_passages=5, history_turns=1, question_characters=100)
    expect_problem(
        client.post("/api/v1/search", json=ASK | {"k": 6}), 422, "SHAWAHID_MOST_PASSAGES"
    )
    expect_problem(client.post("/api/v1/ask", json=ASK | {"passages": 6}), 422, "at most 5")
    turns = [{"question": "س"}] * 2
    expect_problem(
        client.post("/api/v1/ask", json=ASK | {"history": turns}), 422, "SHAWAHID_HISTORY_TURNS"
    )
    long = [{"question": "س" * 2000}]
    expect_problem(client.post("/api/v1/ask", json=ASK | {"history": long}), 422, "1000 characters")
    assert (
        client.post("/api/v1/ask", json=ASK | {"history": turns[:1], "passages": 5}).status_code
        == 200
    )


def test_a_body_that_comes_too_slowly() -> None:
    sent: list[Any] = []

    async def app(*_: Any) -> None:
        raise AssertionError("the body never came")

    async def receive() -> Any:
        await asyncio.sleep(0.06)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/ask",
        "headers": [],
        "state": {"request_id": "1"},
    }
    own_loop.run(BodyLimit(app, Settings(body_seconds=0.3)), scope, receive, send)
    assert sent[0]["status"] == 408
    assert b"did not arrive within 0.3 s" in sent[1]["body"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answers_at_once", 0),
        ("answer_seconds", 0),
        ("questions_per_minute", -1),
        ("body_kilobytes", 1),
        ("most_passages", 101),
        ("ingestion_files", 0),
        ("session_hours", 0),
    ],
)
def test_impossible_settings(name: str, value: int) -> None:
    with pytest.raises(Exception, match=name.upper()):
        load_settings(**{name: value})


def test_names_in_the_environment_stand_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHAWAHID_CORS_ORIGINS", "https://a.example, https://b.example,")
    assert load_settings().cors_origins == ("https://a.example", "https://b.example")

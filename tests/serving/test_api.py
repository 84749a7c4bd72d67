"""The HTTP API: answers as the contract has them, and every fault as a readable problem."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.testclient import TestClient

from rag.records import Filters, Turn
from rag.serving.server import create_app
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def served(scripted: type) -> Iterator[tuple[TestClient, Any]]:
    assistant = scripted()
    with TestClient(create_app(assistant, Settings(question_characters=100))) as made:
        yield made, assistant


@pytest.fixture
def client(served: Any) -> TestClient:
    made: TestClient = served[0]
    return made


@pytest.fixture
def assistant(served: Any) -> Any:
    served[1].asked.clear()
    served[1].closed = 0
    return served[1]


def test_answer_is_the_contract(client: TestClient, assistant: Any) -> None:
    body = {
        "question": " ماذا قالت المكتبة؟ ",
        "history": [{"question": "س", "answer": "ج"}],
        "writer": "extractive",
        "passages": 7,
        "since": "2020-01-02",
        "sources": ["صحيفة الضفة"],
        "languages": ["ar"],
    }
    reply = client.post("/api/v1/ask", json=body)
    assert reply.status_code == 200
    assert reply.json() == assistant.ask("ماذا قالت المكتبة؟").to_dict()
    question, history, filters, options = assistant.asked[0]
    assert question == "ماذا قالت المكتبة؟"
    assert history == (Turn("س", "ج"),)
    assert filters.since.isoformat() == "2020-01-02"
    assert (filters.sources, filters.languages) == (("صحيفة الضفة",), ("ar",))
    assert options == {"writer": "extractive", "passages": 7}


def test_quotations_are_where_they_say(client: TestClient) -> None:
    for citation in client.post("/api/v1/ask", json={"question": "المكتبة"}).json()["citations"]:
        article = client.get(f"/api/v1/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_no_filter_is_none(client: TestClient, assistant: Any) -> None:
    client.post("/api/v1/ask", json={"question": "المكتبة"})
    assert assistant.asked[0][2] is None


def test_search(client: TestClient, assistant: Any) -> None:
    reply = client.post("/api/v1/search", json={"question": "جسر", "k": 2, "until": "2020-12-31"})
    assert [p["article_id"] for p in reply.json()["passages"]] == ["library", "bridge/2021 «ج»"]
    assert assistant.asked[0][2:] == (Filters(until=assistant.asked[0][2].until), {"k": 2})


def test_articles(client: TestClient) -> None:
    listed = client.get("/api/v1/articles").json()["articles"]
    assert [article["article_id"] for article in listed][:2] == ["library", "bridge/2021 «ج»"]
    assert "text" not in listed[0]
    one = client.get("/api/v1/articles/bridge%2F2021%20%C2%AB%D8%AC%C2%BB").json()
    assert (one["published"], one["published_origin"], one["source"]) == (
        "2020-02-03",
        "text",
        None,
    )
    assert one["characters"] == len(one["text"])


def test_health(client: TestClient, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    monkeypatch.setattr(assistant, "check", lambda: assistant.ask("fail"))
    assert client.get("/healthz").status_code == 200
    _expect(client.get("/readyz"), 503, "there is no index")


def _events(text: str) -> list[tuple[str, Any]]:
    frames = [frame.split("\n") for frame in text.strip().split("\n\n")]
    return [(f[0].removeprefix("event: "), json.loads(f[1].removeprefix("data: "))) for f in frames]


def _stream(client: TestClient, question: str) -> list[tuple[str, Any]]:
    reply = client.post(
        "/api/v1/ask", json={"question": question}, headers={"Accept": "text/event-stream"}
    )
    assert reply.headers["content-type"].startswith("text/event-stream")
    return _events(reply.text)


def test_stream_is_pieces_then_the_answer(client: TestClient, assistant: Any) -> None:
    *pieces, last = _stream(client, "المكتبة")
    made = assistant.ask("المكتبة")
    assert {name for name, _ in pieces} == {"piece"}
    assert "".join(data["text"] for _, data in pieces).strip() == made.text
    assert last == ("answer", made.to_dict())
    assert assistant.closed == 1


def test_stream_tells_errors_as_events(client: TestClient) -> None:
    ((name, data),) = _stream(client, "fail")
    assert (name, data["status"]) == ("error", 503)
    assert "no index" in data["detail"]
    ((name, data),) = _stream(client, "crash")
    assert (name, data["status"]) == ("error", 500)
    assert "secret" not in json.dumps(data)


def test_stream_arrives_as_it_is_written(page_server: Any) -> None:
    base, assistant = page_server
    closed = assistant.closed
    request = httpx.Request(
        "POST",
        f"{base}/api/v1/ask",
        json={"question": "slow"},
        headers={"Accept": "text/event-stream"},
    )
    with httpx.Client() as client:
        started = time.monotonic()
        reply = client.send(request, stream=True)
        first = next(reply.iter_lines())
        assert (first, time.monotonic() - started < 1.5) == ("event: piece", True)
        reply.close()
    deadline = time.monotonic() + 5
    while assistant.closed == closed:
        assert time.monotonic() < deadline, "the stream goes on without its reader"
        time.sleep(0.05)


@pytest.mark.parametrize("path", ["ask", "search"])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "question: field required"),
        ({"question": " \n"}, "the question is empty"),
        ({"question": "س" * 101}, "101 characters, at most 100"),
        ({"question": 5}, "question: input should be a valid string"),
        ({"question": "س", "since": "2020-13-01"}, "since: the calendar has no such day"),
        ({"question": "س", "since": "1/2/2020"}, "YYYY-MM-DD"),
        ({"question": "س", "since": 1577836800}, "YYYY-MM-DD"),
        (
            {"question": "س", "since": "2021-01-01", "until": "2020-01-01"},
            "since (2021-01-01) is after",
        ),
        ({"question": "س", "colour": "red"}, "colour: unknown field"),
        ({"question": "a\0b"}, "U+0000 at character 1"),
        ({"question": "س", "sources": ["a\0"]}, "U+0000"),
        ({"question": "س", "sources": "a"}, "sources"),
        ([], "body"),
    ],
)
def test_impossible_bodies(client: TestClient, path: str, body: Any, words: str) -> None:
    _expect(client.post(f"/api/v1/{path}", json=body), 422, words)


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("search", "k", 0),
        ("search", "k", 101),
        ("search", "k", "5"),
        ("search", "k", 2.5),
        ("ask", "passages", 0),
        ("ask", "writer", "shakespeare"),
        ("ask", "history", [{"question": "a"}] * 51),
        ("ask", "history", [{"answer": "a"}]),
    ],
)
def test_values_out_of_range(client: TestClient, path: str, field: str, value: Any) -> None:
    _expect(client.post(f"/api/v1/{path}", json={"question": "س", field: value}), 422, field)


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b'{"question": NaN}', b"null", b'{"question":']
)
def test_broken_json(client: TestClient, body: bytes) -> None:
    reply = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "\\ud800"}',
        b'{"question": "a", "\\udfff": 1}',
        b'{"question":"a","sources":["\\udc00"]}',
    ],
)
def test_lone_surrogates(client: TestClient, body: bytes) -> None:
    reply = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert reply.json()["status"] == 422


def test_deep_json(client: TestClient) -> None:
    body = b'{"question":' + b"[" * 100_000
    reply = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code in (400, 422)


def test_known_errors_are_told(client: TestClient) -> None:
    _expect(client.post("/api/v1/ask", json={"question": "fail"}), 503, "run `shawahid index`")
    _expect(client.get("/api/v1/articles/none"), 404, "no article 'none'")
    _expect(client.get("/api/v1/ask"), 404, "no GET /api/v1/ask")


@pytest.mark.parametrize("path", ["/api/v1/articles/crash", "/article/crash"])
def test_unexpected_errors_are_not_shown(client: TestClient, path: str) -> None:
    reply = client.get(path)
    _expect(reply, 500, reply.headers["x-request-id"])
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text


def test_busy_server_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.serving.api.MOST_WAITING", 0)
    reply = client.post("/api/v1/ask", json={"question": "س"})
    _expect(reply, 503, "waiting")
    assert reply.headers["retry-after"] == "2"


def test_documentation_needs_no_network(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "://" not in page
    script = page.split('<script src="')[1].split('"')[0]
    assert len(client.get(script).content) > 500_000
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/ask", "/api/v1/search", "/api/v1/articles", "/healthz", "/readyz"} <= set(
        paths
    )


def _expect(reply: Any, status: int, words: str) -> None:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == status
    assert words.lower() in problem["detail"].lower()
    assert "\n" not in problem["detail"]

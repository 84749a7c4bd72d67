"""The HTTP API: answers, searches and articles as the contract has them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx

from rag.records import Filters, Turn

if TYPE_CHECKING:
    import pytest
    from starlette.testclient import TestClient


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


def test_health(
    client: TestClient, assistant: Any, expect_problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.serving.observing.lifecycle.READY_FOR_S", 0)
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    monkeypatch.setattr(assistant, "check", lambda: assistant.ask("fail"))
    assert client.get("/healthz").status_code == 200
    expect_problem(client.get("/readyz"), 503, "there is no index")


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


def test_documentation_needs_no_network(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "://" not in page
    script = page.split('<script src="')[1].split('"')[0]
    assert len(client.get(script).content) > 500_000
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/ask", "/api/v1/search", "/api/v1/articles", "/healthz", "/readyz"} <= set(
        paths
    )

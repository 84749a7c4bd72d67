"""Every fault of a request or of the server is a readable problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient


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
def test_impossible_bodies(
    client: TestClient, path: str, body: Any, words: str, expect_problem: Any
) -> None:
    expect_problem(client.post(f"/api/v1/{path}", json=body), 422, words)


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
def test_values_out_of_range(
    client: TestClient, path: str, field: str, value: Any, expect_problem: Any
) -> None:
    expect_problem(client.post(f"/api/v1/{path}", json={"question": "س", field: value}), 422, field)


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


def test_known_errors_are_told(client: TestClient, expect_problem: Any) -> None:
    expect_problem(
        client.post("/api/v1/ask", json={"question": "fail"}), 503, "run `shawahid index`"
    )
    expect_problem(client.get("/api/v1/articles/none"), 404, "no article 'none'")
    expect_problem(client.get("/api/v1/ask"), 405, "/api/v1/ask knows POST, not GET")


@pytest.mark.parametrize("path", ["/api/v1/articles/crash", "/article/crash"])
def test_unexpected_errors_are_not_shown(
    client: TestClient, path: str, expect_problem: Any
) -> None:
    reply = client.get(path)
    expect_problem(reply, 500, reply.headers["x-request-id"])
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text

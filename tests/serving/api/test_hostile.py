"""Requests of people who mean no good: a readable refusal each, never a server error, never a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rag.answering.assistant import Assistant
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rag.settings import Settings

IDS = [
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/manifest.json",
    "....//....//x",
    "/etc/passwd",
    "C:\\windows\\win.ini",
    "' OR 1=1 --",
    "'; DROP TABLE articles; --",
    "library' UNION SELECT sql FROM sqlite_master --",
    "%00",
    "library%00.md",
    "%ff%fe",
    "%ed%a0%80",
    "%E2%80%AE%E2%81%A6library",
    "library/",
    "//library",
    "%",
    "%zz",
    "x" * 6000,
    "٠١٢/ملف",
    "%F0%9F%8C%89",
    "{article_id}",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
]
QUERIES = [
    "title:x AND *",
    '"unbalanced',
    "(a OR",
    "a^b~2 NOT",
    "field:[* TO *]",
    "*:*",
    "/.*/",
    "a AND AND b",
    '+ - && || ! ( ) { } [ ] ^ " ~ * ? : \\ /',
    "body:\u202eقلب\u202c AND (",
    "' OR 1=1; --",
    'من «زار» "دمشق',
    "title:(мост",
    "\\",
    "a\u0000b",
    "\ud800",
    "IN [a b c",
    "x:" * 300,
    "٢٠٢٠-١٣-٤٥ AND سنة:*",
    "a" * 2000,
    "🙂" * 500,
    "\u064b" * 100 + "ا",
]


def _readable(reply: Any) -> None:
    assert reply.status_code < 500, reply.text
    assert "Traceback" not in reply.text
    if reply.status_code >= 400:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["status"] == reply.status_code
    assert reply.headers["x-request-id"]


@pytest.mark.parametrize("article_id", IDS)
def test_ids(client: TestClient, article_id: str) -> None:
    for path in (f"/api/v1/articles/{article_id}", f"/api/v1/batches/{article_id}/undo"):
        for method in ("GET", "DELETE", "POST"):
            _readable(client.request(method, path))
    page = client.get(f"/article/{article_id}")
    assert page.status_code in (200, 404)
    assert "root:" not in page.text


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/json/../x",
        "text/json; charset=utf-7",
        "\u00ff",
    ],
)
def test_other_content_types(client: TestClient, kind: str) -> None:
    body = json.dumps({"question": "المكتبة"}).encode()
    for path in ("ask", "search"):
        reply = client.post(
            f"/api/v1/{path}", content=body, headers={"Content-Type": kind.encode("latin-1")}
        )  # type: ignore[dict-item]
        _readable(reply)
        assert reply.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "\xff\xfe"}',
        b'{"question": "\xed\xa0\x80"}',
        '{"question": "س"}'.encode("utf-16"),
        b'{"question": ' + b"9" * 10_000 + b"}",
        b'{"question": 1e999}',
        b'{"question": "a", "question": "b"}',
        b'{"a":' * 50_000,
        b'{"question":"a","history":' + b"[" * 60_000 + b"]" * 60_000 + b"}",
        b'{"question":"a","sources":' + json.dumps(["x"] * 10_000).encode() + b"}",
        b"\x00" * 1000,
        b'{"question": "a\\u0000"}',
        b'{"question": "\\ud83d"}',
        b'"' + b"x" * 200_000 + b'"',
        b"-Infinity",
    ],
)
def test_bodies(client: TestClient, body: bytes) -> None:
    for path in ("ask", "search", "articles"):
        reply = client.post(
            f"/api/v1/{path}", content=body, headers={"Content-Type": "application/json"}
        )
        _readable(reply)


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "TRACE", "OPTIONS", "DELETE", "BREW", "PROPFIND"]
)
@pytest.mark.parametrize(
    "path", ["/api/v1/ask", "/api/v1/articles", "/healthz", "/readyz", "/openapi.json"]
)
def test_other_methods_are_told_which_there_are(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path)
    _readable(reply)
    assert reply.status_code == 405
    assert reply.headers["allow"]


@pytest.mark.parametrize("method", ["BREW", "TRACE", "PROPFIND"])
def test_an_invented_method_at_no_address_is_a_problem(client: TestClient, method: str) -> None:
    reply = client.request(method, "/api/v1/nothing")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/articles", "/api/v1/articles/library", "/healthz", "/readyz", "/metrics", "/docs"],
)
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    got, head = client.get(path, headers=plain), client.head(path, headers=plain)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    if path != "/metrics":  # counts on meanwhile
        assert head.headers["content-length"] == str(len(got.content))
    assert client.head("/api/v1/ask").status_code == 405
    assert client.head("/api/v1/articles/none").status_code == 404


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v2/ask", "/api/v1", "/api/v1/ask/more", "/api/v1/%2e%2e/x"]
)
def test_addresses_that_there_are_not(client: TestClient, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        reply = client.request(method, path)
        assert reply.status_code in (404, 405), path


def test_headers_that_are_odd(client: TestClient) -> None:
    for headers in (
        {"Accept": "text/event-stream" * 500},
        {"Accept": b"\xff"},
        {"Cookie": b"lang=\xff; =; ;;;"},
        {"Accept-Language": "," * 5000},
        {"Authorization": "Bearer " + "x" * 7000},
        {"Origin": "http://["},
        {"Origin": "null"},
        {"Host": "evil.example:99999999"},
        {"Content-Length": "1" * 30},
        {"X-Forwarded-For": "a, " * 500},
        {"X-HTTP-Method-Override": "DELETE"},
    ):
        reply = client.post("/api/v1/ask", json={"question": "المكتبة"}, headers=headers)
        assert reply.status_code < 500, headers


def test_search_syntax_is_only_words(settings: Settings, embedder: Any) -> None:
    sync(settings, embedder)
    store = LocalStore.open(settings.index, embedder)
    assistant = Assistant(settings, embedder, store)
    try:
        from rag.errors import UsageError

        for query in QUERIES:
            try:
                assistant.search(query, 3, Filters(sources=(query,)))
                answer = assistant.ask(query)
            except UsageError:
                continue
            for citation in answer.citations:
                text = citation.article.text
                assert text[citation.start : citation.end] == citation.quote
    finally:
        assistant.close()


@pytest.mark.parametrize("query", QUERIES)
def test_questions_over_http(client: TestClient, query: str) -> None:
    body = json.dumps({"question": query, "sources": [query], "languages": [query[:5]]}).encode()
    for path in ("ask", "search"):
        reply = client.post(
            f"/api/v1/{path}", content=body, headers={"Content-Type": "application/json"}
        )
        _readable(reply)

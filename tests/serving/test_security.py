"""What the server refuses, and the headers on what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rag.serving.security import MOST_BODY_BYTES
from rag.serving.server import create_app
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    from unittest.mock import Mock

    quiet = Mock(articles=Mock(return_value=[]), article=Mock(return_value=None))
    with TestClient(create_app(quiet, Settings())) as made:
        yield made


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=http://example.com/",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://example.com/",
        "/gradio_api/runs",
        "/gradio_api/deep_link",
        "/gradio_api/component_server",
        "/gradio_api/process_recording",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/mcp/",
        "/gradio_api/vibe-code/",
        "/gradio_api/call/begin",
        "/monitoring",
        "/monitoring/summary",
        "/config",
        "/login",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_closed_routes(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path)
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_body_over_the_limit_is_refused(client: TestClient) -> None:
    assert client.post("/api/v1/ask", content=b"x" * (MOST_BODY_BYTES + 1)).status_code == 413
    pieces = (b"x" * 1024 for _ in range(MOST_BODY_BYTES // 1024 + 1))
    assert client.post("/gradio_api/queue/join", content=pieces).status_code == 413


def test_body_at_the_limit_is_read(client: TestClient) -> None:
    body = b'{"question": "' + b"x" * (MOST_BODY_BYTES - 16) + b'"}'
    reply = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert "at most 2000" in reply.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/ask", "/gradio_api/queue/join"])
def test_other_sites_may_not_post(client: TestClient, path: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(path, json={}, headers=headers).status_code == 403
    assert client.post(path, json={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code != 403


@pytest.mark.parametrize("path", ["/", "/article/none", "/api/v1/articles", "/docs", "/nothing"])
def test_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-request-id"]


def test_page_scripts_need_the_nonce_of_their_response(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    scripts = policy.split("script-src")[1].split(";")[0]
    assert "unsafe-inline" not in scripts
    assert first.text.count("<script") == first.text.count(f'<script nonce="{nonce}"')
    assert nonce not in second.text


def test_article_pages_run_no_script(client: TestClient) -> None:
    policy = client.get("/article/none").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("request_parts", "root"),
    [
        ({"headers": {"Accept-Language": "en-GB,ar;q=0.5"}}, 'lang="en" dir="ltr"'),
        ({"headers": {"Accept-Language": "fr"}}, 'lang="ar" dir="rtl"'),
        ({"params": {"lang": "en"}}, 'lang="en" dir="ltr"'),
        ({"headers": {"Cookie": "lang=en"}}, 'lang="en" dir="ltr"'),
        ({"headers": {"Cookie": "lang=en"}, "params": {"lang": "ar"}}, 'lang="ar" dir="rtl"'),
        ({"headers": {"Cookie": 'lang="><script>'}}, 'lang="ar" dir="rtl"'),
    ],
)
def test_language_is_set_by_the_server(
    client: TestClient, request_parts: dict[str, Any], root: str
) -> None:
    client.cookies.clear()
    for path in ("/", "/article/none"):
        assert root in client.get(path, **request_parts).text
    client.cookies.clear()


def test_asked_language_is_remembered(client: TestClient) -> None:
    client.cookies.clear()
    assert "lang=en" in client.get("/?lang=en").headers["set-cookie"]
    assert 'dir="ltr"' in client.get("/article/none").text
    client.cookies.clear()


def test_page_names_no_other_host(client: TestClient) -> None:
    text = client.get("/").text
    assert "gradio.app" not in text
    assert "githubusercontent" not in text


def test_fonts_are_cached_for_good(client: TestClient) -> None:
    reply = client.get("/ui/fonts/noto-naskh-arabic-arabic-wght-normal.woff2")
    assert "immutable" in reply.headers["cache-control"]
    assert client.get("/ui/../events.py").status_code == 404


def test_unknown_article_is_said_on_a_page(client: TestClient) -> None:
    reply = client.get("/article/none?lang=en")
    assert (reply.status_code, "no such article" in reply.text) == (404, True)
    client.cookies.clear()

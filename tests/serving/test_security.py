"""What the server refuses, and the headers on what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rag.serving.server import create_app
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BODY_BYTES = Settings().body_kilobytes * 1024


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    from unittest.mock import Mock

    quiet = Mock(articles=list, article=Mock(return_value=None), stories=dict, generation="1")
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


@pytest.mark.parametrize("path", ["/article/none", "/corpus", "/timeline"])
def test_pages_beside_the_chat_run_no_script_but_our_files(client: TestClient, path: str) -> None:
    reply = client.get(path)
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert reply.text.count("<script") == reply.text.count('<script defer src="/ui/') == 1


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


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://testserver"}, 422),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 422),
        ({}, 422),
    ],
)
def test_what_other_origins_may_change(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/api/v1/ask", json={}, headers=headers).status_code == status


def _made(**settings: Any) -> TestClient:
    from unittest.mock import Mock

    quiet = Mock(articles=list, article=Mock(return_value=None), stories=dict, generation="1")
    return TestClient(create_app(quiet, Settings(**settings)))


def test_other_origins_read_nothing_unless_they_are_named(client: TestClient) -> None:
    foreign = {"Origin": "https://app.example"}
    preflight = foreign | {"Access-Control-Request-Method": "POST"}
    assert (
        "access-control-allow-origin" not in client.get("/api/v1/articles", headers=foreign).headers
    )
    assert client.options("/api/v1/ask", headers=preflight).status_code == 405
    named = _made(cors_origins="https://app.example")
    reply = named.get("/api/v1/articles", headers=foreign)
    assert reply.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-credentials" not in reply.headers
    assert named.options("/api/v1/ask", headers=preflight).status_code == 200
    assert named.post("/api/v1/ask", json={}, headers=foreign).status_code == 422
    other = {"Origin": "https://evil.example"}
    assert "access-control-allow-origin" not in named.get("/docs", headers=other).headers
    assert named.post("/api/v1/ask", json={}, headers=other).status_code == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("news.example", 200),
        ("NEWS.example.:7860", 200),
        ("[::1]:7860", 200),
        ("evil.example", 421),
        ("news.example.evil.example", 421),
        ("", 421),
    ],
)
def test_names_by_which_the_server_may_be_called(host: str, status: int) -> None:
    client = _made(allowed_hosts="news.example,::1")
    assert client.get("/healthz", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/none", None, 404),
        ("GET", "/api/none", None, 404),
        ("PUT", "/api/v1/ask", None, 405),
        ("POST", "/api/v1/ask", {}, 422),
        ("POST", "/gradio_api/upload", None, 404),
        ("GET", "/ui/none.css", None, 404),
        ("POST", "/api/v1/articles", {"text": "x"}, 403),
    ],
)
def test_errors_have_the_headers_and_the_form_too(
    client: TestClient, method: str, path: str, body: Any, status: int
) -> None:
    reply = client.request(method, path, json=body)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["request_id"] == reply.headers["x-request-id"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in reply.headers["content-security-policy"]

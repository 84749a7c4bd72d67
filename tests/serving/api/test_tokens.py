"""Tokens: with one set nothing answers without, whatever the route; scopes, sessions, and what a guess costs."""

from __future__ import annotations

import hmac
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient
from typer.testing import CliRunner

from rag.errors import SettingsError
from rag.serving import tokens as tokens_module
from rag.serving.access import COOKIE, OPEN
from rag.serving.cli import cli
from rag.serving.server import create_app
from rag.serving.tokens import Tokens, new_token, parse_entry
from rag.settings import Settings
from tests.serving.keys import EDITOR, INGEST_ENTRY, READ_ENTRY, READER, bearer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def every_route(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, address) of every route, those of mounted applications and static files too."""
    for route in routes:
        if hasattr(route, "original_router"):  # how FastAPI keeps an included router
            yield from every_route(route.original_router.routes, prefix)
            continue
        path = prefix + str(getattr(route, "path", ""))
        inner = getattr(getattr(route, "app", None), "routes", None) or getattr(
            route, "routes", None
        )
        if isinstance(route, Mount) or inner:
            yield "GET", f"{path}/anything.css"
            yield from every_route(inner or [], path)
            continue
        filled = re.sub(r"\{[^}]*\}", "x", path) or "/"
        for method in sorted(getattr(route, "methods", None) or {"GET", "POST"}):
            yield method, filled


def test_no_route_answers_without_a_token(guarded_app: Any, guarded: TestClient) -> None:
    found = set(every_route(guarded_app.routes))
    paths = {path for _, path in found}
    assert {
        "/",
        "/docs",
        "/openapi.json",
        "/metrics",
        "/article/x",
        "/gradio_api/queue/join",
    } <= paths
    assert any(path.startswith("/docs-assets") for path in paths)
    found |= {(m, p) for m in ("GET", "POST") for p in ("/mcp", "/mcp/", "/api/v1/ask", "/api/v1/articles/a/b", "//healthz", "/healthz/", "/sign-in/", "/sign-in/../docs", "/ui/app.css", "/gradio_api/file=/etc/passwd", "/theme.css", "/none")}  # fmt: skip
    assert len(found) > 60
    for method, path in sorted(found):
        for accept in ("*/*", "text/html"):
            reply = guarded.request(method, path, headers={"Accept": accept})
            if path in OPEN:
                continue
            body = {} if method == "HEAD" or reply.status_code == 303 else reply.json()
            if reply.status_code == 303:
                assert (reply.headers["location"], reply.content) == ("/sign-in", b"")
            elif reply.status_code == 404:  # closed to everybody
                assert body.get("detail", "there is nothing here") == "there is nothing here", path
            else:
                assert reply.status_code == 401, (method, path, reply.status_code)
                assert set(body) <= {"type", "title", "status", "detail", "request_id"}
                assert reply.headers["www-authenticate"] == "Bearer"


def test_what_stays_open_tells_nothing(guarded: TestClient) -> None:
    assert guarded.get("/healthz").json() == {"status": "alive"}
    assert guarded.get("/readyz").json() == {"status": "ready"}
    assert guarded.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/docs",
        "/openapi.json",
        "/metrics",
        "/api/v1/articles",
        "/article/library",
        "/ui/icon.svg",
    ],
)
def test_a_token_opens_what_there_is(guarded: TestClient, path: str) -> None:
    assert guarded.get(path, headers=bearer(READER)).status_code == 200
    assert guarded.get(path, headers=bearer(EDITOR)).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic " + READER,
        READER,
        "Bearer " + READER[:-1],
        "Bearer " + READER + "x",
        "Bearer " + READER.upper(),
        "Bearer " + READ_ENTRY,
        "Bearer " + READ_ENTRY.split(":")[1],
        "Bearer " + "0" * 100_0,
        "Bearer \u00e9\u00ff",
    ],
)
def test_what_is_no_token(guarded: TestClient, value: str) -> None:
    headers = {"Authorization": value.encode("latin-1")}
    assert guarded.get("/api/v1/articles", headers=headers).status_code == 401  # type: ignore[arg-type]


def test_a_token_in_the_address_opens_nothing(guarded: TestClient) -> None:
    for name in ("token", "access_token", "authorization", COOKIE):
        assert guarded.get("/api/v1/articles", params={name: READER}).status_code == 401


def test_reading_is_not_changing(guarded: TestClient, expect_problem: Any) -> None:
    calls: list[Callable[[dict[str, str]], Any]] = [
        lambda h: guarded.post("/api/v1/articles", json={"text": "x"}, headers=h),
        lambda h: guarded.delete("/api/v1/articles/library", headers=h),
        lambda h: guarded.get("/api/v1/batches", headers=h),
        lambda h: guarded.post("/api/v1/batches/x/undo", headers=h),
    ]
    for call in calls:
        expect_problem(call(bearer(READER)), 403, "scope ingest")
        expect_problem(
            call(bearer(EDITOR)), 403, "SHAWAHID_INGESTION=true"
        )  # no desk behind this app


def test_every_entry_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    real = hmac.compare_digest

    def watch(a: Any, b: Any) -> bool:
        compared.append(a)
        return real(a, b)

    entries = [new_token(["read"])[1] for _ in range(4)]
    tokens = Tokens(Settings(tokens=(READ_ENTRY, *entries)))
    monkeypatch.setattr(tokens_module.hmac, "compare_digest", watch)
    assert tokens.scopes_of(READER) == {"read"}
    assert tokens.scopes_of("none") == frozenset()
    assert len(compared) == 10


def test_a_file_of_tokens_is_read_anew(tmp_path: Path, scripted: type, expect_problem: Any) -> None:
    file = tmp_path / "tokens.txt"
    file.write_text(f"# people\n\n{READ_ENTRY}\n")
    app = create_app(scripted(), Settings(tokens_file=file))
    with TestClient(app, follow_redirects=False) as client:
        client.post("/sign-in", data={"token": READER})
        assert client.get("/api/v1/articles").status_code == 200
        file.write_text(f"{INGEST_ENTRY}\n")  # the token is withdrawn, and its sessions with it
        os.utime(file, ns=(10**18, 10**18))
        assert client.get("/api/v1/articles").status_code == 401
        assert client.get("/api/v1/articles", headers=bearer(EDITOR)).status_code == 200
        file.write_text("nonsense")
        reply = client.get("/api/v1/articles", headers=bearer(EDITOR))
        expect_problem(reply, 503, "the server's tokens can't be read")
        assert "nonsense" not in reply.text
        file.unlink()
        expect_problem(client.get("/api/v1/articles", headers=bearer(EDITOR)), 503, "tokens")
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 503


@pytest.mark.parametrize(
    "entry",
    ["", "read", "read:abc", "write:" + "0" * 64, "read:" + "G" * 64, "read+:" + "0" * 64, READER],
)
def test_entries_that_are_none(entry: str) -> None:
    with pytest.raises(SettingsError, match="shawahid token new") as caught:
        parse_entry(entry, "line 3")
    assert entry == "" or entry not in str(caught.value)


def test_files_that_hold_none(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("# nobody\n")
    with pytest.raises(SettingsError, match="holds no entry"):
        Tokens(Settings(tokens_file=tmp_path / "empty"))
    with pytest.raises(SettingsError, match="can't be read"):
        Tokens(Settings(tokens_file=tmp_path / "missing"))


def test_the_command_prints_a_token_and_its_entry() -> None:
    done = CliRunner().invoke(
        cli, ["token", "new", "--scope", "read", "--scope", "ingest", "--name", "مكتب"]
    )
    assert done.exit_code == 0
    token, entry = done.stdout.splitlines()[:2]
    tokens = Tokens(Settings(tokens=(entry,)))
    assert tokens.scopes_of(token) == {"read", "ingest"}
    assert tokens.entries()[0].name == "مكتب"
    assert len(token) > 40
    assert token not in entry

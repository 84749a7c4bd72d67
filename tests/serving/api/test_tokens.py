"""Tokens: with one set nothing answers without, whatever the route; scopes, sessions, and what a guess costs."""

from __future__ import annotations

import hmac
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Route
from starlette.testclient import TestClient
from typer.testing import CliRunner

from eval.reliability.tokens import paths_of
from rag.errors import SettingsError
from rag.serving.cli import cli
from rag.serving.server import create_app
from rag.serving.tokens import keeping as tokens_module
from rag.serving.tokens.access import COOKIE, OPEN
from rag.serving.tokens.keeping import Tokens, new_token, parse_entry
from rag.serving.ui import STATIC
from rag.settings import Settings
from tests.serving.keys import EDITOR, INGEST_ENTRY, READ_ENTRY, READER, bearer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


METHODS = ("GET", "HEAD", "POST", "DELETE", "PROPFIND")
EVEN_IF_ODD = ("/mcp/", "/api/v1/articles/a/b", "//healthz", "/healthz/", "/sign-in/", "/sign-in/../docs", "/gradio_api/file=/etc/passwd", "/theme.css", "/none")  # fmt: skip


def answered(client: TestClient, paths: Iterable[str]) -> list[tuple[str, str, int]]:
    """What was answered though no token was shown."""
    return [
        (method, path, reply.status_code)
        for path in sorted(set(paths) - OPEN)
        for method in METHODS
        for accept in ("*/*", "text/html")[: 2 if method == "GET" else 1]
        if not is_shut(reply := client.request(method, path, headers={"Accept": accept}), method)
    ]


def is_shut(reply: Any, method: str) -> bool:
    if reply.status_code == 303:
        return (reply.headers["location"], reply.content) == ("/sign-in", b"")
    if reply.headers.get("content-type") != "application/problem+json":
        return False
    told = {} if method == "HEAD" else reply.json()
    if reply.status_code == 404:  # closed to everybody
        return told.get("detail", "there is nothing here") == "there is nothing here"
    return (
        reply.status_code == 401
        and set(told) <= {"type", "title", "status", "detail", "request_id"}
        and reply.headers["www-authenticate"] == "Bearer"
    )


def test_no_route_answers_without_a_token(guarded_app: Any, guarded: TestClient) -> None:
    assert answered(guarded, [*paths_of(guarded_app.routes), *EVEN_IF_ODD]) == []


def test_the_walk_finds_every_route(guarded_app: Any) -> None:
    """Included routers, mounted applications, files: what is left out is not tried."""
    found = set(paths_of(guarded_app.routes))
    assert {re.sub(r"\{[^}]*\}", "x", path) for path in guarded_app.openapi()["paths"]} <= found
    assert {"/ui/" + file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*.*")} <= found
    pages = {"/", "/docs", "/openapi.json", "/mcp", "/article/x", "/sign-in", "/sign-out"}
    assert pages | {"/gradio_api/queue/join", "/docs-assets/swagger-ui.css"} <= found


def test_the_walk_finds_a_route_wherever_it_is() -> None:
    def page() -> str:
        return ""

    inner, outer, mounted, app = APIRouter(), APIRouter(), FastAPI(), FastAPI()
    inner.add_api_route("/{name}", page)
    outer.include_router(inner, prefix="/inner")
    mounted.include_router(inner, prefix="/deep")
    outer.mount("/mounted", mounted)
    app.include_router(outer, prefix="/outer")
    app.router.routes.append(Route("/raw", page))
    assert {"/outer/inner/x", "/outer/mounted/deep/x", "/raw"} <= set(paths_of(app.routes))


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/articles",
        "/article/x",
        "/metrics",
        "/ui/app.css",
        "/gradio_api/queue/join",
        "/openapi.json",
    ],
)
def test_a_route_that_answers_would_be_seen(
    guarded_app: Any, guarded: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("rag.serving.tokens.access.OPEN", OPEN | {path})
    near = [found for found in paths_of(guarded_app.routes) if found.startswith(path[:12])]
    assert {found for _, found, _ in answered(guarded, near)} == {path}


def test_what_stays_open_tells_nothing(guarded: TestClient) -> None:
    assert guarded.get("/healthz").json() == {"status": "alive"}
    assert guarded.get("/readyz").json() == {"status": "ready"}
    assert guarded.get("/sign-in").status_code == 200


def test_why_an_older_index_answers_is_told_to_those_with_a_token(
    guarded: TestClient, monkeypatch: pytest.MonkeyPatch, scripted: type
) -> None:
    monkeypatch.setattr(scripted, "trouble", "there is damage in /srv/index", raising=False)
    told = guarded.get("/readyz", headers=bearer(READER))
    assert (told.status_code, told.json()["detail"]) == (200, "there is damage in /srv/index")
    assert "/srv/index" not in guarded.get("/readyz").text
    assert "older state" in guarded.get("/readyz").json()["detail"]


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

"""Browsers: signed in by a token, out again, and what a guess or a made-up session gets."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from rag.serving.tokens import keeping as tokens_module
from rag.serving.tokens.access import COOKIE
from tests.serving.keys import EDITOR, READ_ENTRY, READER, bearer

if TYPE_CHECKING:
    import pytest


def test_signing_in_and_out(guarded: TestClient) -> None:
    page = guarded.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in")
    form = guarded.get("/sign-in", headers={"Accept-Language": "en"})
    assert 'type="password"' in form.text
    assert 'dir="ltr"' in form.text
    assert "form-action 'self'" in form.headers["content-security-policy"]
    wrong = guarded.post("/sign-in", data={"token": "<script>"}, headers={"Accept-Language": "ar"})
    assert (wrong.status_code, "set-cookie" in wrong.headers, "<script>" in wrong.text) == (
        401,
        False,
        False,
    )
    assert 'role="alert"' in wrong.text
    reply = guarded.post(
        "/sign-in?next=//evil.example", data={"token": f" {READER} ", "next": "//evil"}
    )
    assert reply.status_code in (303, 400)
    reply = guarded.post("/sign-in?next=//evil.example", data={"token": f" {READER} "})
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert READER not in cookie
    assert READ_ENTRY.split(":")[1] not in cookie
    assert "Secure" not in cookie
    assert guarded.get("/").status_code == 200
    assert guarded.get("/api/v1/articles").status_code == 200
    assert guarded.post("/api/v1/articles", json={"text": "x"}).status_code == 403
    out = guarded.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert guarded.get("/api/v1/articles").status_code == 401


def test_the_cookie_is_for_https_alone_where_that_is_spoken(guarded_app: Any) -> None:
    client = TestClient(guarded_app, base_url="https://testserver", follow_redirects=False)
    assert "Secure" in client.post("/sign-in", data={"token": EDITOR}).headers["set-cookie"]


def test_sessions_that_are_made_up_or_over(
    guarded: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded.post("/sign-in", data={"token": EDITOR})
    session = str(guarded.cookies[COOKIE])
    until, _, signature = session.partition(".")
    guarded.cookies.clear()
    later = str(int(until) + 1000)
    for wrong in (
        f"{later}.{signature}",
        f"{until}.",
        until,
        ".",
        "",
        f"{until}.{signature[:-1]}0g",
        "9" * 400 + ".x",
        "٩٩٩.x",
        "é.é",
    ):
        reply = guarded.get("/api/v1/articles", headers={"Cookie": f"{COOKIE}={wrong}".encode()})  # type: ignore[dict-item]
        assert reply.status_code == 401, wrong
    good = {"Cookie": f"{COOKIE}={session}"}
    assert guarded.get("/api/v1/articles", headers=good).status_code == 200
    now = time.time()
    monkeypatch.setattr(tokens_module.time, "time", lambda: now + 8 * 86_400)
    assert guarded.get("/api/v1/articles", headers=good).status_code == 401


def test_another_sites_page_may_not_sign_anybody_in(guarded: TestClient) -> None:
    reply = guarded.post(
        "/sign-in", data={"token": READER}, headers={"Origin": "https://evil.example"}
    )
    assert (reply.status_code, "set-cookie" in reply.headers) == (403, False)


def test_guessing_is_slow(guarded: TestClient, expect_problem: Any) -> None:
    statuses = [
        guarded.get("/api/v1/articles", headers=bearer(f"guess{n}")).status_code for n in range(21)
    ]
    assert statuses == [401] * 20 + [429]
    reply = guarded.post("/sign-in", data={"token": READER})
    expect_problem(reply, 429, "try again in")
    assert guarded.get("/api/v1/articles", headers=bearer(READER)).status_code == 200

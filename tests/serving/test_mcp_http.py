"""What /mcp refuses before the protocol is spoken."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}
JSON = {"Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:80"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_other_names_and_other_sites_are_refused(
    page_server: Any, headers: dict[str, str], status: int
) -> None:
    given = {"Content-Type": "application/json", **JSON, **headers}
    reply = httpx.post(f"{page_server[0]}/mcp", content=json.dumps(INITIALIZE), headers=given)
    assert reply.status_code == status, reply.text
    assert reply.headers["x-request-id"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_it_is_spoken_by_post_alone(page_server: Any, method: str) -> None:
    reply = httpx.request(method, f"{page_server[0]}/mcp", headers=JSON, timeout=5)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"jsonrpc":"2.0"}'])
def test_broken_messages_are_the_callers_fault(page_server: Any, body: bytes) -> None:
    headers = JSON | {"Content-Type": "application/json"}
    reply = httpx.post(f"{page_server[0]}/mcp", content=body, headers=headers)
    assert 400 <= reply.status_code < 500
    assert "Traceback" not in reply.text

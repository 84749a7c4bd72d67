"""Bytes to a server as they are: no client library puts them right on the way."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back; status 0 where the connection was closed without a word."""

    status: int
    kind: str
    body: bytes

    @property
    def is_problem(self) -> bool:
        """Whether it is an error told as the API promises."""
        if self.kind.partition(";")[0] != "application/problem+json":
            return False
        return bool(json.loads(self.body).get("status") == self.status)


def connect(base: str) -> socket.socket:
    """A connection to the server."""
    place = urlsplit(base)
    return socket.create_connection((place.hostname or "", place.port or 0), _PATIENCE_S)


def send(base: str, data: bytes) -> Heard:
    """What the server says to these bytes."""
    with connect(base) as connection:
        with contextlib.suppress(OSError):  # it may refuse before it has heard all
            connection.sendall(data)
        reply = http.client.HTTPResponse(connection, method="GET")
        try:
            reply.begin()
            return Heard(reply.status, reply.headers.get("content-type", ""), reply.read())
        except (http.client.HTTPException, OSError):
            return Heard(0, "", b"")


def request(base: str, method: str, path: bytes | str, body: bytes = b"", **headers: str) -> Heard:
    """A request with this very path; `content_type` and other headers by name, `_` for `-`."""
    return send(base, head(base, method, path, {"content_length": str(len(body))} | headers) + body)


def head(base: str, method: str, path: bytes | str, headers: Mapping[str, str]) -> bytes:
    """The bytes before the body of a request that ends its connection."""
    raw = path if isinstance(path, bytes) else path.encode("utf-8", "surrogatepass")
    given = {"host": urlsplit(base).netloc, "connection": "close"} | dict(headers)
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items())
    return method.encode() + b" " + raw + b" HTTP/1.1\r\n" + lines.encode("latin-1") + b"\r\n"


def post_json(base: str, path: str, value: Any) -> Heard:  # noqa: ANN401 - any JSON
    """A value as the body; lone surrogates travel as escapes."""
    return request(base, "POST", path, json.dumps(value).encode(), content_type="application/json")

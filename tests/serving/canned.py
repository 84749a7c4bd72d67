"""A server that sends what it is given, whatever it is asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

PROBLEM = "HTTP/1.1 {status} X\r\nContent-Type: application/problem+json\r\nConnection: close\r\n{more}Content-Length: {size}\r\n\r\n"
EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 6\r\n\r\n<html>"
MOVED = b"HTTP/1.1 308 X\r\nLocation: https://else.example/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def problem(status: int, detail: str, more: str = "") -> bytes:
    body = json.dumps({"status": status, "detail": detail}).encode()
    return PROBLEM.format(status=status, more=more, size=len(body)).encode() + body


def frame(event: str, **data: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False)
    return f"event: {event}\ndata: {text}\n\n".encode()


class Canned:
    """A server on 127.0.0.1 that reads a request and sends the next of `replies`, the last one for ever."""

    def __init__(self) -> None:
        self.replies: list[bytes] = []
        self.requests: list[str] = []
        self.delay_s = 0.0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                self.requests.append(_request(caller))
                if self.delay_s:
                    time.sleep(self.delay_s)
                caller.sendall(self.replies.pop(0) if len(self.replies) > 1 else self.replies[0])

    def close(self) -> None:
        self._socket.close()


def _request(caller: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        data += caller.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(next(line for line in head.lower().split(b"\r\n") if b"content-length" in line)[15:])
    while len(body) < size:
        body += caller.recv(65536)
    return (head + b"\r\n\r\n" + body).decode("utf-8")

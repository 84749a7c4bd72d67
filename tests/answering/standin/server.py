"""A scripted server that speaks Ollama's protocol on 127.0.0.1, as far as the writer uses it."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Step = tuple[Any, ...]


def say(*pieces: str) -> list[Step]:
    return [("say", piece) for piece in pieces]


def done(reason: str = "stop", prompt: int = 0, answer: int = 0) -> Step:
    """The last part; `prompt` and `answer` are the tokens that the server counted."""
    counts = {"prompt_eval_count": prompt, "eval_count": answer} if prompt else {}
    return ("done", reason, counts)


def wait(seconds: float) -> Step:
    return ("wait", seconds)


def repeat(piece: str) -> Step:
    """Say it again and again until the client leaves."""
    return ("repeat", piece)


def error(message: str) -> Step:
    return ("line", json.dumps({"error": message}))


def line(text: str) -> Step:
    return ("line", text)


CUT: Step = ("cut",)  # close the connection in the middle of the chunked body
END: Step = ("end",)  # end the body properly, without a last part


@dataclass
class FakeOllama:
    """What the server has and does; change it between requests as the test wants."""

    models: list[str] = field(default_factory=lambda: ["qwen3:4b-instruct"])
    capabilities: list[str] | None = field(default_factory=lambda: ["completion"])
    context_length: int | None = 262144
    script: list[Step] = field(default_factory=list)
    refusal: tuple[int, str] | None = None  # status and message of a chat that is refused
    refusals: int = -1  # how many chats are refused before the script is played; -1: all
    foreign: tuple[int, str, str] | None = None  # status, type and body: some other service
    location: str = ""  # where the foreign service redirects to
    tags_delay_s: float = 0.0
    chats: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def __enter__(self) -> FakeOllama:
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def hung_up(self, within_s: float) -> bool:
        """Whether the server saw its reader leave."""
        return self.left.wait(within_s)

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeOllama

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: dict[str, Any]) -> None:
        fake = self.fake
        fake.paths.append(self.path)
        if fake.foreign:
            self._whole(*fake.foreign)
        elif self.path == "/api/tags":
            time.sleep(fake.tags_delay_s)
            self._json({"models": [{"model": name, "name": name} for name in fake.models]})
        elif body.get("model") not in fake.models:
            self._json({"error": f"model '{body.get('model')}' not found"}, 404)
        elif self.path == "/api/show":
            info = {"x.context_length": fake.context_length} if fake.context_length else {}
            self._json({"capabilities": fake.capabilities, "model_info": info})
        elif fake.refusal and fake.refusals != 0:
            fake.chats.append(body)
            fake.refusals -= 1
            self._json({"error": fake.refusal[1]}, fake.refusal[0])
        else:
            fake.chats.append(body)
            self._play(body["model"])

    def _json(self, value: object, status: int = 200) -> None:
        self._whole(status, "application/json", json.dumps(value))

    def _whole(self, status: int, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.fake.location:
            self.send_header("Location", self.fake.location + self.path)
        self.end_headers()
        self.wfile.write(data)

    def _play(self, model: str) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for kind, *rest in self.fake.script:
                if kind == "cut":
                    return
                if kind == "wait":
                    self._wait(rest[0])
                elif kind == "line":
                    self._chunk(rest[0])
                elif kind == "done":
                    self._chunk(_part(model, "", reason=rest[0], counts=rest[1]))
                elif kind == "repeat":
                    while True:
                        self._chunk(_part(model, rest[0]))
                        time.sleep(0.002)
                elif kind == "say":
                    self._chunk(_part(model, rest[0]))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.fake.left.set()

    def _wait(self, seconds: float) -> None:
        """As a model that computes; a real server stops when the reader's end of the connection closes."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError

    def _chunk(self, text: str) -> None:
        data = text.encode() + b"\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


def _part(
    model: str, content: str, reason: str | None = None, counts: dict[str, int] | None = None
) -> str:
    part = {
        "model": model,
        "message": {"role": "assistant", "content": content},
        "done": reason is not None,
    }
    part |= {"done_reason": reason} | (counts or {}) if reason else {}
    return json.dumps(part, ensure_ascii=False)

"""A language model's server to be broken: speaks Ollama's protocol and recites, in a process of its own.

`python -m eval.reliability.talker MANNER PORT` prints a line when it listens. Manners: `whole` recites to the end, `slow`
does so a word every 50 ms, `cut` hangs up in the middle, `garbage` and `error` send what no model
would, `refuse` answers 500, `endless` never ends.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "reciter:1b"
MANNERS = ("whole", "slow", "cut", "garbage", "error", "refuse", "endless")
_WORDS = [
    "The",
    "articles",
    "tell",
    "of",
    "this",
    "[1]",
    ".",
    "وتذكر",
    "المقالات",
    "ذلك",
    "[1]",
    ".",
    "Об",
    "этом",
    "пишут",
    "[1]",
    ".",
]
_BEAT_S = 0.05


class Talker(BaseHTTPRequestHandler):
    """Answers /api/tags, /api/show and /api/chat in one manner."""

    protocol_version = "HTTP/1.0"  # a body ends where the connection does
    manner: ClassVar[str] = "whole"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Nothing."""

    def do_GET(self) -> None:
        """The list of models."""
        self._send([json.dumps({"models": [{"model": MODEL, "name": MODEL}]})])

    def do_POST(self) -> None:
        """What the model is, or its recitation."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.endswith("/chat"):
            self._send([json.dumps({"capabilities": ["completion"], "model_info": {}})])
        elif self.manner == "refuse":
            self._send(['{"error": "out of memory"}'], HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._send(_lines(self.manner))

    def _send(self, lines: Any, status: int = HTTPStatus.OK) -> None:  # noqa: ANN401 - any iterable
        self.send_response(status)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        try:
            for line in lines:
                self.wfile.write(line.encode() + b"\n")
        except OSError:  # the reader has left
            return


def _lines(manner: str) -> Iterator[str]:
    words = itertools.cycle(_WORDS) if manner == "endless" else iter(_WORDS)
    for number, word in enumerate(words):
        if number == len(_WORDS) // 2 and manner in ("cut", "garbage", "error"):
            yield from {"garbage": ["\x00<html>{{{"], "error": ['{"error": "lost"}']}.get(
                manner, []
            )
            return
        yield _part(word + " ")
        if manner in ("slow", "endless"):
            time.sleep(_BEAT_S)
    yield _part("", is_last=True)


def _part(content: str, *, is_last: bool = False) -> str:
    message = {"role": "assistant", "content": content}
    last = {"done_reason": "stop"} if is_last else {}
    return json.dumps({"model": MODEL, "message": message, "done": is_last} | last)


def main() -> None:
    """Serve until stopped."""
    Talker.manner, port = sys.argv[1], int(sys.argv[2])
    if Talker.manner not in MANNERS:
        sys.exit(f"no manner {Talker.manner!r}; choose one of {', '.join(MANNERS)}")
    with ThreadingHTTPServer(("127.0.0.1", port), Talker) as serving:
        print("listening", flush=True)
        serving.serve_forever()


if __name__ == "__main__":
    main()

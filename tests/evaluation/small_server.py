"""A server of a few lines that answers questions in one manner: `python small_server.py MANNER`."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXTS = {"a": "بلغ طول الجسر 340 مترًا.", "b": "Билет стоит 40 рублей."}
GOOD = {
    "status": "answered",
    "text": "340 [1]",
    "writer": "extractive",
    "notices": [],
    "citations": [{"marker": 1, "article_id": "a", "quote": "340 مترًا", "start": 14, "end": 23}],
    "passages": [{"rank": 1, "article_id": "b", "text": "Билет", "start": 0, "end": 5}],
}
WRONG = GOOD | {"citations": [GOOD["citations"][0] | {"start": 13}]}
SEVERAL = {"good": GOOD, "wrong": WRONG}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    manner = "good"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._send(200, {"status": "alive"})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.manner == "busy":
            self._send(503, {"status": 503}, {"Retry-After": "2"})
        elif self.manner == "failing":
            sys.stderr.write("Traceback (most recent call last):\n")
            self._send(500, {"status": 500})
        elif "event-stream" in self.headers.get("Accept", ""):
            self._stream()
        else:
            self._send(200, SEVERAL[self.manner])

    def _stream(self):
        events = [("piece", {"text": ""}), ("piece", {"text": "340"}), ("answer", GOOD)]
        self.close_connection = True
        self.send_response(200)
        self.end_headers()
        for name, data in events:
            self.wfile.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())

    def _send(self, status, value, headers=None):
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    Handler.manner = sys.argv[1]
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["SHAWAHID_PORT"])), Handler).serve_forever()

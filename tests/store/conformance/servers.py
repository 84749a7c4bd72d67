"""The real server of PyPI's `milvus`, started, killed and started again on the same files."""

import contextlib
import socket
import time

PORT = 19530
TOKEN = "root:Milvus"  # what a new server lets in


class Server:
    """One server of Milvus 2.3.5 on 127.0.0.1; it can't be told another address, so it needs a network of its own."""

    def __init__(self, folder):
        import milvus

        if _answers():
            raise RuntimeError(
                f"port {PORT} is taken; run `make milvus`, which gives the tests a network of their own"
            )
        self._make = milvus.MilvusServer
        self.folder = folder
        self.uri, self.token = f"http://127.0.0.1:{PORT}", TOKEN
        self._server = None

    def start(self):
        self._server = self._make()
        self._server.set_base_dir(str(self.folder))
        self._server.listen_port = PORT
        self._server.config.set("authorization_enabled", True)
        # else it takes another port while connections of the killed one linger
        self._server.config.resolve_port = lambda port, *_: (port, socket.socket())
        self._server.start()

    def kill(self):
        """As a power cut would."""
        process = self._server.server_proc
        process.kill()
        process.wait()
        until = time.monotonic() + 30
        while _answers() and time.monotonic() < until:
            time.sleep(0.1)

    def stop(self):
        with contextlib.suppress(Exception):
            self._server.stop()


def _answers():
    with socket.socket() as tried:
        tried.settimeout(0.5)
        return tried.connect_ex(("127.0.0.1", PORT)) == 0

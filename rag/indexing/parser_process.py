"""The process that runs `parsers`: started when it is first needed, replaced when it fails."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.indexing.draft import Draft
from rag.indexing.parsers import too_big

if TYPE_CHECKING:
    from typing import IO

MAX_SECONDS = 60.0  # for one file; a page takes 50 ms, a report of 100 pages in PDF 10 s
_MAX_FILES = 500  # of one process: what the libraries leak ends with it
# Not by `-m`, which would let modules in the working folder stand in for the library's.
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); import rag.indexing.parsers as p; p.main()"
_COMMAND = [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).resolve().parents[2])]


class ParserProcess:
    """Parses one file at a time, in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def parse(self, ending: str, data: bytes, seconds: float) -> Draft:
        """`parsers.parse` within `seconds` and `parsers.MAX_MEMORY`.

        Raises:
            ArticleError: the file can't be read, or not within these limits.
        """
        with self._lock:
            answer, is_late = self._ask(ending, data, seconds)
        if not answer.endswith(b"\n"):
            slow = f"takes longer than {seconds:g} s to be read; split or remove it"
            raise ArticleError(slow if is_late else f"crashes its parser, or {too_big()}")
        body = answer[1:].decode("ascii")
        if answer[:1] == b"-":
            raise ArticleError(json.loads(body))
        return Draft.from_json(body)

    def close(self) -> None:
        """End the process, if one runs; the next file starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, ending: str, data: bytes, seconds: float) -> tuple[bytes, bool]:
        """The answer's line, cut short where the process died, and whether its time had run out."""
        process = self._started()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            answer = _exchange(process, json.dumps([ending, len(data)]).encode() + b"\n", data)
        finally:
            timer.cancel()
        if late.is_set() or not answer.endswith(b"\n"):
            self.close()
        return answer, late.is_set()

    def _started(self) -> subprocess.Popen[bytes]:
        self._files += 1
        if self._files > _MAX_FILES:
            self.close()
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._files = 1
            self._process = subprocess.Popen(  # noqa: S603 - fixed words, no shell
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process


def _exchange(process: subprocess.Popen[bytes], head: bytes, data: bytes) -> bytes:
    requests, answers = _pipes(process)
    try:
        requests.write(head + data)
        requests.flush()
    except OSError:  # it died on the way
        return b""
    return answers.readline()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the parser process has no pipes")
    return process.stdin, process.stdout


_PROCESS = ParserProcess()
atexit.register(_PROCESS.close)


def parse_apart(ending: str, data: bytes, seconds: float | None = None) -> Draft:
    """The draft of a file with that ending (`parsers.ENDINGS`), parsed in a process of its own.

    Raises:
        ArticleError: the file can't be read, or not within `seconds` (default: MAX_SECONDS) and
            `parsers.MAX_MEMORY`; one line, reason and remedy.
    """
    return _PROCESS.parse(ending, data, MAX_SECONDS if seconds is None else seconds)

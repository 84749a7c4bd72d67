"""The real server in a process of its own, over the shipped articles, and what its log tells."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil

from rag.errors import ServerError
from rag.indexing.readers import iter_files, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
TRACEBACK = "Traceback (most recent call last)"
_START_S = 300.0  # a cold disk, a model of 240 MB, a machine that does other things too
STOP_S = 30.0  # longest time from SIGTERM to the end
# One machine plays all readers: what one client may send is no limit here.
UNLIMITED = {"questions_per_minute": 0, "reads_per_minute": 0}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at `base`; `log` is what it writes."""

    base: str
    process: psutil.Process
    log: Path

    @property
    def tracebacks(self) -> int:
        """Tracebacks in its log so far."""
        return self.log.read_text("utf-8", "replace").count(TRACEBACK)

    @property
    def resident(self) -> int:
        """Bytes of memory in use, by the process and those it started."""
        total = 0
        for process in [self.process, *self.process.children(recursive=True)]:
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:  # a child that ended meanwhile
                continue
        return total


def copy_corpus(work: Path) -> Path:
    """The shipped articles in a folder that may be changed."""
    folder = work / "corpus"
    shutil.copytree(CORPUS, folder)
    return folder


def texts_of(corpus: Path) -> dict[str, str]:
    """Text by article id, of every article file there."""
    found = (read_file(path, corpus).articles for path in iter_files(corpus))
    return {article.id: article.text for articles in found for article in articles}


def index(corpus: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """One `shawahid index`, to its end.

    Raises:
        ServerError: it fails; the message is its own.
    """
    command = [sys.executable, "-m", "rag", "index", str(corpus), "--index", str(folder)]
    done = subprocess.run(  # noqa: S603 - fixed words and paths of the harness
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServerError(f"`shawahid index` ends with {done.returncode}: {done.stderr[-500:]}")
    return done


def environment(**settings: object) -> dict[str, str]:
    """The surroundings of a process of the product: those of the harness, and only these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHAWAHID_")}
    return kept | {f"SHAWAHID_{name.upper()}": str(value) for name, value in settings.items()}


@contextmanager
def running(
    work: Path, settings: Mapping[str, object], command: tuple[str, ...] = ("app.py",)
) -> Iterator[Server]:
    """A server with these settings (`index` among them) on a free port, stopped at the end.

    `command`: the words after the interpreter's name, run in the repository's root.

    Raises:
        ServerError: it does not answer within five minutes, or does not stop when told to.
    """
    work.mkdir(parents=True, exist_ok=True)
    log = work / "server.log"
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - the words of the caller, no shell
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(**UNLIMITED, **settings, host="127.0.0.1", port=port),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(process, base, log)
            yield Server(base, psutil.Process(process.pid), log)
        finally:
            _stop(process)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{base}/healthz", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise ServerError(f"the server does not answer; it wrote: {log.read_text('utf-8')[-500:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise ServerError(f"the server did not stop within {STOP_S:g} s of SIGTERM") from None

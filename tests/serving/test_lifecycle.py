"""A server that is told to stop: what runs is ended, nothing new is taken, open pages don't hold it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from rag.errors import IndexMissingError, ServerError
from rag.serving.observing.lifecycle import Lifecycle
from tests.serving import own_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROGRAM = """
import importlib.util, sys
import rag
spec = importlib.util.spec_from_file_location("scripted", sys.argv[1])
scripted = importlib.util.module_from_spec(spec); sys.modules["scripted"] = scripted
spec.loader.exec_module(scripted)
scripted.SCRIPTS["بطيء"] = ("answered", "كلمة " * 29 + "آخر", {})
scripted.SCRIPTS["طويل"] = ("answered", "كلمة " * 400, {})
assistant = scripted.ScriptedAssistant(pause_s=0.25)
rag.open_assistant = lambda settings: assistant
from rag.serving import server
bind = server.bind
server.bind = lambda host, port: bind(host, 0)
import app
sys.exit(app.main())
"""
SSE = {"Accept": "text/event-stream"}


@contextlib.contextmanager
def serving(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-c", PROGRAM, str(Path(__file__).with_name("conftest.py"))]
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        assert base.startswith("http://127.0.0.1:"), process.communicate(timeout=10)
        yield process, base
    finally:
        process.kill()
        process.wait()


def in_background(base: str, into: list[Any], question: str) -> threading.Thread:
    """Ask slowly in a thread; what came, or the exception, is put in `into`."""

    def ask() -> None:
        try:
            body = {"question": question}
            into.append(httpx.post(f"{base}/api/v1/ask", json=body, timeout=60, headers=SSE))
        except httpx.HTTPError as error:
            into.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def until_running(base: str) -> None:
    """Return as soon as the server works on a question."""
    while "\nshawahid_questions_running 1.0\n" not in httpx.get(f"{base}/metrics", timeout=30).text:
        time.sleep(0.05)


@contextlib.contextmanager
def open_page(base: str) -> Iterator[None]:
    """The event stream that an idle page holds for as long as it is open."""
    with httpx.stream("GET", f"{base}/gradio_api/heartbeat/abc", timeout=30) as beat:
        assert beat.status_code == 200
        yield


def test_an_answer_on_its_way_is_delivered_whole() -> None:
    replies: list[Any] = []
    with serving() as (process, base), open_page(base):
        asking = in_background(base, replies, "بطيء؟")
        until_running(base)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        ready = httpx.get(f"{base}/readyz", timeout=30)
        late = httpx.post(f"{base}/api/v1/ask", json={"question": "من؟"}, timeout=30)
        asking.join(60)
        output = process.communicate(timeout=60)
    assert (ready.status_code, late.status_code) == (503, 503)
    assert "stopping" in ready.json()["detail"]
    assert late.headers["retry-after"] == "5"
    assert late.headers["content-type"] == "application/problem+json"
    frames = replies[0].text.strip().split("\n\n")
    assert len(frames) == 31
    answer = json.loads(frames[-1].partition("data: ")[2])
    assert answer["text"].endswith("آخر")
    assert process.returncode == 0
    assert "Traceback" not in "".join(output)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_open_pages_do_not_hold_it(stop: signal.Signals) -> None:
    with serving() as (process, base), open_page(base):
        begin = time.monotonic()
        process.send_signal(stop)
        output = process.communicate(timeout=60)
    assert time.monotonic() - begin < 15  # of the 20 s that work would get
    assert process.returncode == 0
    assert "Traceback" not in "".join(output)


def test_what_takes_longer_than_the_setting_is_broken_off() -> None:
    replies: list[Any] = []
    with serving(SHAWAHID_SHUTDOWN_S="0.2") as (process, base):
        asking = in_background(base, replies, "طويل؟")
        until_running(base)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=60)
        asking.join(10)
    assert time.monotonic() - begin < 40  # of the 100 s that the answer would take
    assert "event: answer" not in replies[0].text
    assert process.returncode == 0
    assert "Traceback" not in "".join(output)


def test_ready_is_what_the_probe_found_and_passed_on_for_a_while() -> None:
    found: list[Exception | None] = [None, IndexMissingError("no index"), None]
    probes = 0

    def check() -> None:
        nonlocal probes
        error = found[probes]
        probes += 1
        if error:
            raise error

    async def story(monkeypatch: pytest.MonkeyPatch) -> None:
        lifecycle = Lifecycle()
        await asyncio.gather(*(lifecycle.require_ready(check) for _ in range(20)))
        assert probes == 1
        monkeypatch.setattr("rag.serving.observing.lifecycle.READY_FOR_S", 0)
        with pytest.raises(IndexMissingError):
            await lifecycle.require_ready(check)
        lifecycle.stop()
        with pytest.raises(ServerError, match="stopping"):
            await lifecycle.require_ready(check)

    with pytest.MonkeyPatch.context() as monkeypatch:
        own_loop.run(story, monkeypatch)

"""The process: its first line, its end, and a port that is taken."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from rag.errors import ServerError
from rag.serving.server import bind

ROOT = Path(__file__).parents[2]
PROGRAM = """
import importlib.util, sys
import rag
spec = importlib.util.spec_from_file_location("scripted", sys.argv[1])
scripted = importlib.util.module_from_spec(spec); sys.modules["scripted"] = scripted
spec.loader.exec_module(scripted)
rag.open_assistant = lambda settings: scripted.ScriptedAssistant()
import app
sys.exit(app.main())
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(port: int) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "SHAWAHID_PORT": str(port), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_told_to_stop(stop: signal.Signals) -> None:
    port = _free_port()
    command = [sys.executable, "-c", PROGRAM, str(Path(__file__).with_name("conftest.py"))]
    process = subprocess.Popen(
        command,
        env=_environment(port),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        assert base == f"http://127.0.0.1:{port}", process.communicate(timeout=10)
        assert httpx.get(base).status_code == 200
        body, headers = {"question": "slow"}, {"Accept": "text/event-stream"}
        with httpx.stream("POST", f"{base}/api/v1/ask", json=body, headers=headers) as reply:
            next(reply.iter_lines())
            started = time.monotonic()
            process.send_signal(stop)
            process.wait(timeout=10)
            assert time.monotonic() - started < 3
        assert process.returncode in (0, -stop)
    finally:
        process.kill()
        output = process.communicate()
    assert "Traceback" not in "".join(output)


def test_port_in_use_is_one_line_and_status_1() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        command = [sys.executable, str(ROOT / "app.py")]
        done = subprocess.run(
            command,
            env=_environment(port),
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert f"127.0.0.1 port {port}: address already in use" in line
    assert "SHAWAHID_PORT" in line


def test_another_machines_address_is_told() -> None:
    with pytest.raises(ServerError, match=r"can't listen on 192\.0\.2\.1 port 7860"):
        bind("192.0.2.1", 7860)

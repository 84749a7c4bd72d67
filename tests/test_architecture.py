"""The arrows of the house: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = {"records", "settings", "errors", "text", "embedding", "store"}
ALLOWED = {
    "records": set(),
    "errors": set(),
    "settings": {"errors"},
    "text": {"records", "errors"},
    "embedding": {"settings", "errors"},
    "store": {"records", "errors", "settings", "embedding"},
    "indexing": SHARED,
    "answering": SHARED,
    "fetching": {"records", "settings", "errors", "text", "indexing"},
    "serving": SHARED | {"indexing", "answering", "fetching"},
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def faults(folder):
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        home = parts[0]
        for name in imports(path):
            top, _, rest = name.partition(".")
            target = rest.partition(".")[0]
            if top == "eval":
                yield f"{path.name} imports {name}"
            if top == "gradio" and parts[:2] != ("serving", "ui"):
                yield f"{path.name} imports gradio"
            if top == "rag" and target and home in ALLOWED and target not in ALLOWED[home] | {home}:
                yield f"{path.name} imports {name}"


def test_every_import_follows_the_arrows():
    assert list(faults(ROOT / "rag")) == []


@pytest.mark.parametrize(
    ("home", "line"),
    [
        ("indexing", "from rag.answering.rank import fuse"),
        ("answering", "import rag.indexing.sync"),
        ("store", "from rag.serving import cli"),
        ("answering", "import gradio"),
        ("indexing", "from rag.fetching.client import Client"),
        ("answering", "from rag.fetching import fetch"),
        ("fetching", "from rag.store import local"),
        ("text", "import eval.run"),
    ],
)
def test_a_wrong_arrow_is_seen(tmp_path, home, line):
    (tmp_path / home).mkdir()
    (tmp_path / home / "module.py").write_text(line + "\n", "utf-8")
    assert len(list(faults(tmp_path))) == 1


def test_no_file_outgrows_a_reader():
    long = [
        p
        for p in ROOT.glob("*/**/*.py")
        if not {".venv", "build"} & set(p.parts) and len(p.read_text("utf-8").splitlines()) > 250
    ]
    assert long == []

"""What is installed, and what the code may do: locked packages, bounds, no dangerous calls, advisories."""

from __future__ import annotations

import ast
import itertools
import json
import re
import subprocess
import time
import tomllib
from importlib import metadata
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement

from eval.reliability.outcome import Outcome
from eval.reliability.server import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

AUDIT = ROOT / ".venv" / "audit" / "bin" / "pip-audit"
_MODULES = frozenset({"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"})
_CALLS = frozenset({"eval", "exec", "compile", "__import__"})
_METHODS = frozenset({"yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"})
OWN = "shawahid"
LOCKED = ("mcp", "dev")  # extras that requirements.lock covers
_GIVEN = frozenset({OWN, "pip", "setuptools", "wheel"})  # of every environment
_PATIENCE_S = 600


def dangers(source: str) -> Iterator[str]:
    """Imports and calls by which text could become code, `line: what`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [a.name for a in node.names if a.name.partition(".")[0] in _MODULES]
        elif isinstance(node, ast.ImportFrom):
            name = node.module or ""
            found = [name] if name.partition(".")[0] in _MODULES else []
        elif isinstance(node, ast.Call):
            found = _of_call(node)
        else:
            continue
        yield from (f"{node.lineno}: {what}" for what in found)


def _of_call(node: ast.Call) -> list[str]:
    name = ast.unparse(node.func)
    given = {word.arg: word.value for word in node.keywords}
    if name in _CALLS or name in _METHODS:
        return [name]
    if _is_constant(given.get("shell"), value=True):
        return [f"{name}(shell=True)"]
    if name == "torch.load" and not _is_constant(given.get("weights_only"), value=True):
        return ["torch.load without weights_only=True"]
    if _is_constant(given.get("trust_remote_code"), value=True):
        return [f"{name}(trust_remote_code=True)"]
    if _is_constant(given.get("allow_pickle"), value=True):
        return [f"{name}(allow_pickle=True)"]
    return []


def _is_constant(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def unbounded(requirements: Iterable[str]) -> list[str]:
    """Those that name no exact version and no upper bound."""
    parsed = {line: Requirement(line) for line in requirements}
    return [
        line
        for line, each in parsed.items()
        if each.name != OWN and not any(s.operator in ("==", "<", "<=") for s in each.specifier)
    ]


def requirements(extras: Collection[str] | None = None) -> list[str]:
    """Of the program and those of its extras (default: all), as pyproject.toml has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    chosen = [optional[name] for name in optional if extras is None or name in extras]
    return [*project["dependencies"], *itertools.chain.from_iterable(chosen)]


def locked(path: Path = ROOT / "requirements.lock") -> dict[str, str]:
    """Version by normal name."""
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.split(";")[0].split("==") for line in lines if "==" in line)
    return {_normal(name): version.split()[0] for name, version in pairs}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def needed(lines: Iterable[str]) -> dict[str, str | None]:
    """Installed version by normal name of what these requirements need, and what that needs."""
    found: dict[str, str | None] = {}
    waiting = [(Requirement(line), "") for line in lines]
    seen = set()
    while waiting:
        each, extra = waiting.pop()
        key = (_normal(each.name), frozenset(each.extras), extra)
        if key in seen or (each.marker and not each.marker.evaluate({"extra": extra})):
            continue
        seen.add(key)
        try:
            package = metadata.distribution(each.name)
        except metadata.PackageNotFoundError:
            found[key[0]] = None
            continue
        found[key[0]] = package.version.partition("+")[0]  # of a local build
        for line in package.requires or ():
            waiting += [(Requirement(line), name) for name in ("", *each.extras)]
    return {name: version for name, version in found.items() if name not in _GIVEN}


def differing(versions: Mapping[str, str | None], lock: Mapping[str, str]) -> list[str]:
    """Packages that the lock does not have, or has in another version."""
    return [
        f"{name} {version or 'is missing'}, locked {lock.get(name, 'not at all')}"
        for name, version in sorted(versions.items())
        if version is None or lock.get(name) != version
    ]


def advisories() -> tuple[str, list[str]]:
    """What PyPI's advisories say about the lock: a line, and one for each vulnerable package."""
    if not AUDIT.exists():
        return "advisories: not asked, since pip-audit is missing; run `make audit`", []
    command = [
        str(AUDIT),
        "-r",
        str(ROOT / "requirements.lock"),
        "--no-deps",
        "--disable-pip",
        "-f",
        "json",
    ]
    done = subprocess.run(  # noqa: S603 - fixed words
        command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
    )
    try:
        rows: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return f"advisories: pip-audit failed: {' '.join(done.stderr.split())[-200:]}", []
    asked = [row for row in rows if "vulns" in row]
    found = [f"{r['name']} {r['version']}: {v['id']}" for r in asked for v in r["vulns"]]
    if not asked:
        return (
            f"advisories: the service knew none of {len(rows)} packages; it can't be reached here",
            [],
        )
    return f"advisories: {len(found)} in {len(asked)} of {len(rows)} packages", found


def sources() -> list[Path]:
    """Every Python file of the program and its evaluation."""
    return [
        ROOT / "app.py",
        *sorted((ROOT / "rag").rglob("*.py")),
        *sorted((ROOT / "eval").rglob("*.py")),
    ]


def run(work: Path) -> Outcome:
    """All of it."""
    del work
    start = time.monotonic()
    lock, files = locked(), sources()
    faults = [f"no upper bound: {line}" for line in unbounded(requirements())]
    faults += [f"not as locked: {line}" for line in differing(needed(requirements(LOCKED)), lock)]
    for path in files:
        found = dangers(path.read_text("utf-8"))
        faults += [f"{path.relative_to(ROOT)}:{danger}" for danger in found]
    told, vulnerable = advisories()
    faults += vulnerable
    return Outcome(
        name="supply chain",
        tried=len(lock) + len(files),
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=0,
        details=(f"{len(lock)} locked packages, {len(files)} files of code", told, *faults[:30]),
        seconds=time.monotonic() - start,
    )

"""With tokens on, nothing that the server has answers without one."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from eval.reliability import server
from eval.reliability.outcome import Outcome
from rag import open_assistant
from rag.serving.server import create_app
from rag.serving.tokens.keeping import new_token
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from starlette.routing import BaseRoute

OPEN = frozenset({"/healthz", "/readyz", "/sign-in"})  # they tell nothing of articles or questions
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SHUT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.SEE_OTHER, HTTPStatus.NOT_FOUND})
_PARAMETER = re.compile(r"\{[^}]*\}")
_LIST = "/api/v1/articles"


def paths_of(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[str]:
    """Every path that an application answers, "x" for each parameter: routes, mounts, files."""
    for route in iter_route_contexts(list(routes)):
        path = prefix + _PARAMETER.sub("x", route.path or "")
        mounted = route.original_route
        if isinstance(mounted, Mount):
            yield path + "/"
            if isinstance(mounted.app, StaticFiles):
                yield from _files(mounted.app, path)
            yield from paths_of(mounted.routes, path)
        elif path:
            yield path


def _files(static: StaticFiles, prefix: str) -> Iterator[str]:
    for folder in static.all_directories:
        root = server.ROOT / folder
        found = (path for path in sorted(root.rglob("*")) if path.is_file())
        yield from (f"{prefix}/{path.relative_to(root).as_posix()}" for path in found)


def try_without(client: httpx.Client, paths: Iterable[str]) -> tuple[int, list[str]]:
    """How many requests were made without a token, and those that were answered."""
    tried, faults = 0, []
    for path in paths:
        for method in _METHODS:
            tried += 1
            with client.stream(method, path, headers={"Accept": "text/html"}) as reply:
                is_shut = reply.status_code in _SHUT
                is_sent_on = reply.status_code == HTTPStatus.SEE_OTHER
                if not is_shut or (is_sent_on and reply.headers["location"] != "/sign-in"):
                    faults.append(f"{method} {path[:100]}: {reply.status_code} without a token")
    return tried, faults


def try_wrong(client: httpx.Client, token: str) -> tuple[int, list[str]]:
    """The same for tokens that are none, or that come where none is looked for."""
    shown = {
        "another": {"Authorization": f"Bearer {new_token(['read'])[0]}"},
        "cut short": {"Authorization": f"Bearer {token[:-1]}"},
        "lengthened": {"Authorization": f"Bearer {token}x"},
        "in other letters": {"Authorization": f"Bearer {token.swapcase()}"},
        "as a password": {"Authorization": f"Basic {token}"},
        "as a session": {"Cookie": f"shawahid_session={token}"},
        "under another name": {"X-Api-Key": token},
    }
    faults = []
    for name, headers in shown.items():
        status = client.get(_LIST, headers=headers).status_code
        if status != HTTPStatus.UNAUTHORIZED:
            faults.append(f"a token {name}: {status}")
    if client.get(_LIST, params={"token": token}).status_code != HTTPStatus.UNAUTHORIZED:
        faults.append("a token in the address is taken")
    status = client.get(_LIST, headers={"Authorization": f"Bearer {token}"}).status_code
    if status != HTTPStatus.OK:
        faults.append(f"the right token: {status}")
    return len(shown) + 2, faults


def run(work: Path) -> Outcome:
    """Every path by every method without a token, then wrong ones, on a server that has one."""
    start = time.monotonic()
    folder = work / "index"
    server.index(server.CORPUS, folder)
    token, entry = new_token(["read"])
    (work / "tokens").write_text(entry + "\n", "utf-8")
    given = {"index": folder, "writer": "extractive", "tokens_file": work / "tokens"}
    settings = load_settings(**given)
    app = create_app(open_assistant(settings), settings)
    paths = sorted(set(paths_of(app.routes)) - OPEN)
    with (
        server.running(work / "tokens-on", given) as running,
        httpx.Client(base_url=running.base, timeout=30) as client,
    ):
        tried, faults = try_without(client, paths)
        more, wrong = try_wrong(client, token)
        tracebacks = running.tracebacks
    faults += wrong
    return Outcome(
        name="without a token",
        tried=tried + more,
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(f"{len(paths)} paths by {len(_METHODS)} methods, {more} tokens", *faults[:20]),
        seconds=time.monotonic() - start,
    )

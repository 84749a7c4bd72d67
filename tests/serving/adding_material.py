"""A desk that adds nothing, behind the adding pages."""

from __future__ import annotations

import threading
import time
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.serving.ingesting.receipts import Batch, Item, Receipt, Removed, Step
from rag.serving.ui.adding.routes import adding_router
from rag.serving.ui.shell import Language
from rag.settings import Settings
from tests.serving.material import HOSTILE

OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
RECEIPT = Receipt(
    "add",
    "b-1",
    (
        Item(
            HOSTILE, "added", "park", f"عنوان {HOSTILE}", "2024-05-04", "text", HOSTILE, "ar", HOSTILE, 2, 230,
            (Removed(HOSTILE, 3, (HOSTILE,)),), (HOSTILE,),
        ),
        Item("bad.pdf", "refused", fault="unreadable", reason=f"is no PDF {HOSTILE}"),
    ),
    26,
    0.5,
)  # fmt: skip


class FakeDesk:
    """Remembers what it was asked; says what it is told to say."""

    is_on = True
    endings = (".md", ".pdf")

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.outcome: Any = RECEIPT
        self.go = threading.Event()
        self.go.set()

    def add(self, files: Any, *, replace: bool = False, progress: Any = None) -> Receipt:
        return self._did("add", files, replace, progress=progress)

    def add_url(self, url: str, *, progress: Any = None) -> Receipt:
        return self._did("add_url", url, progress=progress)

    def add_text(self, title: str, text: str, *, progress: Any = None, **more: Any) -> Receipt:
        return self._did("add_text", title, text, more, progress=progress)

    def undo(self, batch: str, *, progress: Any = None) -> Receipt:
        return self._did("undo", batch, progress=progress)

    def remove(self, article_id: str, *, progress: Any = None) -> Receipt:
        return self._did("remove", article_id, progress=progress)

    def batches(self) -> list[Batch]:
        return [Batch("b-1", "add", "2026-01-02T03:04:05+00:00", 2, (HOSTILE, "ب"))]

    def _did(self, *what: Any, progress: Any) -> Receipt:
        self.asked.append(what)
        progress(Step("embedding", 3, 8))
        assert self.go.wait(20)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def client_of(
    desk: Any, scopes: frozenset[str] = frozenset({"read", "ingest"}), **settings: Any
) -> TestClient:
    app = FastAPI()
    app.include_router(adding_router(Settings(ingestion=True, **settings), desk))
    app.add_middleware(Language)

    async def with_scopes(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["scopes"] = scopes
        await app(scope, receive, send)

    return TestClient(with_scopes, headers=OWN, follow_redirects=False)


def settled(client: TestClient, place: str) -> str:
    deadline = time.monotonic() + 20
    while not client.get(f"{place}.json").json()["done"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return client.get(place).text

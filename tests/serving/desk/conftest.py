"""A desk over a small corpus that is indexed with the fake embedder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rag.indexing.sync import sync
from rag.serving.ingesting.desk import Desk
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.settings import Settings


class Opened:
    """Counts how often it was told of a new index."""

    def __init__(self) -> None:
        self.times = 0

    def refresh(self) -> None:
        self.times += 1


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"ingestion": True, "ingestion_wait_s": 0.5})


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def desk(settings: Settings, embedder: Any, opened: Opened) -> Desk:
    sync(settings, embedder)
    return Desk(settings, opened, embedder=embedder)


@pytest.fixture
def again(desk: Desk, settings: Settings, embedder: Any, opened: Opened) -> Desk:
    """The desk after a restart of the server."""
    return Desk(settings, opened, embedder=embedder)


@pytest.fixture
def shelf(settings: Settings, embedder: Any) -> Callable[[], dict[str, str]]:
    """Article id -> text, as the index has them; every file in the index is checked against the corpus."""

    def look() -> dict[str, str]:
        store = LocalStore.open(settings.index, embedder)
        try:
            return {article.id: article.text for article in store.articles()}
        finally:
            store.close()

    return look


@pytest.fixture
def files(corpus: Path) -> Callable[[], dict[str, bytes]]:
    """Everything in the corpus folder, hidden files too."""

    def look() -> dict[str, bytes]:
        return {
            p.relative_to(corpus).as_posix(): p.read_bytes()
            for p in corpus.rglob("*")
            if p.is_file()
        }

    return look

"""The index as the desk sees it: what it knows, and bringing it in line with the corpus."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rag.errors import CorpusError, IndexBusyError, IndexMissingError
from rag.indexing.sync import sync
from rag.serving.ingesting.receipts import Step
from rag.store.local import ROWS
from rag.store.manifest import read_manifest
from rag.store.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from rag.embedding import Embedder
    from rag.indexing.plan import SyncSummary
    from rag.records import Article
    from rag.serving.ingesting.receipts import Tell
    from rag.settings import Settings

    T = TypeVar("T")

_PAUSE_S: Final = 0.2  # between two looks whether another sync has ended


class _Told:
    """Meets `rag.indexing.plan.Progress`."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._embedded = 0

    def reading(self, done: int, total: int) -> None:
        """Files of the corpus."""
        self._tell(Step("reading", done, total))

    def embedding(self, done: int) -> None:
        """`done` more texts."""
        self._embedded += done
        self._tell(Step("embedding", self._embedded))


def sync_when_free(
    settings: Settings, embedder: Embedder | None, tell: Tell, deadline: float
) -> SyncSummary:
    """Sync; while another process does, wait until `deadline` (of time.monotonic).

    Raises:
        IndexBusyError: the other one did not end in time.
        CorpusError, IndexFolderError, ModelError: see `rag.indexing.sync`.
    """
    while True:
        try:
            return sync(settings, embedder, progress=_Told(tell))
        except IndexBusyError:
            if time.monotonic() >= deadline:
                raise
            tell(Step("waiting"))
            time.sleep(_PAUSE_S)


def check_corpus(settings: Settings) -> None:
    """Raise CorpusError where the index was made of another folder, all of which a sync would drop."""
    try:
        made_of = Path(str(read_manifest(settings.index).corpus.get("path", settings.corpus)))
    except IndexMissingError:
        return
    if made_of.resolve() != settings.corpus.resolve():
        raise CorpusError(
            f"{settings.index} was made of {made_of}, not of {settings.corpus}; set SHAWAHID_CORPUS to "
            "the former, so that its articles stay"
        )


def known_state(index: Path) -> dict[str, tuple[str, str]]:
    """Article id -> (digest, file), of the generation in force; empty where there is none."""
    return _ask(index, lambda rows: rows.state(), {})


def known_article(index: Path, article_id: str) -> Article | None:
    """One article of the generation in force."""
    return _ask(index, lambda rows: rows.article(article_id), None)


def known_articles(index: Path) -> list[Article]:
    """All of them."""
    return _ask(index, lambda rows: rows.articles(), [])


def _ask(index: Path, question: Callable[[Rows], T], nothing: T) -> T:
    try:
        rows = Rows.open(read_manifest(index).folder(index) / ROWS)
    except IndexMissingError:
        return nothing
    try:
        return question(rows)
    finally:
        rows.close()

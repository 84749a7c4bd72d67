"""The index as the desk sees it: what it knows, and bringing it in line with the corpus."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rag.errors import CorpusError, IndexBusyError, IndexMissingError
from rag.indexing.sync import sync
from rag.serving.ingesting.receipts import Step
from rag.store.opening import manifest_in_force, open_shelf, stored_articles

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from rag.embedding import Embedder
    from rag.indexing.plan import SyncSummary
    from rag.records import Article
    from rag.serving.ingesting.receipts import Tell
    from rag.settings import Settings
    from rag.store.opening import Articles

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
        corpus = manifest_in_force(settings).corpus
        made_of = Path(str(corpus.get("path", settings.corpus)))
    except IndexMissingError:
        return
    if made_of.resolve() != settings.corpus.resolve():
        raise CorpusError(
            f"the index was made of {made_of}, not of {settings.corpus}; set SHAWAHID_CORPUS to "
            "the former, so that its articles stay"
        )


def known_state(settings: Settings) -> dict[str, tuple[str, str]]:
    """Article id -> (digest, file), of the generation in force; empty where there is none."""
    shelf = open_shelf(settings)
    try:
        return shelf.known(shelf.manifest())
    except IndexMissingError:
        return {}


def known_article(settings: Settings, article_id: str) -> Article | None:
    """One article of the generation in force."""
    return _ask(settings, lambda kept: kept.article(article_id), None)


def known_articles(settings: Settings) -> list[Article]:
    """All of them."""
    return _ask(settings, lambda kept: kept.articles(), [])


def _ask(settings: Settings, question: Callable[[Articles], T], nothing: T) -> T:
    try:
        with stored_articles(settings) as kept:
            return question(kept)
    except IndexMissingError:
        return nothing

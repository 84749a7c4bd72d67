"""The product as the evaluation sees it: the calls it makes, and a fresh index to make them on."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from eval.progress import indexing_progress
from rag.errors import IndexFolderError
from rag.settings import load_settings
from rag.store.manifest import file_digest
from rag.store.opening import manifest_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Answer, Article, Passage, Turn
    from rag.settings import Settings


LOCAL_SETTINGS = {
    "corpus", "index", "cache", "host", "port", "ollama_host",
    "milvus_uri", "milvus_token", "milvus_prefix",
}  # fmt: skip


class Assistant(Protocol):
    """The part of the product's assistant that is measured."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """A checked answer, in the light of the earlier turns."""
        ...

    def search(self, question: str, k: int = 10) -> Sequence[Passage]:
        """The best passages, best first."""
        ...

    def article(self, article_id: str) -> Article | None:
        """An article of the index, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Product:
    """An open assistant and how it came about. `index_s`: seconds to index, None where it was given."""

    assistant: Assistant
    settings: Settings
    model: dict[str, str] | None
    index_s: float | None
    refused: tuple[str, ...] = ()

    @property
    def public_settings(self) -> dict[str, Any]:
        """The settings but for those that only say where things lie and what is served where."""
        return self.settings.model_dump(mode="json", exclude=LOCAL_SETTINGS)


@contextmanager
def open_product(corpus: Path | None = None, index: Path | None = None) -> Iterator[Product]:
    """The assistant over an index given, or over one made of the corpus for as long as this is open.

    The extractive writer answers: it needs no server and says the same thing twice. An index made here is
    a local one whatever the settings say: what a server keeps is nobody's scratch.

    Raises:
        ShawahidError: the settings, the corpus, the index or the model can't be used.
    """
    # Imported here: these bring the model's libraries, which `compare` and `report` do without.
    from rag import open_assistant

    with TemporaryDirectory(prefix="shawahid-eval-", ignore_cleanup_errors=True) as scratch:
        settings = load_settings(corpus=corpus, index=index or Path(scratch), writer="extractive")
        settings = settings if index else settings.model_copy(update={"store": "local"})
        seconds, refused = (None, ()) if index else _build(settings)
        assistant = open_assistant(settings)
        try:
            yield Product(assistant, settings, _model(settings), seconds, refused)
        finally:
            close = getattr(assistant, "close", None)
            if callable(close):
                close()


def corpus_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every article file of the corpus by its path below the folder.

    Raises:
        CorpusError: there is no such folder, or no article file in it.
    """
    from rag.indexing.readers import iter_files

    return {path.relative_to(folder).as_posix(): file_digest(path) for path in iter_files(folder)}


def _build(settings: Settings) -> tuple[float, tuple[str, ...]]:
    from rag.embedding import open_embedder
    from rag.indexing.sync import sync

    embedder = open_embedder(settings)
    begin = time.perf_counter()
    with indexing_progress() as progress:
        summary = sync(settings, embedder, progress=progress)
    refused = tuple(f"{name}: {reason}" for name, reason in summary.refused)
    return time.perf_counter() - begin, refused


def _model(settings: Settings) -> dict[str, str] | None:
    try:
        model = manifest_in_force(settings).model
    except IndexFolderError:  # an assistant of a test has no index
        return None
    return {name: str(model[name]) for name in ("name", "fingerprint")}

"""The desk that takes articles in and out while the server runs: the page and the API use it alike.

given ─ read ─ decide ─ keep what was ─ write into the corpus ─ sync ─ open ─► Receipt

Nothing is written before it was read by the product's own readers; a batch is in corpus and index, or in neither.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from rag.errors import IngestionOffError, UsageError
from rag.fetching.fetch import fetch
from rag.indexing.readers import readable_endings
from rag.serving.ingesting.composing import Pasted, addresses, put_fetched, put_pasted
from rag.serving.ingesting.journal import Journal
from rag.serving.ingesting.names import safe_name
from rag.serving.ingesting.reading import Given, read_given, refusal
from rag.serving.ingesting.receipts import Batch, Receipt, Step
from rag.serving.ingesting.syncing import known_article, known_articles
from rag.serving.ingesting.undoing import put_back
from rag.serving.ingesting.working import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.embedding import Embedder
    from rag.serving.ingesting.deciding import Decider
    from rag.serving.ingesting.receipts import Tell
    from rag.settings import Settings

OFF: Final = (
    "adding and removing articles is off; start the server with SHAWAHID_INGESTION=true "
    "(and with tokens, if others reach it)"
)
_MEGABYTE: Final = 1_000_000


class Refreshed(Protocol):
    """Who must hear that there is a new index."""

    def refresh(self) -> object:
        """Answer from the index in force from now on."""
        ...


def _silent(step: Step) -> None:
    del step


class Desk:
    """Adds and removes articles. Calls block; several threads may call at once, one batch is worked on at a time.

    Every method that changes something raises IngestionOffError where the setting `ingestion` is off;
    IndexBusyError where another batch or sync does not end within `ingestion_wait_s`; CorpusError or an
    IndexFolderError where corpus or index can't be written. In each case corpus and index are as before.
    What is wrong with one file is told in the receipt, and the others are taken.
    """

    def __init__(
        self, settings: Settings, assistant: Refreshed, *, embedder: Embedder | None = None
    ) -> None:
        self._settings = settings
        folder = settings.undo or settings.index.with_name(f"{settings.index.name}-undo")
        self._journal = Journal(folder, settings.corpus, settings.undo_batches, settings.undo_days)
        self._worker = Worker(
            settings, self._journal, folder / ".lock", assistant.refresh, embedder
        )

    @property
    def is_on(self) -> bool:
        """Whether articles may be added and removed; `OFF` tells how to switch it on."""
        return self._settings.ingestion

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings of the files that are read, with their dots."""
        return readable_endings()

    def add(
        self,
        files: Sequence[tuple[str, bytes]],
        *,
        replace: bool = False,
        progress: Tell | None = None,
    ) -> Receipt:
        """Take files, each with its name, into the corpus.

        An article whose id is known with other content is refused, or with `replace` takes the old one's
        place; one that is known as it is stays unchanged.

        Raises:
            UsageError: no file, or more or larger ones together than the settings allow.
        """
        self._check_on()
        self._check_amount(files)
        tell, given = progress or _silent, list[Given]()
        for number, (name, data) in enumerate(files):
            tell(Step("reading", number, len(files)))
            given.append(self._read(name, data))

        def decide(decider: Decider) -> None:
            for one in given:
                decider.take(one, replace=replace)

        return self._worker.work("add", decide, tell)

    def add_url(self, url: str, *, progress: Tell | None = None) -> Receipt:
        """Fetch the article at the address, or the newest ones of the feed there, and take them.

        An article that was fetched before is brought up to date unless a person changed its file.

        Raises:
            UsageError: it is no address of the web.
        """
        self._check_on()
        tell = progress or _silent
        tell(Step("fetching", 0, 1))
        found = self._fetched(url)

        def decide(decider: Decider) -> None:
            by_url = addresses(known_articles(self._settings), decider.state)
            for one in found:
                if not one.articles:
                    decider.decision.items += one.items
                for article in one.articles:
                    put_fetched(one.name, article, by_url, decider, self._settings.corpus)

        return self._worker.work("add", decide, tell)

    def _fetched(self, url: str) -> list[Given]:
        with tempfile.TemporaryDirectory(prefix="shawahid-") as folder:
            stage = self._settings.model_copy(update={"corpus": Path(folder)})
            given = []
            for one in fetch([url], stage, self._settings.ingestion_files):
                if one.file:
                    path = Path(one.file)
                    given.append(read_given(one.url, path.name, path.read_bytes()))
                else:
                    given.append(
                        Given(one.url, "", b"", items=(refusal(one.url, "unreadable", one.reason),))
                    )
            return given

    def add_text(
        self,
        title: str,
        text: str,
        *,
        published: date | None = None,
        source: str | None = None,
        language: str | None = None,
        progress: Tell | None = None,
    ) -> Receipt:
        """Take a pasted text; its id is made of the title. The same text once more changes nothing.

        Raises:
            UsageError: the text is empty, or longer than a file may be.
        """
        self._check_on()
        pasted = Pasted(title, text, published, source, language)
        self._check_amount([(title, pasted.to_bytes())])
        return self._worker.work(
            "add", lambda decider: put_pasted(pasted, decider), progress or _silent
        )

    def remove(self, article_id: str, *, progress: Tell | None = None) -> Receipt:
        """Take an article out of corpus and index; of a file that holds several, only that article.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        self._check_on()
        known = known_article(self._settings, article_id)
        return self._worker.work(
            "remove", lambda decider: decider.remove(article_id, known), progress or _silent
        )

    def undo(self, batch: str, *, progress: Tell | None = None) -> Receipt:
        """Put corpus and index back to what they were before the batch; that can be undone in turn.

        Raises:
            UndoError: no such batch, or a file of it was changed since; nothing is undone.
        """
        self._check_on()

        def decide(decider: Decider) -> None:
            lookup = partial(known_article, self._settings)
            put_back(self._journal.inverse(batch), decider, lookup)

        receipt = self._worker.work("undo", decide, progress or _silent)
        if receipt.batch:
            self._journal.forget(batch)
        return receipt

    def batches(self) -> list[Batch]:
        """The batches that can be undone, newest first; also those of before a restart."""
        return self._journal.batches() if self.is_on else []

    def recover(self) -> int:
        """Roll back what a crash cut off; call it before the index is opened. Returns how many batches."""
        return self._worker.recover() if self.is_on else 0

    def _check_on(self) -> None:
        if not self.is_on:
            raise IngestionOffError(OFF)

    def _check_amount(self, files: Sequence[tuple[str, bytes]]) -> None:
        limits = self._settings
        size = sum(len(data) for _, data in files) / _MEGABYTE
        if not files:
            raise UsageError(f"no file was given; give one that ends in {', '.join(self.endings)}")
        if len(files) > limits.ingestion_files:
            raise UsageError(
                f"{len(files)} files were given, at most {limits.ingestion_files} are taken at once; "
                "give fewer, or raise SHAWAHID_INGESTION_FILES"
            )
        if size > limits.ingestion_batch_megabytes:
            raise UsageError(
                f"the files have {size:.1f} MB together, at most {limits.ingestion_batch_megabytes:g} are "
                "taken at once; give fewer, or raise SHAWAHID_INGESTION_BATCH_MEGABYTES"
            )

    def _read(self, name: str, data: bytes) -> Given:
        most = self._settings.ingestion_megabytes
        shown = safe_name(name)
        if len(data) > most * _MEGABYTE:
            reason = (
                f"has {len(data) / _MEGABYTE:.1f} MB, at most {most:g} are taken; split it, or raise "
                "SHAWAHID_INGESTION_MEGABYTES"
            )
            return Given(name, shown, b"", items=(refusal(name, "limit", reason),))
        return read_given(name, shown, data)

"""The one place that knows the order of the steps from a question to an answer."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.answering.abstain import answer_probability, fitted_calibration
from rag.answering.compose import Work, abstention, cited
from rag.answering.evidence import gather
from rag.answering.prompts import not_found
from rag.answering.questions import check_question
from rag.answering.retrieve import Retrieved, retrieve
from rag.answering.understand import Query, understand
from rag.answering.verify import verify
from rag.answering.writers import Brief, Draft, Evidence
from rag.answering.writers.choose import Writers
from rag.embedding import open_embedder
from rag.errors import UsageError, WriterError
from rag.records import Answer, Article, Filters, Passage, Turn
from rag.settings import Settings, load_settings
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from rag.embedding import Embedder
    from rag.store import PassageStore


def open_assistant(settings: Settings | None = None) -> Assistant:
    """Load the model and open the index.

    Raises:
        ModelError, IndexMissingError, IndexDamagedError, IndexMismatchError: each names its remedy.
    """
    settings = settings or load_settings()
    read_manifest(settings.index)  # a missing index is told before the model is loaded
    embedder = open_embedder(settings)
    assistant = Assistant(settings, embedder, LocalStore.open(settings.index, embedder))
    assistant.check()  # what is loaded on first use is loaded now: the first question waits for nothing
    return assistant


class Assistant:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        store: PassageStore,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._store = store
        self._today = today
        self._writers = Writers(settings, embedder)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        *,
        writer: str | None = None,
        passages: int | None = None,
    ) -> Answer:
        """The verified answer.

        Raises:
            UsageError: the question is empty or too long, or no writer has that name.
        """
        *_, answer = self.stream(question, history, filters, writer=writer, passages=passages)
        if not isinstance(answer, Answer):
            raise TypeError("a stream ends with its answer")
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        *,
        writer: str | None = None,
        passages: int | None = None,
    ) -> Iterator[str | Answer]:
        """Pieces of the text as they are written, then the Answer, whose text replaces them.

        Raises:
            UsageError: see `ask`.
        """
        chosen, notice = self._writers.choose(writer)
        work = self._look_up(question, history, filters or Filters(), passages)
        if work.confidence < self._threshold():
            yield abstention(work, self._writers.extractive.name, [notice] if notice else [])
            return
        brief = Brief(
            question, work.query.language, [p for p, _ in work.found.fitting], work.evidence
        )
        notices = [notice] if notice else []
        pieces: list[str] = []
        draft: Draft | None = None
        with work.timed("write"):
            try:
                draft = chosen.write(brief)
                for piece in draft.pieces:
                    pieces.append(piece)
                    if not_found(pieces[0]):
                        break
                    yield piece
            except WriterError as error:
                notices.append(str(error))
                draft = None
        if draft is None:
            chosen = self._writers.extractive
            draft = chosen.write(brief)
            pieces = list(draft.pieces)
        if pieces and not_found(pieces[0]):
            yield abstention(work, chosen.name, notices)
        else:
            yield self._verified(work, "".join(pieces), draft.sources, chosen.name, notices)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
        """The `k` best passages; those about the question's time first.

        Raises:
            UsageError: the question is empty or too long, or `k` is not positive.
        """
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        query = understand(self._checked(question), (), self._today())
        found = self._retrieve(query, filters or Filters(), k)
        ranked = [p for p, _ in [*found.fitting, *found.misses]][:k]
        return [Passage(n, p.score, p.chunk, p.article, p.legs) for n, p in enumerate(ranked, 1)]

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        return self._store.article(article_id)

    def articles(self) -> list[Article]:
        """All articles: newest first, undated last, then by id."""
        return self._store.articles()

    def check(self) -> None:
        """Ask the model and the index something small; raises what a question would."""
        self._retrieve(understand("Where is Aarhus?", (), self._today()), Filters(), 1)

    def close(self) -> None:
        """Release the index's files."""
        self._store.close()

    def _checked(self, question: str) -> str:
        return check_question(question, self._settings.question_characters)

    def _threshold(self) -> float:
        own = self._settings.answer_threshold
        return fitted_calibration().threshold if own is None else own

    def _look_up(
        self, question: str, history: Sequence[Turn], filters: Filters, passages: int | None
    ) -> Work:
        start = time.perf_counter()
        query = understand(self._checked(question), history, self._today())
        understood = time.perf_counter()
        found = self._retrieve(query, filters, passages or self._settings.passages)
        retrieved = time.perf_counter()
        evidence = gather(query, found.idf, found.fitting)
        confidence = answer_probability(evidence, fitted_calibration())
        timings = {
            "understand": (understood - start) * 1000,
            "retrieve": (retrieved - understood) * 1000,
            "weigh": (time.perf_counter() - retrieved) * 1000,
        }
        return Work(query, found, evidence, confidence, timings)

    def _retrieve(self, query: Query, filters: Filters, limit: int) -> Retrieved:
        languages = tuple(language.lower() for language in filters.languages)
        filters = replace(filters, languages=languages)
        return retrieve(
            query,
            self._store,
            self._embedder,
            filters,
            limit=limit,
            candidates=self._settings.candidates,
        )

    def _verified(
        self,
        work: Work,
        text: str,
        sources: Sequence[Evidence],
        writer: str,
        notices: Sequence[str],
    ) -> Answer:
        with work.timed("verify"):
            drop = self._settings.drop_unsupported
            checked = verify(text, sources, self._embedder, work.query.language, drop=drop)
        if not checked.citations:
            return abstention(work, writer, notices)
        return cited(work, checked, writer, notices)

"""The one place that knows the order of the steps from a question to an answer."""

from __future__ import annotations

import copy
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.answering.compose import Work, abstention, ambiguous, brief_of, cited
from rag.answering.lookup import Engine, find, look_up, look_up_surest
from rag.answering.prompts import not_found
from rag.answering.questions import check_question
from rag.answering.reader import open_reader
from rag.answering.rerank import open_reranker
from rag.answering.support import open_readers
from rag.answering.understand import readings, understand
from rag.answering.verify import Verified, verify
from rag.answering.writers.choose import Writers, replaced
from rag.embedding import open_embedder
from rag.errors import UsageError, WriterError
from rag.records import Answer, Article, Filters, Passage, Turn
from rag.settings import Settings, load_settings
from rag.store.opening import manifest_in_force, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from rag.answering.reader import Reader
    from rag.answering.rerank import Reranker
    from rag.answering.writers import Draft, Evidence, Writer
    from rag.embedding import Embedder
    from rag.records import DateMention
    from rag.store import PassageStore


def open_assistant(settings: Settings | None = None) -> Assistant:
    """Load the model and open the index.

    Raises:
        ModelError, IndexMissingError, IndexDamagedError, IndexMismatchError: each names its remedy.
    """
    settings = settings or load_settings()
    manifest_in_force(settings)  # a missing index is told before the model is loaded
    embedder = open_embedder(settings)
    store = open_store(settings, embedder)
    reader, reranker = open_reader(settings, embedder), open_reranker(settings)
    assistant = Assistant(settings, embedder, store, reader=reader, reranker=reranker)
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
        *,
        reader: Reader | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._engine = Engine(settings, embedder, store, reader, reranker)
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
        notices = [notice] if notice else []
        question = self._checked(question)
        own = self._writers.self_contained(chosen, question, history)
        earlier = () if own else history
        work = self._look_up(own or question, earlier, filters or Filters(), passages)
        work.query = replace(work.query, question=question)
        if work.confidence < self._engine.threshold:
            yield abstention(work, self._writers.extractive.name, notices)
        elif len(work.events) > 1:
            yield self._which(work, notices)
        else:
            yield from self._written(work, chosen, notices)

    def _written(self, work: Work, writer: Writer, notices: list[str]) -> Iterator[str | Answer]:
        brief = brief_of(work)
        pieces: list[str] = []
        draft: Draft | None = None
        with work.timed("write"):
            try:
                draft = writer.write(brief)
                for piece in draft.pieces:
                    if piece:
                        pieces.append(piece)
                    if pieces and not_found(pieces[0]):
                        break
                    yield piece  # an empty one is a sign of life, at which a caller can leave
            except WriterError as error:
                notices.append(replaced(str(error)))
                draft = None
        if draft is None:
            writer = self._writers.extractive
            draft = writer.write(brief)
            pieces = list(draft.pieces)
        if pieces and not_found(pieces[0]):
            yield abstention(work, writer.name, notices)
            return
        if draft.tally.stray_markers:
            notices.append(
                f"{draft.tally.stray_markers} marker(s) that named no source were removed"
            )
        checked = self._checked_text(work, "".join(pieces), draft.sources)
        if checked.citations:
            yield cited(work, checked, writer.name, notices)
        else:
            yield abstention(work, writer.name, notices)

    def _which(self, work: Work, notices: Sequence[str]) -> Answer:
        """Names each event that fits, quoting it, and asks which is meant."""
        draft = self._writers.extractive.quote(
            brief_of(work), [event.evidence for event in work.events]
        )
        checked = self._checked_text(work, "".join(draft.pieces), draft.sources)
        return ambiguous(work, checked, self._writers.extractive.name, notices)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
        """The `k` best passages; those about the question's time first.

        Raises:
            UsageError: the question is empty or too long, or `k` is not positive.
        """
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        query = understand(self._checked(question), (), self._today())
        found = find(query, self._engine, _lowered(filters or Filters()), k)
        ranked = [p for p, _ in [*found.fitting, *found.misses]][:k]
        return [Passage(n, p.score, p.chunk, p.article, p.legs) for n, p in enumerate(ranked, 1)]

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        return self._engine.store.article(article_id)

    def articles(self) -> list[Article]:
        """All articles: newest first, undated last, then by id."""
        return self._engine.store.articles()

    def stories(self) -> dict[str, str]:
        """Article id -> story id, for the articles that are copies of one story."""
        return self._engine.store.stories()

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        """Article id -> the times that its text names, by offset, for every article."""
        return self._engine.store.mentions()

    @property
    def generation(self) -> str:
        """Name of the state of the index that answers now; another name after each change."""
        return self._engine.store.manifest.generation

    @property
    def embedder(self) -> Embedder:
        """The model, for others in this process that embed."""
        return self._engine.embedder

    def check(self) -> None:
        """Ask the model and the index something small; raises what a question would."""
        query = understand("Where is Aarhus?", (), self._today())
        look_up(query, self._engine, Filters(), 1)
        open_readers(self._engine.embedder)  # what verifies a model's statements

    def reopened(self) -> Assistant:
        """The same model and settings over the index now in force; this one goes on until it is closed.

        Raises:
            IndexMissingError, IndexDamagedError, IndexMismatchError: each names its remedy.
        """
        sibling = copy.copy(self)
        store = open_store(self._engine.settings, self._engine.embedder)
        sibling._engine = replace(self._engine, store=store)
        return sibling

    def close(self) -> None:
        """Release the index's files."""
        self._engine.store.close()

    def _checked(self, question: str) -> str:
        return check_question(question, self._engine.settings.question_characters)

    def _look_up(
        self, question: str, history: Sequence[Turn], filters: Filters, passages: int | None
    ) -> Work:
        begin = time.perf_counter()
        queries = readings(question, history, self._today())
        understood = (time.perf_counter() - begin) * 1000
        limit = passages or self._engine.settings.passages
        work = look_up_surest(queries, self._engine, _lowered(filters), limit)
        work.timings["understand"] = understood
        return work

    def _checked_text(self, work: Work, text: str, sources: Sequence[Evidence]) -> Verified:
        engine = self._engine
        drop = engine.settings.drop_unsupported
        with work.timed("verify"):
            return verify(
                text,
                sources,
                engine.embedder,
                work.query.language,
                drop=drop,
                question=work.query.question,
            )


def _lowered(filters: Filters) -> Filters:
    return replace(filters, languages=tuple(language.lower() for language in filters.languages))

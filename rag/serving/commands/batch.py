"""One question or a file of them → rows as the JSON contract has them, in order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rag.answering.questions import check_question, check_text
from rag.errors import UsageError
from rag.records import Filters, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.answering.assistant import Assistant
    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say of every question; `k` counts passages, None means the setting."""

    filters: Filters = field(default_factory=Filters)
    k: int | None = None
    writer: str | None = None
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with its conversation so far."""

    question: str
    history: tuple[Turn, ...] = ()
    id: Any = None


class Answerer(Protocol):
    """Takes questions, gives rows of the JSON contract. Opened once the questions are found sound."""

    longest: int  # characters of a question
    patient: bool  # whether to wait when told to come again later: for a file of questions

    def open(self) -> None:
        """Get ready to answer; may take seconds. Raises a ShawahidError."""
        ...

    def answer(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """An answer. Raises UsageError when this question can't be taken."""
        ...

    def passages(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """`{"passages": [...]}`, with reasons where they are wanted. Raises as `answer`."""
        ...


class LocalAnswerer:
    """The engine in this process."""

    patient = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.longest = settings.question_characters
        self._assistant: Assistant | None = None

    def open(self) -> None:
        """Load the model and open the index."""
        from rag.answering.assistant import open_assistant

        self._assistant = open_assistant(self._settings)

    def answer(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """An answer of this process' engine."""
        assert self._assistant is not None
        return self._assistant.ask(
            asked.question, asked.history, wanted.filters, writer=wanted.writer, passages=wanted.k
        ).to_dict()

    def passages(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """Passages of this process' engine."""
        from rag.serving.commands.explaining import explained

        assert self._assistant is not None
        found = self._assistant.search(asked.question, wanted.k or 10, wanted.filters)
        if wanted.explain:
            return explained(asked.question, found)
        return {"passages": [passage.to_dict() for passage in found]}


def answers(
    answerer: Answerer, question: str | None, file: Path | None, wanted: Wanted
) -> Iterator[dict[str, Any]]:
    """An answer a question; a question of a file that can't be taken gives a row with "error".

    Raises:
        UsageError: neither or both of question and file are given, the file is unreadable, or the one
            question can't be taken.
        ShawahidError: what `answerer` meets.
    """
    for asked in _opened(answerer, question, file):
        try:
            answer = answerer.answer(asked, wanted)
        except UsageError as error:
            if file is None:
                raise
            answer = {"question": asked.question, "error": str(error)}
        yield {**answer, "id": asked.id}


def searches(
    answerer: Answerer, question: str | None, file: Path | None, wanted: Wanted
) -> Iterator[dict[str, Any]]:
    """The passages of each question. Raises as `answers` does."""
    for asked in _opened(answerer, question, file):
        row: dict[str, Any] = {"id": asked.id, "question": asked.question}
        try:
            yield row | answerer.passages(asked, wanted)
        except UsageError as error:
            if file is None:
                raise
            yield row | {"error": str(error)}


def _opened(answerer: Answerer, question: str | None, file: Path | None) -> list[Asked]:
    """What is asked, checked before the seconds that a model takes to load."""
    if (question is None) == (file is None):
        raise UsageError(
            'give one question in quotes, or --questions FILE; for example: shawahid ask "متى زار الوزير دمشق؟"'
        )
    if question is not None:
        check_question(question, answerer.longest)
        asked = [Asked(question)]
    else:
        assert file is not None
        asked = _read(file)
        answerer.patient = True
    answerer.open()
    return asked


def _read(file: Path) -> list[Asked]:
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} can't be read ({error}); give a UTF-8 file with one JSON object a line"
        ) from None
    return [_row(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _row(file: Path, number: int, line: str) -> Asked:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{file}, line {number} is no JSON ({error}); write one object a line"
        ) from None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise UsageError(
            f'{file}, line {number} has no text under "question"; write {{"question": "…"}}'
        )
    history = _turns(row.get("history"), f"{file}, line {number}")
    return Asked(row["question"], history, row.get("id"))


def _turns(history: Any, where: str) -> tuple[Turn, ...]:  # noqa: ANN401 - straight from JSON
    if history is None:
        return ()
    turns = []
    for turn in history if isinstance(history, list) else [history]:
        row = {"question": turn} if isinstance(turn, str) else turn
        if not isinstance(row, dict) or not all(
            isinstance(row.get(n, ""), str) for n in ("question", "answer")
        ):
            raise UsageError(
                f'{where}: "history" holds {str(turn)[:40]!r}, expected {{"question": "…", "answer": "…"}}'
            )
        turns.append(Turn(check_text(row.get("question", ""), where), row.get("answer", "")))
    return tuple(turns)

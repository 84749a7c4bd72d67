"""One question or a file of them → rows as the JSON contract has them, in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rag.answering.questions import check_question, check_text
from rag.errors import UsageError
from rag.records import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.records import Filters
    from rag.settings import Settings


def answers(
    settings: Settings, question: str | None, file: Path | None, filters: Filters, k: int | None
) -> Iterator[dict[str, Any]]:
    """An answer a question; a question of a file that can't be taken gives a row with "error".

    Raises:
        UsageError: neither or both of question and file are given, the file is unreadable, or the one
            question can't be taken.
    """
    from rag.answering.assistant import open_assistant

    asked = _asked(question, file, settings)
    assistant = open_assistant(settings)
    for row in asked:
        try:
            answer = assistant.ask(
                row["question"], _turns(row.get("history")), filters, passages=k
            ).to_dict()
        except UsageError as error:
            if file is None:
                raise
            answer = {"question": row["question"], "error": str(error)}
        yield {**answer, "id": row.get("id")}


def searches(
    settings: Settings,
    question: str | None,
    file: Path | None,
    filters: Filters,
    k: int,
    *,
    explain: bool = False,
) -> Iterator[dict[str, Any]]:
    """The passages of each question, with reasons where `explain` is set. Raises as `answers` does."""
    from rag.answering.assistant import open_assistant
    from rag.serving.explaining import explained

    asked = _asked(question, file, settings)
    assistant = open_assistant(settings)
    for row in asked:
        try:
            found = assistant.search(row["question"], k, filters)
            shown = (
                explained(row["question"], found)
                if explain
                else {"passages": [p.to_dict() for p in found]}
            )
            yield {"id": row.get("id"), "question": row["question"], **shown}
        except UsageError as error:
            if file is None:
                raise
            yield {"id": row.get("id"), "question": row["question"], "error": str(error)}


def _asked(question: str | None, file: Path | None, settings: Settings) -> list[dict[str, Any]]:
    """What is asked, checked before the seconds that a model takes to load."""
    if (question is None) == (file is None):
        raise UsageError(
            'give one question in quotes, or --questions FILE; for example: shawahid ask "متى زار الوزير دمشق؟"'
        )
    if question is not None:
        check_question(question, settings.question_characters)
        return [{"question": question}]
    assert file is not None
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} can't be read ({error}); give a UTF-8 file with one JSON object a line"
        ) from None
    return [_row(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _row(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(
            f"{file}, line {number} is no JSON ({error}); write one object a line"
        ) from None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise UsageError(
            f'{file}, line {number} has no text under "question"; write {{"question": "…"}}'
        )
    _turns(row.get("history"), f"{file}, line {number}")
    return row


def _turns(history: Any, where: str = "history") -> tuple[Turn, ...]:  # noqa: ANN401 - straight from JSON
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

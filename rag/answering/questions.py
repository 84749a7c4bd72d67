"""What a question must look like, the same for every door."""

from __future__ import annotations

from rag.errors import UsageError


class EmptyQuestionError(UsageError):
    """The question holds no letter and no digit."""


class LongQuestionError(UsageError):
    """The question is longer than the setting allows."""


class BrokenTextError(UsageError):
    """A text holds characters that are no text: NUL or half of a surrogate pair."""


def check_text(text: str, name: str) -> str:
    """The text itself, when it is text.

    Raises:
        BrokenTextError: it holds NUL or a lone surrogate; the message names the field.
    """
    for place, character in enumerate(text):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise BrokenTextError(
                f"{name} holds U+{ord(character):04X} at character {place}, which is no text; remove it"
            )
    return text


def check_question(text: str, limit: int) -> str:
    """The question without white space around it; `limit` counts characters.

    Raises:
        EmptyQuestionError, LongQuestionError, BrokenTextError: it can't be asked.
    """
    question = check_text(text, "question").strip()
    if not any(map(str.isalnum, question)):
        raise EmptyQuestionError("the question is empty; write what you want to know")
    if len(question) > limit:
        raise LongQuestionError(
            f"the question has {len(question)} characters, at most {limit} are taken; shorten it, "
            "or raise SHAWAHID_QUESTION_CHARACTERS"
        )
    return question

"""A follow-up question made self-contained by the language model, where its proposal invents nothing."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from rag.answering.kinds import question_kind
from rag.answering.prompt_safety import as_data, new_fence
from rag.answering.rewrite_texts import REWRITE_TEXTS
from rag.answering.writers.ollama_client import FAILURES
from rag.answering.writers.ollama_stream import ThinkingAloudError, without_thinking
from rag.errors import WriterError
from rag.text.analysis import words
from rag.text.folding import fold_text
from rag.text.language import detect_language, dominant_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.answering.writers.ollama_chat import OllamaChat
    from rag.records import Turn
    from rag.text.analysis import Word

_LIMIT_S = 8.0  # the reader waits for it before anything is looked up
_TOKENS = 96
_TURNS = 4
_QUESTION_CHARACTERS, _ANSWER_CHARACTERS = 300, 600  # of an earlier turn
_RAW_CHARACTERS = (
    2000  # of a reply, a short thought included; a server that heeds no limit is left here
)
_LONGER_BY, _LONGEST = 160, 400  # characters: room for a few names and a date
_INFLECTED = (
    4  # letters of a stem up to which it has to be the same: short names differ by a letter
)
# Words that turn a question into its opposite; none may come or go. Closed class.
_NEGATION_WORDS = (
    "لا لم لن ليس ليست ليسوا غير دون بدون سوى عدم not no never none nor neither without except didn doesn don isn wasn "
    "weren wouldn hasn hadn aren не ни нет без никогда никто ничего кроме ne pas jamais sans aucun aucune ni nicht kein "
    "keine keinen keiner nie niemals ohne nunca sin ningún değil yok hiç olmadan نه نیست نبود بدون هرگز"
)
_NEGATIONS = frozenset(map(fold_text, _NEGATION_WORDS.split()))


class OllamaRewriter:
    """Asks the writer's model, on the writer's terms; safe under threads."""

    def __init__(self, chat: OllamaChat) -> None:
        self._chat = chat

    def rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        """The question self-contained; None without one that is `acceptable`, at most 8 s later. Never raises."""
        if not history:
            return None
        try:
            proposed = self._proposed(_messages(question, history))
        except (*FAILURES, WriterError, ThinkingAloudError):
            return None
        return proposed if acceptable(proposed, question, history) else None

    def _proposed(self, messages: list[dict[str, str]]) -> str:
        """What the model wrote; nothing if it came to no end of its own within reasonable length."""
        state = self._chat.state()
        text, ended = "", False
        with closing(self._chat.stream(messages, state, _TOKENS, _LIMIT_S)) as parts:
            for part in parts:
                text += (part.message.content or "") if part else ""
                ended = bool(part and part.done and part.done_reason != "length")
                if len(text) > _RAW_CHARACTERS:
                    break
        return "".join(without_thinking(iter([text]))).strip() if ended else ""


def acceptable(proposed: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether a proposal may stand for `question`: it adds words of the conversation, and nothing else.

    It is one line of bounded length and of the question's script, asks for the same kind of thing, keeps
    all words of the question that carry meaning, and all its negations. New are only function words and
    words of the conversation, by stem; and numbers only where the question has none. A proposal that
    changes nothing is none.
    """
    if not _is_well_formed(proposed, question):
        return False
    language = detect_language(question)
    new, asked = words(proposed, language), words(question, language)
    known = _stems(asked).union(
        *(
            _stems(words(text, language))
            for turn in history
            for text in (turn.question, turn.answer)
        )
    )
    kept = {word.stem for word in asked if word.is_content} <= _stems(new)
    invented = any(word.is_content and not _is_known(word.stem, known) for word in new)
    return (
        kept
        and not invented
        and _stems(new) != _stems(asked)
        and _negations(new) == _negations(asked)
        and (not _numbers(asked) or _numbers(new) == _numbers(asked))
    )


def _is_well_formed(proposed: str, question: str) -> bool:
    return (
        any(map(str.isalnum, proposed))
        and as_data(proposed) == proposed
        and len(proposed) <= min(len(question) + _LONGER_BY, max(_LONGEST, len(question)))
        and dominant_script(proposed) == dominant_script(question)
        and question_kind(proposed) == question_kind(question)
    )


def _is_known(stem: str, known: set[str]) -> bool:
    """Whether a stem, or one a letter longer or shorter as inflection leaves it, is among `known`."""
    if stem in known or len(stem) <= _INFLECTED or not stem.isalpha():
        return stem in known
    return stem[:-1] in known or any(other[:-1] == stem for other in known)


def _stems(found: Iterable[Word]) -> set[str]:
    return {word.stem for word in found}


def _numbers(found: Iterable[Word]) -> set[str]:
    return {word.stem for word in found if word.text[0].isdecimal()}


def _negations(found: Iterable[Word]) -> set[str]:
    return {word.text for word in found if word.text in _NEGATIONS}


def _messages(question: str, history: Sequence[Turn]) -> list[dict[str, str]]:
    language = detect_language(question)
    texts = REWRITE_TEXTS.get(language, REWRITE_TEXTS["en"])
    fence = new_fence(
        [question, *(text for turn in history for text in (turn.question, turn.answer))]
    )
    lines = []
    for turn in history[-_TURNS:]:
        lines.append(f"{texts.question}: {as_data(turn.question, _QUESTION_CHARACTERS)}")
        if turn.answer:
            lines.append(f"{texts.answer}: {as_data(turn.answer, _ANSWER_CHARACTERS)}")
    conversation = "\n".join([f"<conversation {fence}>", *lines, f"</conversation {fence}>"])
    asked = f"<question {fence}>\n{as_data(question)}\n</question {fence}>"
    return [
        {"role": "system", "content": texts.rules.format(fence=fence)},
        {"role": "user", "content": f"{conversation}\n\n{asked}"},
    ]

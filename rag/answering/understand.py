"""question (+ conversation) → Query: language, kind, time constraint, content words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.kinds import Kind, question_kind
from rag.text.analysis import Word, words
from rag.text.dates import question_range
from rag.text.language import detect_language, dominant_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.records import TimeRange, Turn

# A follow-up is told by how little it says for itself: at most this many content words, with an
# opening or a pronoun that points back. A longer question stands alone.
_FOLLOW_UP_WORDS = 3


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood. `text` is self-contained: earlier turns are carried over where needed."""

    question: str
    text: str
    language: str
    script: str
    kind: Kind
    time: TimeRange | None
    words: tuple[Word, ...]

    @property
    def content(self) -> tuple[Word, ...]:
        """Words that carry meaning, each stem once, in order; years and other numbers among them."""
        first = {word.stem: word for word in reversed(self.words) if word.is_content}
        return tuple(word for word in self.words if first.get(word.stem) is word)


def understand(question: str, history: Sequence[Turn], today: date) -> Query:
    """Read a question; `today` resolves words such as "last year"."""
    language = detect_language(question)
    text = _self_contained(question, language, history)
    return Query(
        question=question,
        text=text,
        language=language,
        script=dominant_script(question),
        kind=question_kind(question),
        time=question_range(text, today, language),
        words=tuple(words(text, language)),
    )


def _self_contained(question: str, language: str, history: Sequence[Turn]) -> str:
    """The question, preceded by the last one that stood alone when it leans on it."""
    if not history:
        return question
    own = [word for word in words(question, language) if word.is_content]
    if len({word.stem for word in own}) > _FOLLOW_UP_WORDS:
        return question
    before = _self_contained(history[-1].question, language, history[:-1])
    return f"{before} {question}"

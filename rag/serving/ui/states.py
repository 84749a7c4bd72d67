"""What is said of an answer in a word: supported, reports differ, which one, not in the corpus, near misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rag.answering.phrases import phrase
from rag.serving.ui.strings import count, say

if TYPE_CHECKING:
    from rag.records import Answer

State = Literal["answered", "differ", "partial", "not_found", "ambiguous", "lost"]


def state_of(answer: Answer) -> State:
    """The status, told apart further: sources that differ, and an answer whose quotations are all gone."""
    if answer.status in ("answered", "partial"):
        if not answer.citations:
            return "lost"
        if answer.text.startswith(phrase("differ", answer.language)):
            return "differ"
    return answer.status


def status_words(answer: Answer, language: str) -> str:
    """The state by sign and word, with the number of distinct articles cited, or of near misses."""
    state = state_of(answer)
    words = say(language, state)
    articles = len({citation.article.id for citation in answer.citations})
    if articles:
        return f"{words} · {count(language, 'sources', articles)}"
    if state == "not_found" and answer.near_misses:
        return f"{words} · {count(language, 'near', len(answer.near_misses))}"
    return words

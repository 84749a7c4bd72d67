"""Whether an answer does justice to several events that fit, and to sources that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.matching import fold, holds_any

if TYPE_CHECKING:
    from eval.goldset import Question, Telling
    from rag.records import Answer


def unlisted(question: Question, answer: Answer) -> list[Telling]:
    """The events that the answer leaves out.

    One is listed where the text names its date, or, in an answer that asks back, where one of its
    articles is among the near misses.
    """
    text = fold(answer.text)
    near = {miss.article.id for miss in answer.near_misses} if answer.status == "ambiguous" else {}
    return [
        event
        for event in question.events
        if not holds_any(text, event.wordings) and not any(a in near for a in event.articles)
    ]


def unshown(question: Question, answer: Answer) -> list[Telling]:
    """The differing values that stand neither in the text nor in a quotation from their articles."""
    text = fold(answer.text)
    return [
        value
        for value in question.disagree
        if not holds_any(text, value.wordings)
        and not any(
            citation.article.id in value.articles
            and holds_any(fold(citation.quote), value.wordings)
            for citation in answer.citations
        )
    ]

"""What one answer is worth: a verdict with reasons, and its share in every figure.

Each score is `(numerator, denominator)`, see `figures`. Policies, the same everywhere:

- A crash of asking (or of searching) is the worst score in every figure of answers (or of retrieval)
  whose population the question belongs to.
- A figure's population follows from the question alone (answerable or not, with a time or not) wherever
  it can. It follows from the answer only where the figure speaks of what was shown: "citations right",
  "quotation exactness", "statements cited" and "abstention precision".
- An answerable question that may be refused (accept_not_found) and was is right, and leaves the
  citation figures. So does an ambiguous one that was answered by asking back.
- A question with a history is outside the retrieval figures: `search` knows no conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.matching import fold, holds, holds_any
from eval.ranking import CUTOFF, MEASURES, article_ranking, quotation_ranking, ranking_scores
from eval.several import unlisted, unshown
from eval.statements import count_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.figures import Score
    from eval.goldset import Gold, Lookup, Question
    from rag.records import Answer, Citation, Passage

ANSWER_FIGURES = (
    "completed",
    "answer accuracy",
    "citation precision",
    "citation recall",
    "citations right",
    "statements cited",
    "quotation exactness",
    "abstention precision",
    "abstention recall",
    "no wrong year",
    "ambiguous accuracy",
    "disagreement shown",
    "dialogue accuracy",
)
RETRIEVAL_FIGURES = tuple(
    f"{grain} {name}" for grain in ("article", "quotation") for name in MEASURES
)
_OUTSIDE: Score = (0.0, 0.0)  # of a question outside a figure's population

GIVEN = ("answered", "partial")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the product did with a question; `answer` is None and `error` set when it crashed."""

    answer: Answer | None
    passages: Sequence[Passage]
    ask_ms: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` says why the answer is not correct, `wrong_year` how it speaks of another time.

    `scores` has every figure, in the order of tables.
    """

    correct: bool
    reasons: tuple[str, ...]
    wrong_year: str | None
    citations_right: tuple[bool, ...]
    scores: dict[str, Score]


def judge(gold: Gold, asked: Asked, lookup: Lookup) -> Verdict:
    """Judge one answer; `lookup` finds the articles that quotations are checked against."""
    reasons = tuple(_reasons(gold.question, asked))
    wrong_year = _wrong_year(gold.question, asked.answer)
    right = tuple(_is_right(c, gold) for c in asked.answer.citations) if asked.answer else ()
    scores: dict[str, Score] = {
        **dict.fromkeys((*ANSWER_FIGURES, *RETRIEVAL_FIGURES), _OUTSIDE),
        "completed": _share(asked.error is None),
        "answer accuracy": _share(not reasons),
        **_citation_scores(gold.question, asked.answer, right),
        **_abstention_scores(gold.question, asked.answer),
        **_text_scores(asked.answer, lookup),
        **_group_scores(gold.question, asked.answer, correct=not reasons),
    }
    if gold.question.time is not None:
        scores["no wrong year"] = _share(asked.answer is not None and wrong_year is None)
    scores |= _retrieval_scores(gold, asked.passages)
    return Verdict(not reasons, reasons, wrong_year, right, scores)


def _share(yes: bool) -> Score:  # noqa: FBT001 - the truth value is the whole content
    return float(yes), 1.0


def _reasons(question: Question, asked: Asked) -> Iterator[str]:
    answer = asked.answer
    if asked.error is not None:
        yield f"crashed: {asked.error}"
    if answer is None:
        return
    text = fold(answer.text)
    given = answer.status in GIVEN
    asked_back = answer.status == "ambiguous" and question.expect == "ambiguous"
    refusal_accepted = question.accept_not_found and answer.status == "not_found"
    if not question.answerable and given:
        yield "answered though unanswerable"
    elif question.answerable and not (given or asked_back or refusal_accepted):
        yield f"refused though answerable ({answer.status})"
    elif given or asked_back:
        yield from _omissions(question, answer)
    for forbidden in question.must_not:
        if holds(text, forbidden):
            yield f"forbidden {forbidden}"


def _omissions(question: Question, answer: Answer) -> Iterator[str]:
    text = fold(answer.text)
    for event in unlisted(question, answer):
        yield f"several events fit, this one is not listed: {' | '.join(event.wordings)}"
    if answer.status not in GIVEN:
        return
    for wordings in question.must:
        if not holds_any(text, wordings):
            yield f"missing fact {' | '.join(wordings)}"
    for value in unshown(question, answer):
        yield f"sources differ, not shown: {' | '.join(value.wordings)}"


def _wrong_year(question: Question, answer: Answer | None) -> str | None:
    if question.time is None or answer is None or answer.status not in GIVEN:
        return None
    text = fold(answer.text)
    for forbidden in question.must_not:
        if holds(text, forbidden):
            return f"says {forbidden}"
    for citation in answer.citations:
        if citation.article.id not in question.articles and _is_of_another_year(
            citation, question.time[:4]
        ):
            return f"cites {citation.article.id}"
    return None


def _is_of_another_year(citation: Citation, year: str) -> bool:
    """Neither from an article published in that year nor naming it."""
    published = citation.article.published
    return year not in fold(citation.quote) and (published is None or str(published.year) != year)


def _is_right(citation: Citation, gold: Gold) -> bool:
    """From a gold article, and overlapping a gold quotation or stating a gold fact by itself."""
    question = gold.question
    if citation.article.id not in question.articles:
        return False
    overlaps = any(
        quotation.article == citation.article.id and citation.start < end and start < citation.end
        for quotation in gold.quotations
        for start, end in quotation.spans
    )
    return overlaps or any(holds_any(fold(citation.quote), wordings) for wordings in question.facts)


def _citation_scores(
    question: Question, answer: Answer | None, right: Sequence[bool]
) -> dict[str, Score]:
    scores: dict[str, Score] = {"citations right": (float(sum(right)), float(len(right)))}
    status = answer.status if answer else None
    excused = question.accept_not_found and status == "not_found"
    asked_back = question.expect == status == "ambiguous"
    if not question.answerable or excused or asked_back:
        return scores
    quotes = [fold(c.quote) for c in answer.citations] if answer else []
    facts = question.facts
    stated = sum(any(holds_any(quote, wordings) for quote in quotes) for wordings in facts)
    scores["citation precision"] = (sum(right) / len(right) if right else 0.0, 1.0)
    scores["citation recall"] = (stated / len(facts), 1.0)
    return scores


def _abstention_scores(question: Question, answer: Answer | None) -> dict[str, Score]:
    refused = answer is not None and answer.status == "not_found"
    scores: dict[str, Score] = {}
    if refused:
        scores["abstention precision"] = _share(
            not question.answerable or question.accept_not_found
        )
    if not question.answerable:
        scores["abstention recall"] = _share(refused)
    return scores


def _group_scores(question: Question, answer: Answer | None, *, correct: bool) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    if question.expect == "ambiguous":
        scores["ambiguous accuracy"] = _share(correct)
    if question.disagree:
        given = answer is not None and answer.status in GIVEN
        scores["disagreement shown"] = _share(
            given and answer is not None and not unshown(question, answer)
        )
    if question.history:
        scores["dialogue accuracy"] = _share(correct)
    return scores


def _text_scores(answer: Answer | None, lookup: Lookup) -> dict[str, Score]:
    if answer is None:
        return {"statements cited": (0.0, 1.0)}
    cited, statements = count_statements(answer.text) if answer.status in GIVEN else (0, 0)
    exact = sum(_is_exact(citation, lookup) for citation in answer.citations)
    return {
        "statements cited": (float(cited), float(statements)),
        "quotation exactness": (float(exact), float(len(answer.citations))),
    }


def _is_exact(citation: Citation, lookup: Lookup) -> bool:
    """Checked against the article as the index gives it, not against the citation's own copy."""
    article = lookup(citation.article.id)
    return (
        article is not None and article.text[citation.start : citation.end] == citation.quote != ""
    )


def _retrieval_scores(gold: Gold, passages: Sequence[Passage]) -> dict[str, Score]:
    if not gold.quotations or gold.question.history:
        return {}
    shown = passages[:CUTOFF]
    scores = ranking_scores(
        {
            "article": article_ranking(shown, set(gold.question.articles)),
            "quotation": quotation_ranking(shown, gold.quotations),
        }
    )
    return {
        f"{grain} {name}": (value, 1.0)
        for grain, row in scores.items()
        for name, value in row.items()
    }

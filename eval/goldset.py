"""The questions people wrote answers for: read, checked against the articles, refused loudly.

A line of the file is one `Question`. Loading fails with *every* fault at once, each with its question
and its remedy, because a wrong gold answer spoils all figures without a sound.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from eval.matching import fold, holds, holds_any
from rag.errors import ShawahidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rag.records import Article

    Lookup = Callable[[str], Article | None]

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]


class GoldsetError(ShawahidError):
    """The question file can't be used; one line for every fault."""


class _Strict(BaseModel):
    # A misspelt name ("must_nt") would switch a check off unseen, hence no unknown fields.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Quote(_Strict):
    """A sentence that answers, copied from its article to the letter."""

    article: Text
    quote: Text


class Question(_Strict):
    """One line of the file. `must`: facts, each a list of wordings of which one has to be stated."""

    id: Text
    question: Text
    language: Text
    kind: Text
    answerable: bool
    time: Text | None
    articles: tuple[Text, ...]
    quotes: tuple[Quote, ...]
    must: tuple[tuple[Text, ...], ...]
    must_not: tuple[Text, ...]
    accept_not_found: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quote with every place `[start, end)` at which it stands in its article."""

    article: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A question ready to be judged by."""

    question: Question
    quotations: tuple[Quotation, ...]


def load_goldset(path: Path, lookup: Lookup) -> tuple[Gold, ...]:
    """The questions in file order, checked against the articles that `lookup` finds by id.

    Raises:
        GoldsetError: the file is missing or empty, or anything in it is wrong; names every fault.
    """
    questions = read_questions(path)
    repeated = [q for q, count in Counter(q.id for q in questions).items() if count > 1]
    faults = [
        f"{q}: this id stands on more than one line; give each question its own" for q in repeated
    ]
    for question in questions:
        faults += [f"{question.id}: {fault}" for fault in _faults(question, lookup)]
    if faults:
        raise GoldsetError(_message(path, faults))
    return tuple(Gold(question, _locate(question, lookup)) for question in questions)


def read_questions(path: Path) -> list[Question]:
    """The lines of the file, checked for form only.

    Raises:
        GoldsetError: the file is missing or empty, or a line is no question; names every line.
    """
    try:
        # Not splitlines: U+2028 and its like may stand raw inside a JSON string.
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldsetError(
            f"{path} can't be read ({error}); name the file with --questions"
        ) from None
    questions: list[Question] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except ValidationError as error:
                faults += [f"line {number}: {fault}" for fault in _form_faults(error)]
    if faults:
        raise GoldsetError(_message(path, faults))
    if not questions:
        raise GoldsetError(f"{path} holds no question; expected one JSON object a line")
    return questions


def occurrences(text: str, wanted: str) -> tuple[tuple[int, int], ...]:
    """Every `[start, end)` at which `wanted` stands in `text`, overlapping ones included."""
    spans = []
    start = text.find(wanted)
    while start != -1:
        spans.append((start, start + len(wanted)))
        start = text.find(wanted, start + 1)
    return tuple(spans)


def _message(path: Path, faults: Sequence[str]) -> str:
    noun = "fault" if len(faults) == 1 else "faults"
    return "\n  ".join([f"{path} has {len(faults)} {noun}:", *faults])


def _form_faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        name = ".".join(map(str, fault["loc"])) or "the line"
        if fault["type"] == "extra_forbidden":
            yield f"unknown field {name!r}; known are {', '.join(Question.model_fields)}"
        elif fault["type"] == "missing":
            yield f"field {name!r} is missing; add it (null, false or [] are allowed where they fit)"
        else:
            yield f"{name}: {fault['msg']}; found {fault['input']!r}; correct the value"


def _faults(question: Question, lookup: Lookup) -> Iterator[str]:
    yield from _answerable_faults(question)
    yield from _article_faults(question, lookup)
    yield from _fact_faults(question)


def _answerable_faults(question: Question) -> Iterator[str]:
    parts = {"articles": question.articles, "quotes": question.quotes, "must": question.must}
    if question.answerable:
        empty = [name for name, part in parts.items() if not part]
        if empty:
            yield f"answerable, but {', '.join(empty)} empty; fill in, or set answerable to false"
    else:
        filled = [name for name, part in parts.items() if part]
        if filled:
            yield f"unanswerable, but {', '.join(filled)} given; empty, or set answerable to true"
        if question.accept_not_found:
            yield "accept_not_found is for answerable questions; remove it"


def _article_faults(question: Question, lookup: Lookup) -> Iterator[str]:
    quoted = {quote.article for quote in question.quotes}
    for article_id in sorted(set(question.articles) | quoted):
        if article_id not in question.articles:
            yield f"a quote is from {article_id!r}, which articles does not list; add it there"
        elif article_id not in quoted:
            yield f"no quote from {article_id!r}; add the sentence that answers, or drop the article"
        if lookup(article_id) is None:
            yield f"there is no article {article_id!r} in the corpus; correct the id"
    for quote in question.quotes:
        article = lookup(quote.article)
        if article is not None and quote.quote not in article.text:
            yield f"not to the letter in {quote.article!r}: {quote.quote!r}; copy it from the article"


def _fact_faults(question: Question) -> Iterator[str]:
    quotes = [fold(quote.quote) for quote in question.quotes]
    for wordings in question.must:
        if not wordings:
            yield "an empty list in must; give the fact's wordings, or remove it"
        elif quotes and not any(holds_any(quote, wordings) for quote in quotes):
            yield f"no quote states {' | '.join(wordings)!r}; add the quote or the article's wording"
    for forbidden in question.must_not:
        if not fold(forbidden):
            yield f"must_not {forbidden!r} is empty once folded, so it forbids nothing; reword it"
        elif any(holds(quote, forbidden) for quote in quotes):
            yield f"must_not {forbidden!r} stands in the question's own quote; choose another wording"


def _locate(question: Question, lookup: Lookup) -> tuple[Quotation, ...]:
    located = []
    for quote in question.quotes:
        article = lookup(quote.article)
        if article is not None:
            located.append(Quotation(quote.article, occurrences(article.text, quote.quote)))
    return tuple(located)

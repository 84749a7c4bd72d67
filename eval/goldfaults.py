"""What can be wrong with a question's gold, beyond its form: each fault in one sentence with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.matching import fold, holds, holds_any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eval.goldset import Lookup, Question, Telling

_TWO = 2  # fewer events are not ambiguous, fewer tellings do not disagree


def faults_of(question: Question, lookup: Lookup) -> Iterator[str]:
    """Every fault of one question, checked against the articles that `lookup` finds by id."""
    yield from _expectation_faults(question)
    yield from _filling_faults(question)
    yield from _article_faults(question, lookup)
    yield from _fact_faults(question)
    for name, tellings in (("events", question.events), ("disagree", question.disagree)):
        for telling in tellings:
            yield from _telling_faults(question, name, telling)


def _expectation_faults(question: Question) -> Iterator[str]:
    if question.expect is not None and question.answerable == (question.expect == "not_found"):
        yield (
            f"answerable is {question.answerable}, but expect is {question.expect!r}; change one"
        )
    if question.expect == "ambiguous" and len(question.events) < _TWO:
        yield "expect is 'ambiguous', but events has fewer than two; list every event that fits"
    if question.events and question.expect != "ambiguous":
        yield "events are for ambiguous questions; set expect to 'ambiguous', or remove them"
    if len(question.disagree) == 1:
        yield "disagree has one value; give the other value as well, or remove it"


def _filling_faults(question: Question) -> Iterator[str]:
    parts = {"articles": question.articles, "quotes": question.quotes, "must": question.facts}
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


def _telling_faults(question: Question, name: str, telling: Telling) -> Iterator[str]:
    told = " | ".join(telling.wordings)
    for article_id in telling.articles:
        if article_id not in question.articles:
            yield f"{name} names {article_id!r}, which articles does not list; add it there"
            continue
        quotes = [fold(quote.quote) for quote in question.quotes if quote.article == article_id]
        if not any(holds_any(quote, telling.wordings) for quote in quotes):
            yield f"{name}: no quote from {article_id!r} states {told!r}; add the sentence that does"

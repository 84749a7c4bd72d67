"""The product's own indexing, search and answers on public question sets.

One index a language: its passages, each as an article of its own. Questions of the same language are
searched and asked; questions of other languages are searched where the set says what answers them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from eval.figures import Figure, summarize
from eval.matching import fold, holds_any
from eval.measures import GIVEN
from eval.product import open_product
from eval.progress import each
from eval.ranking import Ranking, article_ranking, ranking_scores
from eval.run import attempt
from eval.sets import open_set, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eval.figures import Scores
    from eval.product import Assistant
    from eval.sets import PublicSet, SetQuestion
    from rag.records import Answer, Passage

    Search = Callable[[str, int], Sequence[Passage]]
    Warn = Callable[[str], None]

# A long passage is cut into several chunks, each of them a hit: with 4 × 10 hits ten passages are had.
DEPTH = 40


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one set and one pair of languages ("ru→ar": Russian questions, Arabic passages).

    `part` is the leg of retrieval that was measured ("whole" for all of it), or "answers".
    `left_out`: questions for which the set names nothing that could be found.
    """

    set: str
    pair: str
    part: str
    passages: int
    left_out: int
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """All lines, and with which model and settings they came about."""

    created: str
    model: dict[str, str] | None
    settings: dict[str, Any]
    lines: tuple[Line, ...]


def benchmark(folders: Sequence[Path], limit: int | None, warn: Warn) -> BenchmarkReport:
    """Measure every set and every pair of its languages, `limit` questions of each language at most.

    Raises:
        UsageError: a folder is no question set.
        ShawahidError: the product can't be opened.
    """
    sets = [
        open_set(folder) for folder in folders
    ]  # all of them first: a typing error shows at once
    lines: list[Line] = []
    model, settings = None, {}
    for public in sets:
        for language in public.languages:
            with TemporaryDirectory(prefix="shawahid-set-") as corpus:
                count = write_corpus(public, language, Path(corpus))
                with open_product(Path(corpus)) as product:
                    for refusal in product.refused:
                        warn(f"refused while indexing: {refusal}")
                    lines += measure(
                        product.assistant, public, language, count, limit=limit, warn=warn
                    )
                    model, settings = product.model, product.public_settings
    return BenchmarkReport(
        datetime.now(UTC).isoformat(timespec="seconds"), model, settings, tuple(lines)
    )


def measure(
    assistant: Assistant,
    public: PublicSet,
    language: str,
    passages: int,
    *,
    limit: int | None,
    warn: Warn,
) -> list[Line]:
    """All figures of an index of the passages of one language."""
    lines = []
    for asked_in in sorted(
        {q.language for q in public.questions}, key=lambda other: other != language
    ):
        questions = public.sample(asked_in, limit)
        pair = language if asked_in == language else f"{asked_in}→{language}"
        for leg, search in _legs(assistant).items():
            label = f"{public.name} {pair} {leg}"
            rows, left_out = _search_all(search, public, language, each(questions, label), warn)
            if rows:
                lines.append(Line(public.name, pair, leg, passages, left_out, summarize(rows)))
        if asked_in == language:
            rows, left_out = _ask_all(
                assistant, each(questions, f"{public.name} {pair} answers"), warn
            )
            if rows:
                lines.append(
                    Line(public.name, pair, "answers", passages, left_out, summarize(rows))
                )
    return lines


def _legs(assistant: Assistant) -> dict[str, Search]:
    """What is measured as retrieval: each leg by its name, with the way to search by it."""
    return {"whole": assistant.search}


def _search_all(
    search: Search, public: PublicSet, language: str, questions: Iterable[SetQuestion], warn: Warn
) -> tuple[list[Scores], int]:
    """Scores of the questions that have a gold passage in the language, and how many have none."""
    rankings: dict[str, Ranking] = {}
    left_out = 0
    for question in questions:
        gold = public.gold(question, language)
        if not gold:
            left_out += 1
            continue
        found, error = attempt(partial(search, question.question, DEPTH))
        if error is not None:
            warn(f"{question.id}: {error}")
        rankings[question.id] = article_ranking(found or (), gold)
    scores = ranking_scores(rankings) if rankings else {}
    return [
        {name: (value, 1.0) for name, value in row.items()} for row in scores.values()
    ], left_out


def _ask_all(
    assistant: Assistant, questions: Iterable[SetQuestion], warn: Warn
) -> tuple[list[Scores], int]:
    rows: list[Scores] = []
    left_out = 0
    for question in questions:
        if question.answerable and not question.answers:
            left_out += 1
            continue
        answer, error = attempt(partial(assistant.ask, question.question))
        if error is not None:
            warn(f"{question.id}: {error}")
        rows.append(_answer_scores(question, answer))
    # Without gold answers a set's refusals alone say nothing: its unanswerable questions belong to
    # candidates of their own, not to the whole set.
    return (
        (rows, left_out)
        if any("all citations" in row for row in rows)
        else ([], left_out + len(rows))
    )


def _answer_scores(question: SetQuestion, answer: Answer | None) -> Scores:
    """Whether the quotations hold the gold answer; a crash or a refusal is a miss."""
    given = answer is not None and answer.status in GIVEN
    if not question.answerable:
        return {"refused": (float(answer is not None and not given), 1.0)}
    quotes = [fold(citation.quote) for citation in answer.citations] if answer else []
    held = [holds_any(quote, question.answers) for quote in quotes]
    return {
        "first citation": (float(any(held[:1])), 1.0),
        "all citations": (float(any(held)), 1.0),
        "answered": (float(given), 1.0),
    }

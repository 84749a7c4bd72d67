"""Ask the product every question and write down what came of it."""

from __future__ import annotations

import dataclasses
import os
import platform
import time
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from eval.figures import summarize
from eval.goldset import load_goldset
from eval.measures import Asked, judge
from eval.product import corpus_digests, open_product
from eval.progress import each
from eval.ranking import CUTOFF
from eval.rows import Result, Row
from rag import __version__
from rag.store.manifest import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eval.goldset import Gold, Question
    from eval.measures import Verdict
    from eval.product import Assistant, Product
    from rag.records import Passage, Turn

T = TypeVar("T")

QUESTIONS = Path(__file__).parent / "questions.jsonl"


def run(
    corpus: Path | None = None,
    index: Path | None = None,
    questions: Path = QUESTIONS,
    *,
    warn: Callable[[str], None],
) -> Result:
    """Open the product (over a fresh index unless one is given), ask, judge, sum up.

    Raises:
        ShawahidError: the product can't be opened, or the question file has faults.
    """
    with open_product(corpus, index) as product:
        for refusal in product.refused:
            warn(f"refused while indexing: {refusal}")
        gold = load_goldset(questions, product.assistant.article)
        rows = ask_all(product.assistant, gold, warn)
        return _result(product, questions, rows, fresh=index is None)


def ask_all(assistant: Assistant, gold: Sequence[Gold], warn: Callable[[str], None]) -> list[Row]:
    """A row for every question, crashed ones included; the first crash is shown in full."""
    rows: list[Row] = []
    for item in each(gold, "asking"):
        seen = any(row.error for row in rows)
        asked = ask(
            assistant,
            item.question.question,
            warn=None if seen else warn,
            history=item.question.turns,
        )
        rows.append(_row(item, asked, judge(item, asked, assistant.article)))
    return rows


def ask(
    assistant: Assistant,
    question: str,
    warn: Callable[[str], None] | None = None,
    history: Sequence[Turn] = (),
) -> Asked:
    """Answer and passages. A crash of the product counts as a miss, as its user would see it."""
    # Asked before searched: a product that remembers its last question must not gain time by it.
    begin = time.perf_counter()
    answer, error = attempt(lambda: assistant.ask(question, history), question, warn)
    ask_ms = 1000 * (time.perf_counter() - begin)
    passages, search_error = attempt(lambda: assistant.search(question, CUTOFF), question, warn)
    return Asked(answer, tuple(passages or ()), ask_ms, error or search_error)


def attempt(
    call: Callable[[], T], question: str = "", warn: Callable[[str], None] | None = None
) -> tuple[T | None, str | None]:
    """What the call returns, or None and what it raised."""
    try:
        return call(), None
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is scored
        if warn is not None:
            warn(f"crashed on {question!r}\n{traceback.format_exc()}")
        return None, f"{type(crash).__name__}: {crash}"


def _row(gold: Gold, asked: Asked, verdict: Verdict) -> Row:
    question, answer = gold.question, asked.answer
    known = question.model_dump(
        include={"id", "question", "language", "kind", "answerable", "time"}
    )
    return Row(
        **known,
        status=answer.status if answer else None,
        text=answer.text if answer else "",
        confidence=answer.confidence if answer else None,
        correct=verdict.correct,
        reasons=verdict.reasons,
        wrong_year=verdict.wrong_year,
        history=[turn.question for turn in question.turns],
        error=asked.error,
        ask_ms=round(asked.ask_ms, 3),
        timings_ms=dict(answer.timings_ms) if answer else {},
        citations=[
            {**citation.to_dict(), "right": right}
            for citation, right in zip(
                answer.citations if answer else (), verdict.citations_right, strict=True
            )
        ],
        passages=[_place(passage) for passage in asked.passages],
        scores=verdict.scores,
    )


def _place(passage: Passage) -> dict[str, Any]:
    return {
        "chunk_id": passage.chunk.id,
        "article_id": passage.article.id,
        "score": round(passage.score, 6),
    }


def _result(product: Product, questions: Path, rows: list[Row], *, fresh: bool) -> Result:
    return Result(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        settings=product.public_settings,
        model=product.model,
        machine={
            "python": platform.python_version(),
            "system": platform.platform(),
            "cpus": os.cpu_count(),
        },
        # An index that was given may be older than the corpus: then nothing is claimed about files.
        corpus=describe_corpus(product.settings.corpus) if fresh else None,
        questions=describe_questions(questions, rows),
        index_s=product.index_s,
        refused_files=list(product.refused),
        figures={
            name: dataclasses.asdict(f) for name, f in summarize([r.scores for r in rows]).items()
        },
        rows=rows,
    )


def describe_corpus(folder: Path) -> dict[str, Any]:
    """Number of files and the SHA-256 of each."""
    files = corpus_digests(folder)
    return {"count": len(files), "files": files}


def describe_questions(path: Path, questions: Sequence[Row] | Sequence[Question]) -> dict[str, Any]:
    """Digest of the file and how many questions of which sort it holds."""
    answerable = sum(q.answerable for q in questions)
    return {
        "sha256": file_digest(path),
        "count": len(questions),
        "answerable": answerable,
        "unanswerable": len(questions) - answerable,
        "kinds": dict(sorted(Counter(q.kind for q in questions).items())),
        "languages": dict(sorted(Counter(q.language for q in questions).items())),
    }

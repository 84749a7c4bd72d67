"""Three small articles, a question file over them, and an assistant that says what it is told."""

from __future__ import annotations

import dataclasses
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from eval.goldset import load_goldset
from eval.measures import Asked, judge
from eval.product import Product
from rag.records import Answer, Article, Chunk, Citation, Passage, Turn
from rag.settings import load_settings
from tests.evaluation.toy_questions import ARTICLES, COST, LENGTH, QUESTIONS
from tests.evaluation.toy_set import ASKED, PASSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from eval.measures import Verdict


def passage_of(article_id: str, start: int, end: int, rank: int = 1) -> Passage:
    article = ARTICLES[article_id]
    chunk = Chunk(article_id, start, end, article.text[start:end], ())
    return Passage(rank, 1 / rank, chunk, article)


def whole(article_id: str, rank: int = 1) -> Passage:
    return passage_of(article_id, 0, len(ARTICLES[article_id].text), rank)


def cite(article_id: str, quote: str, marker: int = 1) -> Citation:
    article = ARTICLES[article_id]
    start = article.text.index(quote)
    return Citation(marker, article, quote, start, start + len(quote), 0.9, "verbatim")


def reply(status: str, text: str, *citations: Citation) -> Answer:
    return Answer(
        "",
        "ar",
        status,
        text,
        0.8,
        "extractive",
        citations,
        timings_ms={"retrieve": 4.0, "write": 1.0},
    )


class ScriptedAssistant:
    """Gives the answer and passages scripted for a question; an exception is raised instead."""

    def __init__(
        self,
        answers: dict[str, Answer | Exception],
        passages: dict[str, list[Passage] | Exception] | None = None,
        articles: dict[str, Article] | None = None,
    ) -> None:
        self._answers = answers
        self._passages = passages or {}
        self._articles = ARTICLES if articles is None else articles
        self.calls: list[tuple[str, str]] = []
        self.heard: list[tuple[Turn, ...]] = []
        self.closed = False

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.heard.append(tuple(history))
        self.calls.append(("ask", question))
        return self._given(self._answers[question])

    def search(self, question: str, k: int = 10) -> Sequence[Passage]:
        self.calls.append(("search", question))
        return self._given(self._passages.get(question, []))[:k]

    def article(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def close(self) -> None:
        self.closed = True

    @staticmethod
    def _given(thing: Any) -> Any:
        if isinstance(thing, Exception):
            raise thing
        return thing


def perfect() -> ScriptedAssistant:
    cost, length, mayor = (q["question"] for q in QUESTIONS)
    return ScriptedAssistant(
        {
            cost: reply("answered", f"{COST} [1]", cite("dam", COST)),
            length: reply("answered", f"{LENGTH} [1]", cite("мост", LENGTH)),
            mayor: reply("not_found", "The corpus does not say."),
        },
        {cost: [whole("dam")], length: [whole("мост")], mayor: [whole("fair")]},
    )


@pytest.fixture
def kit() -> Any:
    """The helpers above, for tests to call."""

    class Kit:
        articles, questions, cost_quote, length_quote = ARTICLES, QUESTIONS, COST, LENGTH
        whole, passage, cite, reply = map(staticmethod, (whole, passage_of, cite, reply))
        assistant, perfect = ScriptedAssistant, staticmethod(perfect)

    return Kit


@pytest.fixture
def write_questions(tmp_path: Path) -> Callable[..., Path]:
    """Write questions (default: the three) to a file."""

    def write(questions: Sequence[dict[str, Any]] = QUESTIONS) -> Path:
        path = tmp_path / "questions.jsonl"
        path.write_text(
            "".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions), "utf-8"
        )
        return path

    return write


@pytest.fixture
def gold(write_questions: Callable[..., Path]) -> dict[str, Any]:
    """The three questions, checked, by id."""
    return {g.question.id: g for g in load_goldset(write_questions(), ARTICLES.get)}


@pytest.fixture
def judged(gold: dict[str, Any], kit: Any) -> Callable[..., Verdict]:
    """Judge an answer to a question of the three, with fields of the question changed."""

    def of(
        question: str,
        answer: Answer | None,
        passages: Sequence[Passage] = (),
        error: str | None = None,
        **changes: Any,
    ) -> Verdict:
        item = gold[question]
        if changes:
            item = dataclasses.replace(item, question=item.question.model_copy(update=changes))
        return judge(item, Asked(answer, passages, 5.0, error), kit.articles.get)

    return of


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The articles as files."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for article in ARTICLES.values():
        (folder / f"{article.id}.md").write_text(article.text, "utf-8")
    return folder


@pytest.fixture
def use_product(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedAssistant], None]:
    """Put a scripted assistant where the product would be opened."""

    def use(assistant: ScriptedAssistant) -> None:
        @contextmanager
        def opened(corpus: Path | None = None, index: Path | None = None) -> Iterator[Product]:
            settings = load_settings(corpus=corpus, index=index, writer="extractive")
            model = {"name": "fake", "fingerprint": "0"}
            yield Product(
                assistant, settings, model, None if index else 0.5, ("bad.pdf: is no PDF",)
            )

        monkeypatch.setattr("eval.run.open_product", opened)

    return use


@pytest.fixture
def make_set(tmp_path):
    def make(questions=ASKED, passages=PASSAGES, name="toy"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for file, rows in (("questions", questions), ("passages", passages)):
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{file}.jsonl").write_text(lines, "utf-8")
        return folder

    return make


@pytest.fixture
def model(monkeypatch, make_embedder):
    """The fake model in the product's place."""
    embedder = make_embedder()
    monkeypatch.setattr("eval.benchmark.open_model", lambda folder: embedder)
    return embedder

"""The project's own news sets: invented articles in families that are easily confused, and questions on them.

`eval/news/SET` holds `corpus/*.md` and `questions.jsonl`, in the formats of `corpus/` and of `eval/questions.jsonl`.
What the product does about news is trained and fitted here, never on `eval/questions.jsonl`: the reader on all
sets but `HELD`, what follows the reader on `HELD`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval.cases import Case
from eval.goldset import Gold, load_goldset
from rag.answering.evidence import weigh
from rag.answering.lookup import Engine, find
from rag.answering.understand import understand
from rag.indexing.readers import iter_files, read_file
from rag.indexing.sync import sync
from rag.records import Filters
from rag.settings import load_settings
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answering.evidence import Weighed
    from rag.answering.retrieve import Retrieved
    from rag.answering.understand import Query
    from rag.embedding import Embedder
    from rag.records import Article

FOLDER = Path(__file__).parent / "news"
HELD = ("politics", "society")  # sets that the reader never sees
# Sets written after ranking and evidence were fitted: only the reader is trained on them.
LATER = ("courts", "elections", "health", "migration", "science", "sports", "talks", "transport")
PASSAGES = 10
# Beside a set's questions: its sentences, each with statements about it.
STATEMENTS = "statements.jsonl"


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with what the product finds for it; `removed`: its articles were taken away before."""

    gold: Gold
    query: Query
    found: Retrieved
    removed: bool = False

    @property
    def answerable(self) -> bool:
        """Whether the passages searched may answer."""
        return self.gold.question.answerable and not self.removed

    def holds(self, article: str, start: int, end: int) -> bool:
        """Whether a gold quotation overlaps the characters `[start, end)` of an article."""
        return any(
            quotation.article == article and first < end and start < last
            for quotation in self.gold.quotations
            for first, last in quotation.spans
        )

    def weighed(self) -> list[Weighed]:
        """The sentences found, with the features that weigh them."""
        return weigh(self.query, self.found.idf, self.found.fitting)


def names(*, held: bool) -> list[str]:
    """Sets that the reader is trained on, or those that are kept from it."""
    known = sorted(path.parent.name for path in FOLDER.glob("*/questions.jsonl"))
    return [name for name in known if (name in HELD) == held]


def fitted_names() -> list[str]:
    """Sets on which ranking and evidence are fitted."""
    return [name for name in names(held=False) if name not in LATER]


def set_articles(name: str) -> dict[str, Article]:
    """The articles of a set by id."""
    corpus = FOLDER / name / "corpus"
    return {a.id: a for path in iter_files(corpus) for a in read_file(path, corpus).articles}


def load_statements(name: str) -> list[Case]:
    """Statements by hand about sentences of a set: language, kind and text of each, faithful ones and altered."""
    rows = (FOLDER / name / STATEMENTS).read_text("utf-8").splitlines()
    return [
        Case(text, language, row["article"], row["quote"], kind, faithful)
        for row in map(json.loads, rows)
        for faithful in (True, False)
        for language, kind, text in row["faithful" if faithful else "altered"]
    ]


def open_engine(name: str, work: Path, embedder: Embedder) -> Engine:
    """A set's articles, indexed under `work`; without a reader."""
    settings = load_settings(
        corpus=FOLDER / name / "corpus", index=work / f"news-{name}", writer="extractive", store="local"
    )  # fmt: skip
    sync(settings, embedder)
    return Engine(settings, embedder, LocalStore.open(settings.index, embedder))


def searched(name: str, engine: Engine, *, removing: bool = False) -> Iterator[Searched]:
    """A set's questions, each searched as `understand` reads it; with `removing`, once more without its articles."""
    today = datetime.now(UTC).date()
    ids = [article.id for article in engine.store.articles()]
    for gold in load_goldset(FOLDER / name / "questions.jsonl", engine.store.article):
        asked = gold.question
        query = understand(asked.question, asked.turns, today)
        yield Searched(gold, query, find(query, engine, Filters(), PASSAGES))
        if removing and asked.answerable:
            rest = Filters(articles=tuple(i for i in ids if i not in asked.articles))
            yield Searched(gold, query, find(query, engine, rest, PASSAGES), removed=True)

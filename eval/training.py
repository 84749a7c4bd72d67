"""Public question sets run through the product's own indexing and search, for the fitting scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from eval.vector_cache import CachingEmbedder
from rag.answering.understand import Query, understand
from rag.embedding import open_embedder
from rag.indexing.sync import sync
from rag.records import Filters
from rag.settings import Settings, load_settings
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rag.embedding import Embedder
    from rag.store import ScoredChunk

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a public set. `passage` is the gold passage's id, None where there is none."""

    text: str
    language: str
    passage: str | None
    answers: tuple[str, ...]
    answerable: bool
    para: str | None


def read_set(folder: Path) -> tuple[list[dict[str, Any]], list[Question]]:
    """Passages as they stand, and questions."""
    passages = [json.loads(line) for line in _lines(folder / "passages.jsonl")]
    questions = [_question(json.loads(line)) for line in _lines(folder / "questions.jsonl")]
    return passages, questions


def paired(folder: Path, asked: str, told: str) -> list[Question]:
    """Questions in one language with gold passage and answers in another (sets whose `qid` is shared)."""
    rows = [json.loads(line) for line in _lines(folder / "questions.jsonl")]
    gold = {row["qid"]: row for row in rows if row["lang"] == told}
    return [
        Question(row["question"], asked, gold[row["qid"]]["passage_id"],
                 tuple(a["text"] for a in gold[row["qid"]]["answers"]), answerable=True, para=row["para"])
        for row in rows if row["lang"] == asked
    ]  # fmt: skip


def build(
    work: Path, passages: Iterable[dict[str, Any]], embedder: Embedder | None = None
) -> tuple[Settings, Embedder]:
    """Index passages, one article each, under `work`; what is there already is not embedded again."""
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    with (corpus / "passages.jsonl").open("w", encoding="utf-8") as stream:
        for row in passages:
            article = {
                "id": row["id"],
                "title": row["title"],
                "text": row["text"],
                "language": row["lang"],
            }
            stream.write(json.dumps(article, ensure_ascii=False) + "\n")
    settings = load_settings(
        corpus=corpus, index=work / "index", writer="extractive", store="local"
    )
    embedder = embedder or open_embedder(settings)
    sync(settings, embedder)
    return settings, embedder


def open_cached(work: Path) -> tuple[Embedder, CachingEmbedder]:
    """The model, and the same remembering every text it has embedded for scripts that use `work`."""
    embedder = open_embedder(load_settings())
    return embedder, CachingEmbedder(embedder, work / "vectors")


def open_store(settings: Settings, embedder: Embedder) -> LocalStore:
    """The index built."""
    return LocalStore.open(settings.index, embedder)


def searched(
    questions: list[Question],
    store: LocalStore,
    embedder: Embedder,
    settings: Settings,
    filters: Filters | None = None,
) -> Iterator[tuple[Question, Query, list[ScoredChunk]]]:
    """Each question with its candidates, scored by every leg."""
    today = datetime.now(UTC).date()
    for at in range(0, len(questions), _BATCH):
        part = questions[at : at + _BATCH]
        vectors = embedder.embed_queries([q.text for q in part])
        for question, vector in zip(part, vectors, strict=True):
            query = understand(question.text, (), today).timeless()  # these passages carry no date
            stems = [w.stem for w in query.content] or [w.stem for w in query.words]
            yield (
                question,
                query,
                store.search(vector, stems, settings.candidates, filters or Filters()),
            )


def _question(row: dict[str, Any]) -> Question:
    answers = tuple(dict.fromkeys(a["text"] for a in row.get("answers", ())))
    return Question(
        row["question"],
        row["lang"],
        row.get("passage_id"),
        answers,
        row.get("answerable", True),
        row.get("para"),
    )


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line.strip()]

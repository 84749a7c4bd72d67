"""The answers to the eval set's questions are the same over Milvus as over the local store."""

from pathlib import Path

import pytest

from eval.goldset import read_questions
from rag.answering.assistant import Assistant
from rag.answering.reader import open_reader
from rag.embedding import open_embedder
from rag.indexing.migrate import migrate
from rag.indexing.sync import sync
from rag.store.opening import open_store

ROOT = Path(__file__).parents[3]

pytestmark = [
    pytest.mark.milvus,
    pytest.mark.model,
    pytest.mark.timeout(3600),
    pytest.mark.parametrize("kind", ["lite", "server"], indirect=True, scope="session"),
]


def told(answer):
    """All of an answer but its scores and how long it took."""
    return (
        answer.status,
        answer.text,
        [(c.marker, c.article.id, c.start, c.end, c.match) for c in answer.citations],
        [(miss.article.id, miss.why) for miss in answer.near_misses],
        answer.unsupported,
        answer.notices,
    )


def test_every_answer_is_the_same(make_place):
    settings = make_place(ROOT / "corpus", chunk_tokens=200)
    embedder = open_embedder(settings)
    local = settings.model_copy(update={"store": "local"})
    sync(local, embedder)
    migrate(settings, "milvus")
    reader = open_reader(settings, embedder)
    one, other = (
        Assistant(own, embedder, open_store(own, embedder), reader=reader)
        for own in (local, settings)
    )
    differing = []
    for question in read_questions(ROOT / "eval" / "questions.jsonl"):
        answers = [a.ask(question.question, question.turns) for a in (one, other)]
        if told(answers[0]) != told(answers[1]) or answers[0].confidence != pytest.approx(
            answers[1].confidence, abs=5e-3
        ):
            differing.append(question.id)
    for assistant in (one, other):
        assistant.close()
    assert differing == []

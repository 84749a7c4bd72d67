"""The answers to questions of the eval set are the same over Milvus as over the local store."""

from pathlib import Path

import pytest

from eval.goldset import read_questions
from rag.answering.assistant import Assistant
from rag.answering.reader import open_reader
from rag.embedding import open_embedder
from rag.indexing.migrate import migrate
from rag.indexing.sync import sync
from rag.settings import Settings
from rag.store.opening import open_store

ROOT = Path(__file__).parents[3]
QUESTIONS = read_questions(ROOT / "eval" / "questions.jsonl")[::8]

pytestmark = [
    pytest.mark.milvus,
    pytest.mark.model,
    pytest.mark.timeout(600),
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


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """Settings of a local index of the shipped corpus, the model with its reader, and the answers over it."""
    index = tmp_path_factory.mktemp("local") / "index"
    settings = Settings(corpus=ROOT / "corpus", index=index, writer="extractive")
    embedder = open_embedder(settings)
    sync(settings, embedder)
    models = embedder, open_reader(settings, embedder)
    return settings, models, answers(settings, *models)


def answers(settings, embedder, reader):
    assistant = Assistant(settings, embedder, open_store(settings, embedder), reader=reader)
    try:
        return {q.id: assistant.ask(q.question, q.turns) for q in QUESTIONS}
    finally:
        assistant.close()


def test_every_answer_is_the_same(local, make_place):
    settings, models, expected = local
    place = make_place(settings.corpus, index=settings.index, chunk_tokens=settings.chunk_tokens)
    migrate(place, "milvus")
    found = answers(place, *models)
    differing = {
        name
        for name, answer in expected.items()
        if told(answer) != told(found[name])
        or answer.confidence != pytest.approx(found[name].confidence, abs=5e-3)
    }
    assert differing == set()
    assert len({answer.status for answer in expected.values()}) > 1

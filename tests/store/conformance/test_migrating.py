"""An index moves to another store and back, and ranks as before."""

import pytest

from rag.answering.assistant import Assistant
from rag.errors import UsageError
from rag.indexing.migrate import migrate
from rag.indexing.sync import sync
from rag.store.opening import open_store
from tests.conftest import FakeEmbedder
from tests.store.conformance.material import articles, questions, write_corpus
from tests.store.conformance.test_same_ranking import same_up_to_ties

pytestmark = [
    pytest.mark.milvus,
    pytest.mark.parametrize("kind", ["lite", "server"], indirect=True, scope="session"),
]


@pytest.fixture
def settings(make_place, tmp_path):
    return make_place(write_corpus(tmp_path / "corpus", articles(40)))


def answers(settings, fake):
    store = open_store(settings, fake)
    assistant = Assistant(settings, fake, store)
    found = [assistant.search(question) for question in questions()[::10]]
    told = store.articles(), store.stories(), store.mentions(), store.manifest.counts
    store.close()
    return found, told


def test_there_and_back_without_embedding(settings):
    fake = FakeEmbedder()
    local = settings.model_copy(update={"store": "local"})
    sync(local, fake)
    before, told = answers(local, fake)
    embedded = len(fake.embedded)
    assert migrate(settings, "milvus").counts == told[-1]
    with pytest.raises(UsageError, match="--replace"):
        migrate(settings, "milvus")
    away, moved = answers(settings.model_copy(update={"store": "milvus"}), fake)
    migrate(settings, "local", replace=True)
    back, returned = answers(local, fake)
    assert told == moved == returned
    for one, two, three in zip(before, away, back, strict=True):
        assert same_up_to_ties(one, two)
        assert [p.to_dict() for p in one] == [p.to_dict() for p in three]
    assert len(fake.embedded) == embedded
    summary = sync(settings.model_copy(update={"store": "milvus"}), fake)
    assert (summary.unchanged, summary.rebuilt) == (40, False)

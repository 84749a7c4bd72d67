"""A server that is not there, refuses, is killed and comes back: told in one line, then mended by itself."""

import time

import pytest
from pydantic import SecretStr

from rag.errors import IndexForeignError, StoreError, StoreUnavailableError
from rag.indexing.sync import sync
from rag.records import Filters
from rag.settings import Settings
from rag.store.milvus.connection import Connection
from rag.store.milvus.record import make_records, records_collection
from rag.store.opening import open_store
from tests.store.conformance.material import articles, write_corpus

pytestmark = [
    pytest.mark.milvus,
    pytest.mark.parametrize("kind", ["server"], indirect=True, scope="session"),
]


@pytest.fixture
def settings(make_place, tmp_path):
    return make_place(write_corpus(tmp_path / "corpus", articles(24)))


def found(store, fake):
    vector = fake.embed_queries(["bridge harbour"])[0]
    return {c.chunk.id: c.dense for c in store.search(vector, ["bridg", "мост"], 30, Filters())}


def soon(work):
    """What `work` returns once the server has its collections again; until then it is told to be away."""
    until = time.monotonic() + 120
    while True:
        try:
            return work()
        except StoreUnavailableError:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def test_a_server_that_is_killed_while_it_is_written_and_comes_back(settings, fake, server):
    sync(settings, fake)
    store = open_store(settings, fake)
    before = found(store, fake)
    rows = articles(24)
    rows[3]["text"] = "Zebras crossed the Zambezi."
    write_corpus(settings.corpus, rows)

    class Killing(type(fake)):
        def embed_passages(self, texts, progress=None):
            server.kill()
            return super().embed_passages(texts, progress)

    try:
        with pytest.raises(StoreUnavailableError):
            sync(settings, Killing())
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match="SHAWAHID_MILVUS_URI"):
                found(store, fake)
        with pytest.raises(StoreUnavailableError, match="start it"):
            sync(settings, fake)
    finally:
        server.start()
    assert soon(lambda: found(store, fake)) == before
    assert sync(settings, fake).changed == 1
    store.close()


def test_nobody_listens(settings, fake):
    nowhere = settings.model_copy(update={"milvus_uri": "http://127.0.0.1:9"})
    with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:9 does not answer"):
        open_store(nowhere, fake)


def test_a_token_is_never_told(settings, fake):
    for uri in (settings.milvus_uri, "http://127.0.0.1:9", "http://root:S3cret@127.0.0.1:9"):
        own = Settings(store="milvus", milvus_uri=uri, milvus_token="root:S3cret")
        with pytest.raises(StoreError, match=r"127\.0\.0\.1") as told:
            open_store(own, fake)
        assert "S3cret" not in str(told.value)


def test_a_wrong_token_is_told_with_the_remedy(settings, fake):
    for token in (None, SecretStr("root:wrong")):
        with pytest.raises(StoreError, match="SHAWAHID_MILVUS_TOKEN"):
            open_store(settings.model_copy(update={"milvus_token": token}), fake)


def test_records_of_something_else_are_left_alone(settings, fake):
    connection = Connection(settings.milvus_uri, settings.milvus_token.get_secret_value())
    make_records(connection, settings.milvus_prefix)
    collection = records_collection(settings.milvus_prefix)
    row = {"epoch": 7, "value": '{"program": "other"}', "nothing": [1.0, 0.0]}
    connection.insert(collection, [row])
    for work in (open_store, sync):
        with pytest.raises(IndexForeignError, match="SHAWAHID_MILVUS_PREFIX"):
            work(settings, fake)
    assert connection.count(collection, "epoch == 7") == 1
    connection.close()

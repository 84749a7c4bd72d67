"""Every kind of store under one name: `kind` is the store's, `place` makes settings for an index of its own."""

import importlib.util
import itertools

import pytest

from rag.answering.assistant import Assistant
from rag.indexing.sync import sync
from rag.settings import Settings
from rag.store.milvus.connection import Connection
from rag.store.opening import open_store
from tests.conftest import FakeEmbedder
from tests.store.conformance.material import articles, write_corpus

KINDS = ["local", *(pytest.param(kind, marks=pytest.mark.milvus) for kind in ("lite", "server"))]
PACKAGES = ("pymilvus", "milvus", "milvus_lite")
_numbers = itertools.count(1)
_passing = []


def pytest_collection_modifyitems(config, items):
    """The tests on Milvus need its packages: they run where they are asked for (`make milvus`)."""
    if "milvus" in (config.option.markexpr or ""):
        missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
        if missing:
            raise pytest.UsageError(f"not installed: {', '.join(missing)}; run `make milvus`")
        return
    asked_not = [item for item in items if item.get_closest_marker("milvus")]
    if asked_not:
        config.hook.pytest_deselected(items=asked_not)
        items[:] = [item for item in items if not item.get_closest_marker("milvus")]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    from tests.store.conformance.servers import Server

    running = Server(tmp_path_factory.mktemp("milvus"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="session")
def make_place(kind, request, tmp_path_factory):
    """Settings of a new, empty index in the store of this kind."""
    uri, token = None, None
    if kind == "server":
        server = request.getfixturevalue("server")
        uri, token = server.uri, server.token
    elif kind == "lite":
        uri = str(tmp_path_factory.mktemp("lite") / "core.db")

    def make(corpus, *, keep=False, **named):
        own = {"store": "milvus", "milvus_uri": uri, "milvus_token": token} if uri else {}
        usual = {
            "index": tmp_path_factory.mktemp("index") / "index",
            "writer": "extractive",
            "chunk_tokens": 40,
            "milvus_prefix": f"test{next(_numbers)}",
        }
        made = Settings(corpus=corpus, **(usual | own | named))
        if uri and not keep:
            _passing.append(made)
        return made

    return make


@pytest.fixture(autouse=True)
def _drop_what_a_test_made():
    """Collections cost a server memory and time."""
    yield
    while _passing:
        settings = _passing.pop()
        token = settings.milvus_token
        connection = Connection(settings.milvus_uri, token.get_secret_value() if token else "")
        for name in connection.collections():
            if name.startswith(f"{settings.milvus_prefix}_"):
                connection.drop(name)
        connection.close()


@pytest.fixture(scope="session")
def fake():
    return FakeEmbedder()


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("many") / "corpus", articles())


@pytest.fixture(scope="session")
def reference(corpus_folder, fake, tmp_path_factory):
    """A local store of the corpus, which every other is compared with."""
    settings = Settings(
        corpus=corpus_folder, index=tmp_path_factory.mktemp("reference") / "index", chunk_tokens=40
    )
    sync(settings, fake)
    store = open_store(settings, fake)
    yield settings, store
    store.close()


@pytest.fixture(scope="session")
def filled(make_place, corpus_folder, fake):
    """The store under test with the same corpus."""
    settings = make_place(corpus_folder, keep=True)
    sync(settings, fake)
    store = open_store(settings, fake)
    yield settings, store
    store.close()


@pytest.fixture
def assistants(reference, filled, fake):
    """The whole engine over the local store, and over the one under test."""
    return tuple(Assistant(settings, fake, store) for settings, store in (reference, filled))

"""What reads an index beside the search: counts, articles, figures and checks come from the store of the settings."""

import sys

import pytest

from rag.errors import IndexDamagedError, StoreError
from rag.indexing.sync import sync
from rag.serving.ingesting.syncing import check_corpus, known_article, known_articles, known_state
from rag.serving.observing.metrics_index import IndexCollector
from rag.store.milvus.connection import Connection, without_secrets
from rag.store.opening import manifest_in_force, open_shelf, stored_articles
from tests.store.conformance.material import articles, write_corpus

FEW = 9


@pytest.fixture
def settings(make_place, tmp_path, fake):
    made = make_place(write_corpus(tmp_path / "corpus", articles(FEW)))
    sync(made, fake)
    return made


def test_all_of_them_tell_of_the_index_in_force(settings):
    names = {row["id"] for row in articles(FEW)}
    with stored_articles(settings) as kept:
        assert {article.id for article in kept.articles()} == names
        assert kept.article("n0001").id == "n0001"
        assert kept.article("nobody") is None
    assert known_state(settings).keys() == names == {a.id for a in known_articles(settings)}
    assert known_article(settings, "n0001") == kept_article(settings, "n0001")
    check_corpus(settings)
    manifest = manifest_in_force(settings)
    assert manifest.counts["articles"] == FEW
    told = {
        sample.name: sample.value
        for family in IndexCollector(settings, None).collect()
        for sample in family.samples
    }
    assert told["shawahid_index_articles"] == FEW
    assert told["shawahid_index_chunks"] == manifest.counts["chunks"]
    assert ("shawahid_index_bytes" in told) == (settings.store == "local")


def kept_article(settings, article_id):
    with stored_articles(settings) as kept:
        return kept.article(article_id)


@pytest.mark.milvus
@pytest.mark.parametrize("kind", ["lite", "server"], indirect=True, scope="session")
def test_rows_that_are_gone_are_noticed(settings, fake):
    shelf = open_shelf(settings)
    manifest = shelf.manifest()
    shelf.verify(manifest)
    token = settings.milvus_token
    connection = Connection(settings.milvus_uri, token.get_secret_value() if token else "")
    connection.delete(f"{settings.milvus_prefix}_1_sentences", "key in [0,1,2]")
    expected = manifest.counts["sentences"]
    with pytest.raises(IndexDamagedError, match=f"{expected - 3} sentences .* says {expected}"):
        shelf.verify(manifest)
    connection.close()
    write_corpus(settings.corpus, articles(FEW + 1))
    assert sync(settings, fake).rebuilt
    shelf.verify(shelf.manifest())


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("http://127.0.0.1:19530", "http://127.0.0.1:19530"),
        ("https://user:p@ss@milvus.example:443/db", "https://milvus.example:443/db"),
        ("core.db", "core.db"),
        ("a@b.db", "a@b.db"),
    ],
)
def test_an_address_is_told_without_its_password(uri, told):
    assert without_secrets(uri) == told


def test_a_missing_client_is_told(settings, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pymilvus", None)
        with pytest.raises(StoreError, match=r"pip install 'shawahid\[milvus\]'"):
            manifest_in_force(settings.model_copy(update={"store": "milvus"}))

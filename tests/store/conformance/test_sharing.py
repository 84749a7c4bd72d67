"""Several writers make the index that one would have made."""

import threading

import pytest

from rag.errors import StoreError, UsageError
from rag.indexing.sharing import Share, work_share
from rag.indexing.sync import sync
from rag.store.opening import open_store
from tests.conftest import FakeEmbedder
from tests.store.conformance.material import articles, write_corpus

ON_MILVUS = pytest.mark.parametrize("kind", ["lite", "server"], indirect=True, scope="session")


def shared(settings, number):
    """All shares at once; texts embedded by each."""
    own, faults = [FakeEmbedder() for _ in range(number)], []
    settings = settings.model_copy(update={"index_shares": number})

    def other(place):
        try:
            work_share(settings, Share(place, number), own[place - 1], wait_s=60)
        except Exception as error:  # noqa: BLE001 - told by the test itself
            faults.append(error)

    others = [threading.Thread(target=other, args=(place,)) for place in range(2, number + 1)]
    for one in others:
        one.start()
    summary = sync(settings, own[0])
    for one in others:
        one.join()
    assert faults == []
    return summary, [set(one.embedded) for one in own]


@pytest.mark.milvus
@ON_MILVUS
def test_three_writers_and_one_make_the_same_index(make_place, tmp_path, fake, monkeypatch):
    monkeypatch.setattr("rag.store.milvus.sharing.SILENCE_S", 60.0)
    corpus = write_corpus(tmp_path / "corpus", articles(45))
    together, alone = make_place(corpus), make_place(corpus)
    summary, embedded = shared(together, 3)
    assert summary.added == 45
    assert all(len(part) > 20 for part in embedded)
    rows = articles(45)
    rows[7]["text"] = "Zebras crossed the Zambezi."
    write_corpus(corpus, rows[2:])
    summary, _ = shared(together, 3)
    assert (summary.changed, summary.removed) == (1, 2)
    sync(alone, fake)
    one, other = open_store(together, fake), open_store(alone, fake)
    assert one.articles() == other.articles()
    assert one.manifest.counts == other.manifest.counts
    assert one.stories() == other.stories()
    stems = ["bridg", "harbour", "мост", "zebra"]
    assert one.frequencies(stems) == other.frequencies(stems)
    for store in (one, other):
        store.close()


@pytest.mark.milvus
@ON_MILVUS
def test_nobody_begins(make_place, tmp_path, fake):
    settings = make_place(write_corpus(tmp_path / "corpus", articles(3)))
    sync(settings, fake)
    with pytest.raises(StoreError, match="--share 1/2"):
        work_share(settings, Share(2, 2), fake, wait_s=0)


def test_the_local_store_takes_one_writer(settings, embedder):
    with pytest.raises(UsageError, match="SHAWAHID_STORE=milvus"):
        work_share(settings, Share(2, 2), embedder)
    with pytest.raises(UsageError, match="one process"):
        sync(settings.model_copy(update={"index_shares": 2}), embedder)


def test_every_article_is_in_one_share():
    names = [f"خبر {number}" for number in range(300)]
    shares = [Share(number, 3) for number in (1, 2, 3)]
    assert all(sum(share.has(name) for share in shares) == 1 for name in names)
    assert all(sum(map(share.has, names)) > 60 for share in shares)


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1/0", "1/999", "1-3", "٢/٣x", "1/3/5"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(UsageError, match="2/3"):
        Share.read(text)

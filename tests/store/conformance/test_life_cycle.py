"""Articles come, change and go; readers see the old state or the new, never what lies between."""

import threading

import pytest

from rag.errors import IndexBusyError, IndexMismatchError, IndexMissingError
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.opening import open_shelf, open_store
from tests.conftest import FakeEmbedder
from tests.store.conformance.material import articles, write_corpus

FEW = 24


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus", articles(FEW))


@pytest.fixture(scope="module")
def place(make_place, tmp_path_factory):
    """One index for the tests of this file: each begins with a sync, from what the one before it left."""
    return make_place(tmp_path_factory.mktemp("none"), keep=True)


@pytest.fixture
def settings(place, corpus):
    return place.model_copy(update={"corpus": corpus})


@pytest.fixture
def made_anew(settings, fake, tmp_path):
    """Calls to have the same corpus in a new local store, opened."""
    opened = []

    def make():
        own = {"store": "local", "index": tmp_path / "anew"}
        local = settings.model_copy(update=own)
        sync(local, fake)
        opened.append(open_store(local, fake))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def found(store, fake, text, limit=1000, filters=None):
    vector = fake.embed_queries([text])[0]
    return store.search(vector, text.lower().split(), limit, filters or Filters())


def ids(store, fake, text):
    return {candidate.article.id for candidate in found(store, fake, text)}


def test_what_was_added_changed_and_removed_is_what_a_new_index_would_hold(
    settings, corpus, fake, made_anew
):
    sync(settings, fake)
    rows = articles(FEW)
    rows[5]["text"] = "Zebras crossed the Zambezi. Zebras like grass."
    write_corpus(corpus, [*rows[:2], *rows[3:], articles(FEW + 1)[-1]])
    summary = sync(settings, fake)
    assert (summary.added, summary.changed, summary.removed) == (1, 1, 1)
    one, other = open_store(settings, fake), made_anew()
    assert one.articles() == other.articles()
    assert one.manifest.counts == other.manifest.counts
    assert one.stories() == other.stories()
    told = {c.chunk.id: c for c in found(one, fake, "zebras bridge harbour")}
    anew = {c.chunk.id: c for c in found(other, fake, "zebras bridge harbour")}
    assert told.keys() == anew.keys()
    for name in told:
        assert told[name].dense == pytest.approx(anew[name].dense, abs=1e-6)
        assert told[name].sentences == pytest.approx(anew[name].sentences, abs=1e-6)
    one.close()


def test_an_unchanged_corpus_embeds_nothing_and_a_moved_file_neither(settings, corpus):
    fake = FakeEmbedder()
    sync(settings, fake)
    embedded = len(fake.embedded)
    (corpus / "0003.jsonl").rename(corpus / "moved.jsonl")
    summary = sync(settings, fake)
    assert (summary.unchanged, len(fake.embedded)) == (FEW, embedded)
    shelf = open_shelf(settings)
    assert "moved.jsonl" in {file for _, file in shelf.known(shelf.manifest()).values()}


def test_all_articles_may_go_but_the_last(settings, corpus, fake):
    sync(settings, fake)
    write_corpus(corpus, articles(FEW)[:1])
    assert sync(settings, fake).removed == FEW - 1
    store = open_store(settings, fake)
    assert len(store.articles()) == store.manifest.counts["articles"] == 1
    assert len(ids(store, fake, "bridge")) == 1
    store.close()


def test_an_index_is_found_again_after_it_was_closed(settings, fake):
    sync(settings, fake)
    store = open_store(settings, fake)
    before = found(store, fake, "bridge harbour")
    store.close()
    again = open_store(settings, fake)
    assert found(again, fake, "bridge harbour") == before
    again.close()


def test_an_article_longer_than_any_row(settings, corpus, fake):
    rows = articles(2)
    rows[0]["text"] = "افتتح الوزير جسرا على نهر كورا. " * 3000
    write_corpus(corpus, rows)
    sync(settings, fake)
    store = open_store(settings, fake)
    kept = store.article(rows[0]["id"])
    assert len(kept.text) > 90_000
    for candidate in found(store, fake, "جسر", limit=20):
        chunk = candidate.chunk
        assert candidate.article.text[chunk.start : chunk.end] == chunk.text
    store.close()


class Interrupted(Exception):  # noqa: N818 - what it says
    """As if the process had been killed at this point."""


@pytest.mark.parametrize("point", ["delete", "add", "add_chunk", "group_stories", "commit"])
def test_a_sync_that_ends_anywhere_changes_nothing_and_the_next_one_completes(
    point, settings, corpus, fake, monkeypatch, made_anew
):
    sync(settings, fake)
    store = open_store(settings, fake)
    before = (store.articles(), store.manifest.counts, found(store, fake, "bridge harbour"))
    rows = articles(FEW)
    rows[4]["text"] = "Zebras crossed the Zambezi."
    write_corpus(corpus, [*rows[1:], *articles(FEW + 30)[FEW:]])
    shelf = type(open_shelf(settings))
    start, calls = shelf.builder, []

    def stopping(self, *given, **named):
        builder = start(self, *given, **named)
        work = getattr(builder, point)

        def stop(*given, **named):
            calls.append(point)
            if point == "commit" or len(calls) > 1 or point in ("delete", "group_stories"):
                raise Interrupted
            return work(*given, **named)

        setattr(builder, point, stop)
        return builder

    with monkeypatch.context() as patch:
        patch.setattr(shelf, "builder", stopping)
        with pytest.raises(Interrupted):
            sync(settings, fake)
    again = open_store(settings, fake)
    for reader in (store, again):
        now = (reader.articles(), reader.manifest.counts, found(reader, fake, "bridge harbour"))
        assert now == before
        reader.close()
    sync(settings, fake)
    one, other = open_store(settings, fake), made_anew()
    assert one.articles() == other.articles()
    assert one.manifest.counts == other.manifest.counts
    # what is gone may be counted until files are merged
    assert one.frequencies(["harbour"])["harbour"] >= other.frequencies(["harbour"])["harbour"] > 0
    assert {c.chunk.id for c in found(one, fake, "bridge")} == {
        c.chunk.id for c in found(other, fake, "bridge")
    }
    one.close()


def test_readers_see_the_old_state_or_the_new(settings, corpus, fake):
    sync(settings, fake)
    stop, seen, faults = threading.Event(), [], []

    def read():
        try:
            while not stop.is_set():
                store = open_store(settings, fake)
                for _ in range(3):
                    told = found(store, fake, "bridge")
                    seen.append(frozenset(c.article.text[:6] == "Zebras" for c in told))
                store.close()
        except Exception as error:  # noqa: BLE001 - told by the test itself
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(2):
        rows = articles(FEW)
        for row in rows:
            row["text"] = (("Zebras " if turn == 0 else "Horses ") + row["text"]).strip()
        write_corpus(corpus, rows)
        sync(settings, fake)
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(seen) > 3
    assert set(seen) <= {frozenset({True}), frozenset({False})}


def test_a_rebuild_starts_from_nothing(settings, fake):
    summary = sync(settings, fake, rebuild=True)
    assert (summary.added, summary.rebuilt) == (FEW, True)
    store = open_store(settings, fake)
    assert len(store.articles()) == FEW
    store.close()


def test_no_index_is_told(make_place, corpus, fake):
    with pytest.raises(IndexMissingError, match="shawahid index"):
        open_store(make_place(corpus), fake)


def test_another_model_and_a_second_writer_are_told(settings, fake):
    sync(settings, fake)
    with pytest.raises(IndexMismatchError, match="other"):
        open_store(settings, FakeEmbedder("other"))
    with open_shelf(settings).writing(), pytest.raises(IndexBusyError, match="wait"):
        sync(settings, fake)

import json
import shutil

import pytest

from rag.errors import (
    CorpusError,
    IndexMismatchError,
    IndexMissingError,
)
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest


def found(settings, embedder, text, stems=()):
    store = LocalStore.open(settings.index, embedder)
    hits = store.search(embedder.embed_queries([text])[0], list(stems), 20, Filters())
    store.close()
    return {hit.article.id for hit in hits}


def test_a_first_sync_adds_everything(settings, embedder):
    summary = sync(settings, embedder)
    assert (summary.added, summary.changed, summary.removed, summary.unchanged) == (3, 0, 0, 0)
    assert found(settings, embedder, "bridge") == {"bridge-2019", "bridge-2020", "harbour-ru"}
    assert summary.counts["articles"] == 3


def test_a_second_sync_embeds_nothing_and_writes_nothing(settings, embedder):
    sync(settings, embedder)
    before = (settings.index / "manifest.json").read_bytes()
    embedder.embedded.clear()
    summary = sync(settings, embedder)
    assert (summary.unchanged, summary.rebuilt, embedder.embedded) == (3, False, [])
    assert (settings.index / "manifest.json").read_bytes() == before


def test_only_what_changed_is_embedded(settings, embedder):
    sync(settings, embedder)
    embedder.embedded.clear()
    path = settings.corpus / "bridge-2019.md"
    path.write_text(path.read_text("utf-8").replace("12 million", "13 million"), "utf-8")
    (settings.corpus / "harbour-ru.md").unlink()
    (settings.corpus / "new.txt").write_text(
        "A headline\n\nThe library of Velden reopened on Monday.\n", "utf-8"
    )
    summary = sync(settings, embedder)
    assert (summary.added, summary.changed, summary.removed, summary.unchanged) == (1, 1, 1, 1)
    assert not any("كورا" in text for text in embedder.embedded)
    assert found(settings, embedder, "x") == {"bridge-2019", "bridge-2020", "new"}
    store = LocalStore.open(settings.index, embedder)
    assert "13 million" in store.article("bridge-2019").text
    assert store.frequencies(["12", "13"]) != {"12": 0, "13": 0}


def test_an_incremental_index_answers_like_a_fresh_one(settings, embedder, tmp_path):
    sync(settings, embedder)
    path = settings.corpus / "bridge-2019.md"
    path.write_text(path.read_text("utf-8") + "\nA third arch was added.\n", "utf-8")
    sync(settings, embedder)
    fresh = settings.model_copy(update={"index": tmp_path / "fresh"})
    sync(fresh, embedder)
    vector = embedder.embed_queries(["third arch of the bridge"])[0]
    scored = []
    for one in (settings, fresh):
        store = LocalStore.open(one.index, embedder)
        hits = store.search(vector, ["third", "arch"], 20, Filters())
        scored.append(
            sorted(
                (h.chunk.id, round(h.dense, 5), tuple(round(s, 5) for s in h.sentences))
                for h in hits
            )
        )
    assert scored[0] == scored[1]


def test_a_broken_file_is_refused_by_name_and_its_last_version_stays(settings, embedder):
    sync(settings, embedder)
    (settings.corpus / "bridge-2019.md").write_text("---\ntitle: [broken\n---\ntext", "utf-8")
    (settings.corpus / "picture.txt").write_bytes(bytes(range(256)) * 20)
    summary = sync(settings, embedder)
    assert sorted(name for name, _ in summary.refused) == ["bridge-2019.md", "picture.txt"]
    assert (summary.removed, summary.unchanged) == (0, 3)
    assert "bridge-2019" in found(settings, embedder, "bridge")


def test_two_articles_with_one_id_are_not_mixed(settings, embedder):
    (settings.corpus / "twin.md").write_text(
        "---\nid: bridge-2019\n---\nAnother text altogether.\n", "utf-8"
    )
    summary = sync(settings, embedder)
    assert summary.added == 3
    assert [name for name, _ in summary.refused] == ["twin.md"]
    assert "bridge-2019.md" in summary.refused[0][1]


@pytest.mark.parametrize("kind", ["missing", "empty", "unreadable"])
def test_without_articles_nothing_is_created(settings, embedder, kind):
    shutil.rmtree(settings.corpus)
    if kind != "missing":
        settings.corpus.mkdir()
    if kind == "unreadable":
        (settings.corpus / "a.txt").write_bytes(b"\x00\x01\x02" * 500)
    with pytest.raises(CorpusError):
        sync(settings, embedder)
    with pytest.raises(IndexMissingError):
        read_manifest(settings.index)


def test_an_emptied_corpus_leaves_the_index_in_force(settings, embedder):
    sync(settings, embedder)
    for path in settings.corpus.iterdir():
        path.unlink()
    with pytest.raises(CorpusError):
        sync(settings, embedder)
    assert len(found(settings, embedder, "bridge")) == 3


def test_another_model_is_refused_until_rebuilt(settings, embedder, make_embedder):
    sync(settings, embedder)
    other = make_embedder("other")
    with pytest.raises(IndexMismatchError, match=r"fake.*other.*--rebuild"):
        LocalStore.open(settings.index, other)
    summary = sync(settings, other)
    assert summary.rebuilt
    assert len(found(settings, other, "bridge")) == 3


def test_a_duplicate_does_not_keep_what_was_withdrawn_beside_it(settings, embedder):
    lines = [
        {"id": i, "text": f"Article {i} tells of the ferry in Velden."}
        for i in ("one", "two", "two", "three")
    ]
    file = settings.corpus / "some.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    sync(settings, embedder)
    file.write_text("\n".join(map(json.dumps, lines[:3])), "utf-8")
    assert sync(settings, embedder).removed == 1
    assert "three" not in found(settings, embedder, "ferry")


def test_a_moved_article_is_known_by_its_new_file(settings, embedder):
    path = settings.corpus / "bridge-2019.md"
    path.write_text(path.read_text("utf-8").replace("---\n", "---\nid: bridge-2019\n", 1), "utf-8")
    sync(settings, embedder)
    embedder.embedded.clear()
    moved = path.rename(settings.corpus / "moved.md")
    assert sync(settings, embedder).unchanged == 3
    assert embedder.embedded == []
    moved.write_text("---\ntitle: [broken\n---\ntext", "utf-8")
    assert sync(settings, embedder).removed == 0
    assert "bridge-2019" in found(settings, embedder, "bridge")

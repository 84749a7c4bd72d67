"""Segments merged and lists kept in line: what is found stays the same."""

import numpy as np
import pytest

from rag.records import Chunk, Sentence
from rag.store import approximate, compaction
from rag.store.dense import DenseIndex
from rag.store.links import link_tree
from rag.store.passages import PassageFiles
from rag.store.segments import FOLDER, State

DIMENSION = 32


def rows(count, seed):
    drawn = np.random.default_rng(seed)
    topics = drawn.normal(size=(40, DIMENSION))
    made = topics[drawn.integers(40, size=count)] + 0.7 * drawn.normal(size=(count, DIMENSION))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def add(files, articles, *, language="ar", seed=1):
    """One chunk an article, with two sentences."""
    own = rows(len(articles), seed)
    for article, vector in zip(articles, own, strict=True):
        spans = (Sentence("a", 0, 4), Sentence("a", 5, article + 6))
        files.add(article, language, Chunk("a", 0, article + 6, "", spans), np.stack([vector] * 3))


def found(folder, vector, limit=10, articles=None):
    """Article, span and sentences of each chunk found."""
    dense = DenseIndex(folder)
    group = next(g for g in dense.layout.groups(articles) if g.language == "ar")
    places = dense.nearest(vector, limit, group)[:limit]
    return [
        (
            int(dense.layout.articles[p]),
            dense.layout.rows(np.array([p]))[0][3:],
            len(dense.layout.sentences(p)),
        )
        for p in places.tolist()
    ]


def segments(folder):
    return State.read(folder / FOLDER).segments


def test_small_segments_become_one_and_full_ones_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(compaction, "FULL", 16)
    files = PassageFiles(tmp_path, DIMENSION)
    for number in range(12):
        add(files, range(4 * number + 1, 4 * number + 5), seed=number)
        files.keep(np.arange(1, 4 * number + 5))
    assert len(segments(tmp_path)) <= 5
    assert files.finish()["chunks"] == 48
    assert {one[0] for one in found(tmp_path, rows(1, 3)[0], 48)} == set(range(1, 49))


def test_merging_changes_nothing_that_is_found(tmp_path):
    files = PassageFiles(tmp_path, DIMENSION)
    add(files, range(1, 200))
    files.keep(np.arange(1, 200))
    vector = rows(1, 9)[0]
    before = [one for one in found(tmp_path, vector, 199) if one[0] % 3]
    files.keep(np.array([a for a in range(1, 200) if a % 3]))  # a third goes: written anew
    assert segments(tmp_path) == ["000002"]
    assert found(tmp_path, vector, 199) == before
    files.keep(np.zeros(0, np.int64))
    assert segments(tmp_path) == []
    assert files.finish() == {"chunks": 0, "sentences": 0}


def test_another_generation_keeps_its_files_whatever_becomes_of_the_linked_ones(tmp_path):
    old, new = tmp_path / "1", tmp_path / "2"
    old.mkdir()
    files = PassageFiles(old, DIMENSION)
    add(files, range(1, 100))
    files.keep(np.arange(1, 100))
    before = {p: p.read_bytes() for p in old.rglob("*") if p.is_file()}
    link_tree(old, new, lambda name: name.endswith(".json"))
    shared = new / FOLDER / "000001" / "chunks.faiss"
    assert shared.stat().st_nlink == 2
    changed = PassageFiles(new, DIMENSION)
    add(changed, range(100, 103), seed=4)
    changed.keep(np.arange(50, 103))
    changed.finish()
    assert {p: p.read_bytes() for p in old.rglob("*") if p.is_file()} == before
    assert len(found(old, rows(1, 2)[0], 200)) == 99
    assert len(found(new, rows(1, 2)[0], 200)) == 53


@pytest.fixture
def lists(tmp_path, monkeypatch):
    """1,200 Arabic chunks under lists, 50 Russian ones without."""
    monkeypatch.setattr(approximate, "LEAST", 1000)
    monkeypatch.setattr(approximate, "LEAST_KEPT", 800)
    monkeypatch.setattr("rag.store.dense.EXACT_CHUNKS", 100)
    files = PassageFiles(tmp_path, DIMENSION)
    add(files, range(1, 1201))
    add(files, range(1201, 1251), language="ru", seed=2)
    files.keep(np.arange(1, 1251))
    files.finish()
    return files


def exact(folder, vector, limit=10, articles=None):
    dense = DenseIndex(folder)
    group = next(g for g in dense.layout.groups(articles) if g.language == "ar")
    near = dense.chunks.nearest(vector, limit, [group.chunks])[0][:limit]
    return dense.layout.articles[near].tolist()


def recall(folder, articles=None):
    shares = []
    for vector in rows(20, 77):
        near = [one[0] for one in found(folder, vector, articles=articles)]
        shares.append(len(set(near) & set(exact(folder, vector, articles=articles))) / 10)
    return np.mean(shares)


def test_a_large_language_is_searched_by_lists_and_a_small_one_is_not(lists, tmp_path):
    assert list(approximate.files_of(tmp_path / FOLDER)) == ["ar"]
    assert recall(tmp_path) >= 0.95
    assert recall(tmp_path, range(1, 601)) >= 0.95  # by lists, within a filter
    assert recall(tmp_path, range(1, 60)) == 1  # exactly


def test_lists_follow_what_is_added_and_taken_away(lists, tmp_path):
    add(lists, range(2000, 2010), seed=8)
    kept = np.array([*range(101, 1251), *range(2000, 2010)])
    lists.keep(kept)
    lists.finish()
    index = approximate.Approximate.read(
        approximate.files_of(tmp_path / FOLDER)["ar"], mapped=False
    )
    assert len(index) == 1110
    assert found(tmp_path, rows(10, 8)[3])[0][0] == 2003
    assert min(one[0] for one in found(tmp_path, rows(1, 1)[0], 200)) > 100
    assert recall(tmp_path) >= 0.95


def test_lists_stay_a_while_when_the_language_shrinks_then_go(lists, tmp_path):
    lists.keep(np.arange(301, 1251))
    lists.finish()
    assert approximate.files_of(tmp_path / FOLDER)
    lists.keep(np.arange(501, 1251))
    lists.finish()
    assert not approximate.files_of(tmp_path / FOLDER)
    assert recall(tmp_path) == 1


def test_a_language_without_articles_loses_its_lists(lists, tmp_path):
    lists.keep(np.arange(1201, 1251))
    assert lists.finish() == {"chunks": 50, "sentences": 100}
    assert not approximate.files_of(tmp_path / FOLDER)


def test_sentences_are_searched_of_small_languages_first_while_there_is_room(tmp_path, monkeypatch):
    """An article whose sentences say what its chunk does not is found by them, or not."""
    files = PassageFiles(tmp_path, DIMENSION)
    asked = rows(1, 30)[0]
    for language, first, count in (("ar", 1, 300), ("ru", 301, 60)):
        add(files, range(first, first + count), language=language, seed=first)
        told = Chunk("a", 0, 9, "", (Sentence("a", 0, 9),))
        files.add(first + count - 1, language, told, np.stack([-asked, asked]))
    files.keep(np.arange(1, 361))
    dense = DenseIndex(tmp_path)

    def brought(most):
        monkeypatch.setattr("rag.store.dense.MOST_SENTENCES", most)
        places = np.concatenate(dense.search(asked, 20, None))
        return [key in dense.layout.chunk_keys[places] for key in (301, 362)]

    assert brought(10_000) == [True, True]
    assert brought(400) == [False, True]
    assert brought(0) == [False, False]


def test_more_lists_are_looked_into_where_there_are_more_and_under_a_filter(
    lists, tmp_path, monkeypatch
):
    index = approximate.Approximate.read(approximate.files_of(tmp_path / FOLDER)["ar"], mapped=True)
    asked = []
    real = approximate._faiss.SearchParametersIVF
    monkeypatch.setattr(
        approximate._faiss,
        "SearchParametersIVF",
        lambda nprobe: asked.append(nprobe) or real(nprobe=nprobe),
    )
    monkeypatch.setattr(approximate, "PROBED", 2)
    monkeypatch.setattr(approximate, "PROBED_SHARE", 0.5)
    index.nearest(rows(1, 3)[0], 10, None)
    index.nearest(rows(1, 3)[0], 10, np.arange(1, 500))
    looked = round(index._lists.nlist / 2)
    assert asked == [looked, 2 * looked]

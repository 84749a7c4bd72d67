from datetime import date

import pytest

from rag.errors import IndexDamagedError
from rag.records import Filters
from rag.store.lexical import Facets, LexicalIndex

SHAM = Facets(date(2020, 3, 23).toordinal(), "صحيفة الشام", "ar")
UNDATED = Facets(0, "", "ar")
MOSCOW = Facets(date(2021, 1, 15).toordinal(), "Вести", "ru")


@pytest.fixture
def index(tmp_path):
    made = LexicalIndex.create(tmp_path / "lexical")
    with made.writing() as writer:
        writer.add(1, 10, ["دمشق", "لقاء", "وزير"], SHAM)
        writer.add(2, 11, ["دمشق", "مطار"], UNDATED)
        writer.add(3, 12, ["москв", "встреч", "meet"], MOSCOW)
    return made


def test_finds_by_any_stem_and_ranks_by_bm25(index):
    assert [key for key, _ in index.search(["دمشق", "وزير"], 5)] == [1, 2]
    assert [key for key, _ in index.search(["meet"], 5)] == [3]
    assert index.search(["nothing"], 5) == []
    assert index.search([], 5) == []


def test_a_filter_restricts_without_changing_scores(index):
    everywhere = dict(index.search(["دمشق"], 5))
    found = index.search(["دمشق"], 5, articles=[11])
    assert dict(found) == {2: pytest.approx(everywhere[2])}
    assert index.search(["دمشق"], 5, articles=[]) == []


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        (Filters(), [1, 2, 3]),
        (Filters(since=date(2020, 3, 23)), [1, 3]),
        (Filters(since=date(2020, 3, 24)), [3]),
        (Filters(until=date(2020, 3, 23)), [1]),
        (Filters(since=date(2020, 1, 1), until=date(2020, 12, 31)), [1]),
        (Filters(sources=("صحيفة الشام", "Вести")), [1, 3]),
        (Filters(sources=("صحيفة",)), []),
        (Filters(languages=("ar",)), [1, 2]),
        (Filters(languages=("ar",), sources=("Вести",)), []),
    ],
)
def test_filters_by_day_source_and_language(index, filters, keys):
    found = index.search(["دمشق", "москв"], 5, filters)
    assert sorted(key for key, _ in found) == keys


def test_what_ties_with_the_last_comes_too_in_order_of_keys(tmp_path):
    made = LexicalIndex.create(tmp_path / "ties")
    for keys in ([9, 4], [6, 2]):  # two files of the index
        with made.writing() as writer:
            for key in keys:
                writer.add(key, key, ["جسر", "نهر"], SHAM)
    with made.writing() as writer:
        writer.add(1, 1, ["جسر", "جسر"], SHAM)
    assert [key for key, _ in made.search(["جسر"], 2)] == [1, 2, 4, 6, 9]


def test_query_syntax_in_a_stem_is_a_word_like_any_other(index):
    assert index.search(["body:*", "AND", '"', "key:1", "+-~^"], 5) == []


def test_deleted_articles_are_gone_and_others_stay(index):
    with index.writing() as writer:
        writer.delete_article(10)
    assert [key for key, _ in index.search(["دمشق"], 5)] == [2]


def test_articles_after_a_key_are_deleted(index):
    with index.writing() as writer:
        writer.delete_articles_after(10)
        writer.add(4, 11, ["دمشق"], SHAM)
    assert sorted(key for key, _ in index.search(["دمشق", "meet"], 5)) == [1, 4]


def test_survives_reopening(index, tmp_path):
    assert LexicalIndex.open(tmp_path / "lexical").search(["دمشق"], 5) == index.search(["دمشق"], 5)


def test_counts_chunks_that_hold_a_stem(index):
    assert (index.frequency("دمشق"), index.frequency("x")) == (2, 0)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        LexicalIndex.open(tmp_path / "none")


def test_a_folder_that_cannot_be_written_is_read_from_a_copy_and_never_changed(
    index, tmp_path, monkeypatch
):
    monkeypatch.setattr("rag.store.lexical.os.access", lambda *_: False)
    folder = tmp_path / "lexical"
    before = sorted(path.name for path in folder.iterdir())
    copy = LexicalIndex.open_for_reading(folder)
    assert copy.search(["دمشق"], 5) == index.search(["دمشق"], 5)
    assert sorted(path.name for path in folder.iterdir()) == before
    with LexicalIndex.open(
        folder
    ).writing() as writer:  # to change an index is never done on a copy
        writer.delete_article(10)
    assert [key for key, _ in LexicalIndex.open(folder).search(["دمشق"], 5)] == [2]

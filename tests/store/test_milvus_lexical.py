"""BM25 as it is computed beside Milvus is that of the local store's index; what filters say as an expression."""

from datetime import date

import pytest

from rag.records import Article, Filters
from rag.store.lexical import Facets, LexicalIndex
from rag.store.milvus.collections import expression, filterable, generation_of, names
from rag.store.milvus.connection import code
from rag.store.milvus.lexical import Bm25, rounded_length
from rag.store.milvus.texts import article_row, unpacked

TEXTS = [
    ["جسر", "نهر", "جسر", "وزير"],
    ["мост", "река"],
    ["bridge"] * 45 + ["river", "word"] * 3,
    ["river"],
    ["وزير", *(f"w{n}" for n in range(300))],
    [f"w{n % 70}" for n in range(117)],
]


def test_scores_are_those_of_the_local_index(tmp_path):
    index = LexicalIndex.create(tmp_path / "lexical")
    told = Facets.of(Article("a", "text", published=date(2020, 1, 1), language="ar"))
    with index.writing() as writer:
        for key, text in enumerate(TEXTS):
            writer.add(key, key, text, told)
    asked = ["جسر", "وزير", "river", "w5", "bridge", "мост", "nowhere"]
    frequencies = {stem: sum(stem in text for text in TEXTS) for stem in asked}
    bm25 = Bm25(len(TEXTS), sum(map(len, TEXTS)), frequencies)
    expected = dict(index.search(asked, 10, Filters()))
    found = {key: bm25.score(" ".join(text)) for key, text in enumerate(TEXTS)}
    assert found == pytest.approx(expected, rel=1e-5)
    assert len(expected) == len(TEXTS)


def test_a_length_in_eight_bits_is_exact_while_short_and_never_more_than_it_is():
    assert [rounded_length(n) for n in (0, 1, 39, 40, 41, 42, 55, 57, 100, 1000)] == [
        0, 1, 39, 40, 40, 42, 54, 56, 96, 984,
    ]  # fmt: skip
    assert all(0.87 * n <= rounded_length(n) <= n for n in range(1, 5000))


def test_what_a_text_can_get_is_never_less_than_what_it_gets():
    bm25 = Bm25(100, 1000, {"a": 3, "b": 50, "c": 0})
    assert bm25.rarest_first() == ["a", "b"]
    assert bm25.score(" ".join(["a"] * 500 + ["b"] * 500)) < bm25.most(["a", "b"])
    assert bm25.score("x y") == 0


def test_expressions_hold_numbers_and_no_text_of_others():
    hostile = 'x" or day > 0 or source == "'
    filters = Filters(date(2020, 1, 1), date(2020, 2, 1), (hostile,), ("ar",), ("خبر 1",))
    told = expression(filters)
    assert hostile not in told
    assert f"source in [{code(hostile)}]" in told
    assert f"day >= {date(2020, 1, 1).toordinal()}" in told
    assert expression(Filters()) == ""


def test_an_undated_article_passes_no_date_filter():
    row = filterable(Article("a", "text"))
    for filters in (Filters(until=date(9999, 1, 1)), Filters(since=date(1, 1, 1))):
        assert not eval(expression(filters).replace("day", str(row["day"])))


def test_a_long_article_comes_back_from_its_pieces(article):
    long = Article(
        "خبر", "شَواهِد 🙂 " * 20_000, "عنوان", date(2020, 1, 2), "text", None, None, "ar", "م"
    )
    row, pieces = article_row(1, long, "f.md", [], 1)
    assert row["parts"] == len(pieces) > 5
    assert max(len(piece.encode()) for piece in [row["body"], *pieces]) < 65_535
    assert unpacked([row["body"], *pieces]) == (long, ())


def test_only_our_own_collections_are_dropped():
    assert [generation_of("news", name) for name in names("news", 12)] == [12] * 4
    for other in (
        "news_records",
        "news2_1_chunks",
        "my_news_1_chunks",
        "news_x_chunks",
        "news_1_words",
    ):
        assert generation_of("news", other) is None

import numpy as np
import pytest

from rag.errors import IndexDamagedError
from rag.records import Article, Chunk, DateMention, Sentence
from rag.store.layout import Layout
from rag.store.recent import RecentArticles
from rag.store.rows import Rows


def chunk(article, *spans):
    sentences = tuple(Sentence(article, s, e) for s, e in spans)
    return Chunk(article, spans[0][0], spans[-1][1], "", sentences)


@pytest.fixture
def rows(tmp_path):
    """Two Arabic articles, one Russian, one of unknown language without chunks."""
    made = Rows.create(tmp_path / "rows.sqlite")
    for article, language, spans in (
        ("ا", "ar", [[(0, 4), (5, 9)], [(10, 14)]]),
        ("п", "ru", [[(0, 3), (4, 8), (9, 12)]]),
        ("ب", "ar", [[(0, 7)]]),
        ("x", None, []),
    ):
        key = made.add_article(Article(article, "نص " * 9, language=language), "f")
        made.add_mentions(key, [DateMention(5, 9, None, None), DateMention(0, 4, None, None)])
        for part in spans:
            made.add_chunk(key, chunk(article, *part))
    yield made
    made.close()


def layout(rows, chunks=(1, 2, 3, 4), sentences=(1, 2, 3, 4, 5, 6, 7)):
    return Layout(rows, np.array(chunks), np.array(sentences))


def groups(found):
    return [(g.chunks.tolist(), g.sentences.tolist()) for g in found]


def test_groups_chunks_and_sentences_by_language(rows):
    assert groups(layout(rows).groups(None)) == [([0, 1, 3], [0, 1, 2, 6]), ([2], [3, 4, 5])]


def test_a_filter_narrows_each_group_and_drops_the_empty(rows):
    assert groups(layout(rows).groups([1, 4])) == [([0, 1], [0, 1, 2])]
    assert groups(layout(rows).groups([2, 3])) == [([3], [6]), ([2], [3, 4, 5])]
    assert layout(rows).groups([]) == []


def test_knows_each_chunk_whatever_the_order_of_the_vectors(rows):
    told = layout(rows, (4, 2, 1, 3), (7, 6, 5, 4, 3, 2, 1))
    assert told.places([1, 2, 3, 4]).tolist() == [2, 1, 3, 0]
    assert told.articles.tolist() == [3, 1, 1, 2]
    assert [told.span(place) for place in range(4)] == [(0, 7), (10, 14), (0, 9), (0, 12)]
    assert told.sentences(3).tolist() == [3, 2, 1]
    assert told.spans(told.sentences(3)) == [(0, 3), (4, 8), (9, 12)]
    assert told.chunks_of(np.array([0, 4, 6])).tolist() == [0, 1, 2]


@pytest.mark.parametrize("chunks", [(1, 2, 3), (1, 2, 3, 5)])
def test_vectors_of_other_rows_are_told_with_the_remedy(rows, chunks):
    with pytest.raises(IndexDamagedError, match=r"4 rows .*--rebuild"):
        layout(rows, chunks)


def test_articles_come_with_their_mentions_in_order(rows):
    found = rows.articles_by_key([2, 1])
    assert {key: article.id for key, (article, _) in found.items()} == {1: "ا", 2: "п"}
    assert [mention.start for mention in found[1][1]] == [0, 5]


def test_recent_articles_are_read_once_and_the_longest_unused_go_first():
    asked = []

    def read(keys):
        asked.append(list(keys))
        return {key: (Article(str(key), "س" * 40), ()) for key in keys}

    recent = RecentArticles(read, 100)
    assert [a.id for a, _ in recent.get([1, 2, 1]).values()] == ["1", "2"]
    recent.get([1])
    recent.get([3])  # 2 goes
    recent.get([1, 3, 2])
    assert [keys for keys in asked if keys] == [[1, 2], [3], [2]]
    assert set(recent.get([4, 5, 6, 7])) == {4, 5, 6, 7}  # more than there is room for

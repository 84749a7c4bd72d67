import numpy as np
import pytest

from rag.errors import IndexDamagedError
from rag.records import Article, Chunk, Sentence
from rag.store.layout import Layout
from rag.store.passages import PassageFiles
from rag.store.recent import RecentArticles
from rag.store.segments import FOLDER, State, open_segments, read_gone

LANGUAGES = {1: "ar", 2: "ru", 3: "ar"}


def chunk(*spans):
    sentences = tuple(Sentence("a", s, e) for s, e in spans)
    return Chunk("a", spans[0][0], spans[-1][1], "", sentences)


def vectors(*spans):
    return np.ones((1 + len(spans), 4), np.float32) / 2


def fill(files):
    """Two Arabic articles and one Russian."""
    for article, parts in (
        (1, [[(0, 4), (5, 9)], [(10, 14)]]),
        (2, [[(0, 3), (4, 8), (9, 12)]]),
        (3, [[(0, 7)]]),
    ):
        for spans in parts:
            files.add(article, LANGUAGES[article], chunk(*spans), vectors(*spans))


@pytest.fixture
def files(tmp_path):
    made = PassageFiles(tmp_path, 4)
    fill(made)
    made.keep(np.array([1, 2, 3]))
    return made


def layout(folder):
    folder = folder / FOLDER
    state = State.read(folder)
    return Layout(open_segments(folder, state), state.languages, read_gone(folder))


def groups(found, told):
    return [(g.language, told.chunk_keys[g.chunks].tolist()) for g in found]


def test_groups_chunks_by_language(files, tmp_path):
    told = layout(tmp_path)
    assert groups(told.groups(None), told) == [("ar", [1, 2, 4]), ("ru", [3])]
    ar, ru = told.groups(None)
    assert told.sentences_of(ar.chunks).tolist() == [0, 1, 2, 6]
    assert (told.sentence_count(ar.chunks), told.sentence_count(ru.chunks)) == (4, 3)


def test_a_filter_narrows_each_group_and_drops_the_empty(files, tmp_path):
    told = layout(tmp_path)
    assert groups(told.groups([1, 4]), told) == [("ar", [1, 2])]
    assert told.groups([1, 4])[0].share == pytest.approx(2 / 3)
    assert groups(told.groups([2, 3]), told) == [("ar", [4]), ("ru", [3])]
    assert told.groups([]) == []


def test_a_filter_finds_the_chunks_whatever_the_order_of_their_articles(tmp_path):
    files = PassageFiles(tmp_path, 4)
    for article in (5, 2, 9, 2, 5):  # as keys given again after a killed run
        files.add(article, "ar", chunk((0, 4)), vectors((0, 4)))
    files.keep(np.array([2, 5, 9]))
    told = layout(tmp_path)
    assert groups(told.groups([9, 2, 2]), told) == [("ar", [2, 3, 4])]
    assert groups(told.groups([5, 77]), told) == [("ar", [1, 5])]
    (group,) = told.groups([2, 5])
    assert (group.share, group.sentences) == (0.8, 4)


def test_knows_each_chunk(files, tmp_path):
    told = layout(tmp_path)
    assert told.places([1, 2, 3, 4]).tolist() == [0, 1, 2, 3]
    assert told.articles.tolist() == [1, 1, 2, 3]
    assert [row[3:] for row in told.rows(np.arange(4))] == [(0, 9), (10, 14), (0, 12), (0, 7)]
    assert told.sentences(2).tolist() == [3, 4, 5]
    assert told.spans(told.sentences(2)) == [(0, 3), (4, 8), (9, 12)]
    assert told.chunks_of(np.array([0, 2, 3, 6])).tolist() == [0, 1, 2, 3]


def test_articles_taken_away_are_in_no_group_and_keys_are_never_given_again(files, tmp_path):
    files.keep(np.array([1, 3]))
    assert files.take_dropped() == [2]
    assert files.take_dropped() == []
    files.add(4, "ru", chunk((0, 2)), vectors((0, 2)))
    files.keep(np.array([1, 3, 4]))
    told = layout(tmp_path)
    assert groups(told.groups(None), told) == [("ar", [1, 2, 4]), ("ru", [5])]
    assert len(told) == 4
    assert files.finish() == {"chunks": 4, "sentences": 5}


def test_what_an_interrupted_writer_left_behind_does_not_count(files, tmp_path):
    files.add(9, "ar", chunk((0, 2)), vectors((0, 2)))
    files.close()
    again = PassageFiles(tmp_path, 4)
    again.drop_others(np.array([1, 2, 3]))
    assert again.finish() == {"chunks": 4, "sentences": 7}
    listed = set(State.read(tmp_path / FOLDER).segments)
    assert {path.name for path in (tmp_path / FOLDER).iterdir() if path.is_dir()} == listed


@pytest.mark.parametrize(
    ("name", "cut"), [("chunks.columns", 28), ("sentences.columns", 8), ("chunks.columns", 3)]
)
def test_columns_of_other_vectors_are_told_with_the_remedy(files, tmp_path, name, cut):
    path = tmp_path / FOLDER / "000001" / name
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(IndexDamagedError, match="--rebuild"):
        layout(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"dimension": 4, "more": 1}'])
def test_a_damaged_state_is_told_with_the_remedy(files, tmp_path, content):
    (tmp_path / FOLDER / "state.json").write_text(content)
    with pytest.raises(IndexDamagedError, match=r"state\.json .*--rebuild"):
        layout(tmp_path)


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

import numpy as np
import pytest

from rag.errors import IndexDamagedError
from rag.store.vectors import Vectors


def unit(*values):
    vector = np.asarray(values, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture
def vectors():
    index = Vectors.empty(2)
    index.add([7, 3, 9], np.stack([unit(1, 0), unit(0, 1), unit(1, 1)]))
    return index


def test_search_ranks_by_cosine(vectors):
    assert [key for key, _ in vectors.search(unit(1, 0.1), 3)] == [7, 9, 3]
    assert vectors.search(unit(1, 0), 1)[0][1] == pytest.approx(1.0)


def test_search_is_exact_under_a_filter(vectors):
    assert [key for key, _ in vectors.search(unit(1, 0), 3, np.asarray([3], np.int64))] == [3]
    assert vectors.search(unit(1, 0), 3, np.zeros(0, np.int64)) == []


def test_ties_come_in_order_of_keys():
    index = Vectors.empty(2)
    index.add([5, 2, 8], np.stack([unit(1, 0)] * 3))
    assert [key for key, _ in index.search(unit(1, 0), 3)] == [2, 5, 8]


def test_what_ties_with_the_last_comes_too():
    index = Vectors.empty(2)
    index.add([9, 1, 4, 6], np.stack([unit(1, 0), unit(0, 1), unit(1, 0), unit(1, 0)]))
    assert [key for key, _ in index.search(unit(1, 0), 1)] == [4, 6, 9]
    assert [key for key, _ in index.search(unit(1, 0), 0)] == []


def test_equal_vectors_score_alike_wherever_they_stand():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(37, 384)).astype(np.float32)
    rows[[0, 3, 17, 36]] = rows[5]
    index = Vectors.empty(384)
    index.add(list(range(37)), rows / np.linalg.norm(rows, axis=1, keepdims=True))
    scores = index.scores(unit(*rng.normal(size=384)), list(range(37)))
    assert len(set(scores[[0, 3, 5, 17, 36]].tolist())) == 1


def test_removed_vectors_are_not_found(vectors):
    vectors.remove([7, 1000])
    assert [key for key, _ in vectors.search(unit(1, 0), 3)] == [9, 3]


def test_scores_follow_the_order_of_the_keys_asked(vectors):
    assert vectors.scores(unit(1, 0), [3, 7]) == pytest.approx([0, 1], abs=1e-6)


def test_survives_a_file(vectors, tmp_path):
    vectors.write(tmp_path / "v.faiss")
    again = Vectors.read(tmp_path / "v.faiss")
    assert again.search(unit(1, 0.1), 3) == vectors.search(unit(1, 0.1), 3)


def test_a_damaged_file_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "v.faiss"
    path.write_bytes(b"not an index")
    with pytest.raises(IndexDamagedError, match=r"v\.faiss .*--rebuild"):
        Vectors.read(path)

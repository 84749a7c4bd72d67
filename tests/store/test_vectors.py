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


def nearest(index, vector, limit, *keys):
    """Keys found among `keys`, or among all."""
    own = index.keys()
    group = np.flatnonzero(np.isin(own, keys)) if keys else np.arange(len(index))
    return own[index.nearest(vector, limit, [group])[0]].tolist()


def test_search_ranks_by_cosine(vectors):
    assert nearest(vectors, unit(1, 0.1), 3) == [7, 9, 3]
    assert nearest(vectors, unit(1, 0.1), 1) == [7]


def test_each_group_has_its_own_nearest(vectors):
    found = vectors.nearest(unit(1, 0), 1, [np.array([1, 2]), np.array([0]), np.zeros(0, np.int64)])
    assert [places.tolist() for places in found] == [[2], [0], []]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_search_is_exact_at_any_share_allowed(share):
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(500, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = Vectors.empty(32)
    index.add(list(range(500)), rows)
    vector = unit(*rng.normal(size=32))
    group = np.flatnonzero(rng.random(500) < share)
    best = group[np.argsort(-(rows[group] @ vector), kind="stable")][:7]
    assert index.nearest(vector, 7, [group])[0].tolist() == best.tolist()


def test_ties_come_in_order_of_keys():
    index = Vectors.empty(2)
    index.add([2, 5, 8], np.stack([unit(1, 0)] * 3))
    assert nearest(index, unit(1, 0), 3) == [2, 5, 8]


def test_what_ties_with_the_last_comes_too_up_to_a_bound():
    index = Vectors.empty(2)
    index.add([1, 4, 6, 9], np.stack([unit(0, 1), unit(1, 0), unit(1, 0), unit(1, 0)]))
    assert nearest(index, unit(1, 0), 1) == [4, 6, 9]
    assert nearest(index, unit(1, 0), 0) == []
    index.add(list(range(10, 510)), np.stack([unit(1, 0)] * 500))
    assert len(nearest(index, unit(1, 0), 1)) == 65


def test_equal_vectors_tie_wherever_they_stand():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(2003, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    copies = [0, 1, 2, 999, 1000, 2001, 2002]
    rows[copies] = rows[500]
    index = Vectors.empty(384)
    index.add(list(range(2003)), rows)
    found = index.nearest(rows[500], 1, [np.arange(2003), np.array([*copies, 7])])
    assert found[0].tolist() == sorted([*copies, 500])
    assert found[1].tolist() == copies


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
    assert nearest(vectors, unit(1, 0), 3) == [9, 3]


def test_an_empty_index_finds_nothing():
    index = Vectors.empty(2)
    assert nearest(index, unit(1, 0), 3) == []
    assert index.scores(unit(1, 0), []).shape == (0,)


def test_scores_follow_the_order_of_the_places_asked(vectors):
    assert vectors.scores(unit(1, 0), [1, 0]) == pytest.approx([0, 1], abs=1e-6)


def test_survives_a_file(vectors, tmp_path):
    vectors.write(tmp_path / "v.faiss")
    again = Vectors.read(tmp_path / "v.faiss")
    assert nearest(again, unit(1, 0.1), 3) == nearest(vectors, unit(1, 0.1), 3)


def test_a_damaged_file_is_named_with_the_remedy(tmp_path):
    path = tmp_path / "v.faiss"
    path.write_bytes(b"not an index")
    with pytest.raises(IndexDamagedError, match=r"v\.faiss .*--rebuild"):
        Vectors.read(path)

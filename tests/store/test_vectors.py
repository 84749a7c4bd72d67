import gc
from pathlib import Path

import faiss
import numpy as np
import pytest

from rag.errors import IndexDamagedError
from rag.store.halves import Halves, HalvesWriter, one_thread
from rag.store.vectors import Vectors


def unit(*values):
    vector = np.asarray(values, np.float32)
    return vector / np.linalg.norm(vector)


def random_rows(count, dimension=32, seed=5):
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def make(tmp_path):
    """Vectors in one file for each array."""

    def made(*parts):
        files = []
        for number, rows in enumerate(parts):
            path = tmp_path / f"{number}.faiss"
            writer = HalvesWriter(path, rows.shape[1])
            writer.add(rows)
            writer.finish()
            files.append(Halves.open(path))
        return Vectors(files, parts[0].shape[1])

    return made


@pytest.fixture
def vectors(make):
    return make(np.stack([unit(1, 0), unit(0, 1)]), np.stack([unit(1, 1)]))


def nearest(index, vector, limit, *places):
    group = np.array(places) if places else np.arange(len(index))
    return index.nearest(vector, limit, [group])[0].tolist()


def test_search_ranks_by_cosine_across_files(vectors):
    assert nearest(vectors, unit(1, 0.1), 3) == [0, 2, 1]
    assert nearest(vectors, unit(1, 0.1), 1) == [0]


def test_each_group_has_its_own_nearest(vectors):
    found = vectors.nearest(unit(1, 0), 1, [np.array([1, 2]), np.array([0]), np.zeros(0, np.int64)])
    assert [places.tolist() for places in found] == [[2], [0], []]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 1.0])
def test_search_is_exact_at_any_share_allowed(make, share):
    rows = random_rows(5000)
    index = make(rows[:1700], rows[1700:1800], rows[1800:])
    rng = np.random.default_rng(6)
    vector = unit(*rng.normal(size=32))
    group = np.flatnonzero(rng.random(5000) < share)
    halves = rows.astype(np.float16).astype(np.float64)
    best = group[np.argsort(-(halves[group] @ vector), kind="stable")][:7]
    assert index.nearest(vector, 7, [group])[0].tolist() == best.tolist()


def test_half_precision_moves_no_cosine_by_more_than_told(make):
    rows = random_rows(500, 384)
    index = make(rows)
    exact = rows @ rows[7]
    assert np.abs(index.scores(rows[7], range(500)) - exact).max() < 0.0003


def test_ties_come_in_order_of_places(make):
    index = make(np.stack([unit(1, 0)] * 2), np.stack([unit(1, 0)]))
    assert nearest(index, unit(1, 0), 3) == [0, 1, 2]


def test_what_ties_with_the_last_comes_too_up_to_a_bound(make):
    few = [unit(0, 1), unit(1, 0), unit(1, 0), unit(1, 0)]
    index = make(np.stack(few[:2]), np.stack(few[2:]))
    assert nearest(index, unit(1, 0), 1) == [1, 2, 3]
    assert nearest(index, unit(1, 0), 0) == []
    many = make(np.stack(few + [unit(1, 0)] * 500))
    assert len(nearest(many, unit(1, 0), 1)) == 65


def test_equal_vectors_tie_and_score_alike_wherever_they_stand(make):
    rows = random_rows(2003, 384, 3)
    copies = [0, 1, 2, 999, 1000, 2001, 2002]
    rows[copies] = rows[500]
    index = make(rows[:1000], rows[1000:1003], rows[1003:])
    found = index.nearest(rows[500], 1, [np.arange(2003), np.array([*copies[:-1], 2000, 2002])])
    assert found[0].tolist() == sorted([*copies, 500])
    assert found[1].tolist() == copies
    assert len(set(index.scores(random_rows(1, 384)[0], [*copies, 500]).tolist())) == 1


def test_no_vectors_are_found_among_none(make):
    index = make(np.zeros((0, 2), np.float32))
    assert nearest(index, unit(1, 0), 3) == []
    assert index.scores(unit(1, 0), []).shape == (0,)


def test_scores_and_rows_follow_the_order_of_the_places_asked(vectors):
    assert vectors.scores(unit(1, 0), [1, 0]) == pytest.approx([0, 1], abs=1e-6)
    assert vectors.rows([2, 0])[1].tolist() == [1, 0]


@pytest.mark.parametrize("harm", ["another", "cut", "unfinished"])
def test_a_damaged_file_is_named_with_the_remedy(tmp_path, harm):
    path = tmp_path / "v.faiss"
    writer = HalvesWriter(path, 8)
    writer.add(random_rows(40, 8))
    writer.finish()
    if harm == "another":
        path.write_bytes(b"not an index")
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    else:
        path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(IndexDamagedError, match=r"v\.faiss .*--rebuild"):
        Halves.open(path)


@pytest.mark.parametrize(
    "places",
    [[], [3], [3, 4, 5, 9, 10, 11], [7, 8, 9, 2, 3, 4], [5, 5, 5, 5], range(40), [8, 1, 6]],
)
def test_rows_read_in_runs_are_those_mapped(make, places):
    wanted = np.array(places, np.int64)
    index = make(random_rows(13), random_rows(30, seed=8))
    every = np.concatenate([file.rows for file in index._files])
    assert np.array_equal(index.rows(wanted), every[wanted])


def test_a_file_cut_off_under_a_reader_gives_no_rows_of_nothing(make, tmp_path):
    index = make(random_rows(40))
    before = index.rows(range(10, 30))
    index._files[0]._offset = (tmp_path / "0.faiss").stat().st_size - 100  # reads past the end
    assert np.array_equal(index.rows(range(10, 30)), before)


def test_handles_go_with_their_files(make):
    def handles():
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    before = handles()
    index = make(random_rows(20))
    assert handles() > before
    del index
    assert handles() <= before


def test_a_search_takes_one_thread_and_leaves_others_theirs(make, monkeypatch):
    index, seen = make(random_rows(5000)), []
    real = index._files[0]._index

    class Watched:
        def search(self, *arguments, **named):
            seen.append(faiss.omp_get_max_threads())
            return real.search(*arguments, **named)

    index._files[0]._index = Watched()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        assert nearest(index, unit(*np.ones(32)), 5)
        assert (seen, faiss.omp_get_max_threads()) == ([1], 3)
        with pytest.raises(ValueError, match="x"), one_thread():
            raise ValueError("x")
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)


def test_a_group_costs_no_more_than_all_and_passing_over_others_counts(make):
    index = make(random_rows(5000))
    costs = [index.cost(count) for count in (0, 10, 1000, 4000)]
    assert costs == sorted(costs)
    assert costs[0] == 0
    assert costs[2] > 1000
    assert index.cost(5000) == 5000

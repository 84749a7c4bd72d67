import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.figures import compare, summarize


def test_a_mean_and_a_share():
    rows = [
        {"mean": (1.0, 1.0), "share": (2.0, 2.0)},
        {"mean": (0.0, 1.0), "share": (1.0, 4.0)},
        {"share": (0.0, 0.0)},
    ]
    got = summarize(rows)
    assert got["mean"].value == 0.5
    assert got["mean"].n == 2
    assert got["mean"].step == 0.5
    assert got["share"].value == 0.5  # 3 of 6
    assert got["share"].step == pytest.approx(4 / 6)


def test_a_figure_without_population_is_left_out():
    assert summarize([{"none": (0.0, 0.0)}]) == {}
    assert summarize([]) == {}


def test_the_interval_of_a_coin_is_near_the_normal_one():
    rows = [{"coin": (float(i % 2), 1.0)} for i in range(100)]
    coin = summarize(rows)["coin"]
    assert coin.low == pytest.approx(0.5 - 0.098, abs=0.02)
    assert coin.high == pytest.approx(0.5 + 0.098, abs=0.02)
    assert coin == summarize(rows)["coin"]


@given(
    st.lists(
        st.integers(0, 4).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=12,
    )
)
def test_bounds(pairs):
    figure = summarize([{"f": (float(top), float(bottom))} for top, bottom in pairs]).get("f")
    if figure is None:
        assert all(bottom == 0 for _, bottom in pairs)
    else:
        assert 0 <= figure.low <= figure.high <= 1
        assert figure.low - 1e-9 <= 1
        assert 0 < figure.step <= 1


def test_a_paired_difference_is_sharper_than_two_intervals():
    before = {str(i): {"f": (float(i % 2), 1.0)} for i in range(40)}
    after = {str(i): {"f": (1.0 if i < 8 else float(i % 2), 1.0)} for i in range(40)}
    change = compare(before, after)["f"]
    assert change.before == 0.5
    assert change.after == 0.6
    assert change.is_clear
    apart = [summarize(list(rows.values()))["f"] for rows in (before, after)]
    assert apart[0].high > apart[1].low


def test_the_same_run_has_no_difference_at_all():
    rows = {str(i): {"f": (float(i % 3 == 0), 1.0)} for i in range(9)}
    change = compare(rows, rows)["f"]
    assert (change.low, change.high, change.is_clear) == (0, 0, False)


def test_only_common_questions_and_figures_are_compared():
    before = {"a": {"f": (1.0, 1.0), "old": (1.0, 1.0)}, "b": {"f": (0.0, 1.0)}}
    after = {"a": {"f": (1.0, 1.0), "new": (1.0, 1.0)}, "c": {"f": (0.0, 1.0)}}
    got = compare(before, after)
    assert list(got) == ["f"]
    assert got["f"].before == got["f"].after == 1
    assert compare(before, {"z": {"f": (1.0, 1.0)}}) == {}

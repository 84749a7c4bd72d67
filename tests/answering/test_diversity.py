from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.diversity import spread

RANKED = st.lists(st.sampled_from("abcd"), max_size=30).map(lambda s: list(enumerate(s)))


def story(item):
    return item[1]


def stories(text, limit, most):
    return "".join(s for _, s in spread(list(enumerate(text)), limit, most, story))


@pytest.mark.parametrize(
    ("ranked", "limit", "most", "shown"),
    [
        ("abcd", 4, 1, "abcd"),
        ("aaaabc", 4, 2, "aabc"),  # others come in for what is beyond the cap
        ("aaaab", 4, 2, "aaab"),  # nobody else is there: the best of those passed over fill up
        ("aaaa", 3, 1, "aaa"),
        ("aabaac", 4, 2, "aabc"),
        ("abababcc", 5, 2, "ababc"),
        ("", 5, 2, ""),
        ("abc", 0, 2, ""),
    ],
)
def test_no_story_takes_more_than_its_share_while_others_wait(ranked, limit, most, shown):
    assert stories(ranked, limit, most) == shown


@given(RANKED, st.integers(0, 12), st.integers(1, 5))
def test_the_best_stays_first_and_the_order_is_kept(ranked, limit, most):
    shown = spread(ranked, limit, most, story)
    assert shown[:1] == ranked[: min(1, limit)]
    assert shown == sorted(shown)
    assert len(shown) == min(limit, len(ranked))
    assert len(set(shown)) == len(shown)


@given(RANKED, st.integers(0, 12), st.integers(1, 5))
def test_a_story_beyond_its_share_means_that_no_other_had_any_left(ranked, limit, most):
    shown = spread(ranked, limit, most, story)
    counts = Counter(map(story, shown))
    left = Counter(map(story, [item for item in ranked if item not in shown]))
    if any(count > most for count in counts.values()):
        assert all(counts[name] >= most for name, more in left.items() if more)


@given(RANKED, st.integers(0, 12))
def test_nothing_changes_where_no_story_goes_beyond_its_share(ranked, limit):
    assert spread(ranked, limit, 30, story) == ranked[:limit]

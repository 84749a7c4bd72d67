import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.goldset import Quotation
from eval.ranking import MEASURES, Ranking, article_ranking, quotation_ranking, ranking_scores


def scores(relevant, ranked):
    return ranking_scores({"q": Ranking(set(relevant), ranked)})["q"]


def test_a_perfect_ranking_is_one_everywhere():
    assert scores("a", ["a", "x", "y"]) == dict.fromkeys(MEASURES, 1.0)


def test_hand_worked_values():
    got = scores("ab", ["x", "a", "y", "b"])
    ideal = 1 + 1 / math.log2(3)
    assert got["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert got["MRR@10"] == 0.5
    assert got["R@1"] == got["Success@1"] == 0
    assert got["R@5"] == got["R@10"] == 1


def test_recall_at_one_is_bounded_where_two_are_relevant():
    got = scores("ab", ["a", "b"])
    assert (got["R@1"], got["Success@1"], got["nDCG@10"]) == (0.5, 1.0, 1.0)


def test_nothing_found_is_scored_as_zero_not_left_out():
    assert scores("a", []) == dict.fromkeys(MEASURES, 0.0)


def test_the_eleventh_place_earns_nothing():
    got = scores("a", [*map(str, range(10)), "a"])
    assert got == dict.fromkeys(MEASURES, 0.0)


def test_order_is_the_rankings_not_the_names():
    assert scores("z", ["z", "a"])["MRR@10"] == 1
    assert scores("a", ["z", "a"])["MRR@10"] == 0.5


names = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=14)


@settings(max_examples=60, deadline=None)
@given(ranked=names, relevant=st.sets(st.sampled_from("abcdefgh"), min_size=1), tail=names)
def test_bounds_and_an_irrelevant_tail_never_helps(ranked, relevant, tail):
    before = scores(relevant, ranked)
    irrelevant = [name for name in tail if name not in relevant and name not in ranked]
    after = scores(relevant, ranked + irrelevant)
    assert all(0 <= value <= 1 for value in before.values())
    assert all(after[name] <= before[name] + 1e-12 for name in MEASURES)


def test_an_article_stands_where_its_best_passage_does(kit):
    found = [kit.passage("dam", 0, 5), kit.passage("fair", 0, 3, 2), kit.passage("dam", 6, 9, 3)]
    assert article_ranking(found, {"fair"}).ranked == ["dam", "fair"]


class TestQuotationRanking:
    QUOTES = (Quotation("dam", ((10, 20),)), Quotation("dam", ((30, 40),)))

    def measured(self, passages, quotations=QUOTES):
        return ranking_scores({"q": quotation_ranking(passages, quotations)})["q"]

    def test_a_passage_must_cover_the_whole_quotation(self, kit):
        cut = [kit.passage("dam", 0, 19), kit.passage("dam", 11, 50, 2)]
        assert self.measured(cut, self.QUOTES[:1])["R@10"] == 0
        assert self.measured([kit.passage("dam", 10, 20)], self.QUOTES[:1])["R@1"] == 1

    def test_another_article_does_not_count_at_the_same_offsets(self, kit):
        assert self.measured([kit.passage("fair", 0, 45)])["R@10"] == 0

    def test_two_quotations_in_one_passage_are_found_together(self, kit):
        assert self.measured([kit.passage("dam", 0, 50)]) == dict.fromkeys(MEASURES, 1.0)

    def test_two_quotations_in_two_passages_are_two(self, kit):
        got = self.measured([kit.passage("dam", 0, 25), kit.passage("dam", 25, 50, 2)])
        assert (got["R@1"], got["R@5"], got["nDCG@10"]) == (0.5, 1.0, 1.0)

    def test_finding_the_same_again_earns_nothing(self, kit):
        got = self.measured([kit.passage("dam", 0, 25), kit.passage("dam", 5, 25, 2)])
        assert got["R@10"] == 0.5

    def test_any_place_of_a_repeated_sentence_will_do(self, kit):
        twice = (Quotation("dam", ((0, 5), (30, 40))),)
        assert self.measured([kit.passage("dam", 29, 50)], twice)["R@1"] == 1

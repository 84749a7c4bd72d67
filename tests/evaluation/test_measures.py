import dataclasses
from datetime import date

import pytest

from eval.measures import ANSWER_FIGURES, RETRIEVAL_FIGURES

OUTSIDE = (0.0, 0.0)


def test_a_perfect_answer_is_one_everywhere(judged, kit):
    answer = kit.reply("answered", f"{kit.cost_quote} [1]", kit.cite("dam", kit.cost_quote))
    verdict = judged("q-price", answer, [kit.whole("dam")])
    assert verdict.correct
    assert verdict.reasons == ()
    assert verdict.citations_right == (True,)
    assert list(verdict.scores) == [*ANSWER_FIGURES, *RETRIEVAL_FIGURES]
    outside = [name for name, score in verdict.scores.items() if score == OUTSIDE]
    groups = ["ambiguous accuracy", "disagreement shown", "dialogue accuracy"]
    assert outside == ["abstention precision", "abstention recall", *groups]
    assert all(top == bottom for top, bottom in verdict.scores.values())


@pytest.mark.parametrize(
    ("question", "status", "text", "reason"),
    [
        ("q-price", "answered", "بلغت ١١٥ مليون دينار", "missing fact 15 مليون | خمسة عشر مليون"),
        ("q-price", "partial", "15 مليون، وطوله ٢٫٥", None),
        ("q-price", "answered", "15 مليون، وطوله 2,5", "forbidden 2,5"),
        ("q-price", "not_found", "لا جواب", "refused though answerable (not_found)"),
        ("q-price", "ambiguous", "أي سد؟", "refused though answerable (ambiguous)"),
        ("q-who", "answered", "Nobody", "answered though unanswerable"),
        ("q-who", "ambiguous", "Which Oran?", None),
        ("q-who", "not_found", "Not told.", None),
    ],
)
def test_a_verdict_says_why(judged, kit, question, status, text, reason):
    verdict = judged(question, kit.reply(status, text))
    assert verdict.reasons == (() if reason is None else (reason,))
    assert verdict.correct == (reason is None)
    assert verdict.scores["answer accuracy"] == (float(reason is None), 1.0)


def test_a_crash_is_the_worst_in_every_figure_of_its_question(judged):
    verdict = judged("q-price", None, error="ValueError: x")
    assert verdict.reasons == ("crashed: ValueError: x",)
    assert {top for top, _ in verdict.scores.values()} == {0.0}
    expected = {"answer accuracy", "completed", "citation precision", "citation recall"}
    expected |= {"statements cited", "no wrong year", "article R@1", "quotation nDCG@10"}
    assert all(verdict.scores[name][1] == 1 for name in expected)
    assert judged("q-who", None, error="ValueError: x").scores["abstention recall"] == (0.0, 1.0)


def test_a_crash_of_search_alone_is_a_failure_too(judged, kit):
    answer = kit.reply("answered", f"{kit.cost_quote} [1]", kit.cite("dam", kit.cost_quote))
    verdict = judged("q-price", answer, error="OSError: disk")
    assert not verdict.correct
    assert verdict.scores["citation recall"] == (1.0, 1.0)
    assert verdict.scores["article R@10"] == (0.0, 1.0)


class TestCitations:
    def test_elsewhere_in_a_gold_article_is_wrong(self, judged, kit):
        answer = kit.reply("answered", "15 مليون [1]", kit.cite("dam", "حضر السكان."))
        verdict = judged("q-price", answer)
        assert verdict.citations_right == (False,)
        assert verdict.scores["citation precision"] == (0.0, 1.0)
        assert verdict.scores["citation recall"] == (0.0, 1.0)

    def test_overlapping_a_gold_quotation_is_right_without_the_fact(self, judged, kit):
        answer = kit.reply("answered", "15 مليون [1]", kit.cite("dam", "بلغت كلفة السد"))
        verdict = judged("q-price", answer)
        assert verdict.citations_right == (True,)
        assert verdict.scores["citation recall"] == (0.0, 1.0)

    def test_stating_a_fact_is_right_beside_the_gold_quotation(self, judged, kit):
        answer = kit.reply("answered", "x [1]", kit.cite("dam", "في ٢٣ آذار ٢٠٢٠"))
        assert judged("q-price", answer, must=(("آذار 2020",),)).citations_right == (True,)

    def test_the_right_words_from_a_wrong_article_are_wrong(self, judged, kit):
        answer = kit.reply("answered", "15 مليون [1]", kit.cite("dam", kit.cost_quote))
        assert judged("q-length", answer).citations_right == (False,)

    def test_precision_and_recall_are_shares(self, judged, kit):
        cited = [kit.cite("dam", kit.cost_quote), kit.cite("fair", "The fair opened in Oran.", 2)]
        answer = kit.reply("answered", "15 مليون [1][2]", *cited)
        verdict = judged("q-price", answer, must=(("15 مليون",), ("20 مليون",)))
        assert verdict.scores["citation precision"] == (0.5, 1.0)
        assert verdict.scores["citation recall"] == (0.5, 1.0)
        assert verdict.scores["citations right"] == (1.0, 2.0)

    def test_no_citation_is_zero_not_left_out(self, judged, kit):
        verdict = judged("q-price", kit.reply("not_found", "لا"))
        assert verdict.scores["citation precision"] == (0.0, 1.0)
        assert verdict.scores["citations right"] == (0.0, 0.0)

    def test_citations_under_an_unanswerable_question_are_wrong(self, judged, kit):
        answer = kit.reply("answered", "Yes [1]", kit.cite("fair", "The fair opened in Oran."))
        scores = judged("q-who", answer).scores
        assert scores["citations right"] == (0.0, 1.0)
        assert scores["citation precision"] == OUTSIDE


class TestExactness:
    def test_a_shifted_offset_is_seen(self, judged, kit):
        cited = kit.cite("dam", kit.cost_quote)
        shifted = dataclasses.replace(cited, start=cited.start + 1, end=cited.end + 1)
        scores = judged("q-price", kit.reply("answered", "x [1]", cited, shifted)).scores
        assert scores["quotation exactness"] == (1.0, 2.0)

    def test_an_empty_quotation_is_not_exact(self, judged, kit):
        empty = dataclasses.replace(kit.cite("dam", kit.cost_quote), quote="", start=3, end=3)
        assert judged("q-price", kit.reply("answered", "x", empty)).scores[
            "quotation exactness"
        ] == (0.0, 1.0)

    def test_the_articles_copy_in_the_citation_is_not_believed(self, judged, kit):
        forged = dataclasses.replace(kit.articles["dam"], text="forged text")
        citation = dataclasses.replace(
            kit.cite("dam", kit.cost_quote), article=forged, quote="forged", start=0, end=6
        )
        assert judged("q-price", kit.reply("answered", "x", citation)).scores[
            "quotation exactness"
        ] == (0.0, 1.0)

    def test_an_unknown_article_is_not_exact(self, judged, kit):
        ghost = dataclasses.replace(kit.articles["dam"], id="ghost")
        citation = dataclasses.replace(kit.cite("dam", kit.cost_quote), article=ghost)
        assert judged("q-price", kit.reply("answered", "x", citation)).scores[
            "quotation exactness"
        ] == (0.0, 1.0)


class TestWrongYear:
    def test_an_answer_from_another_article(self, judged, kit):
        answer = kit.reply("answered", "15 مليون [1]", kit.cite("мост", kit.length_quote))
        verdict = judged("q-price", answer)
        assert verdict.wrong_year == "cites мост"
        assert verdict.scores["no wrong year"] == (0.0, 1.0)

    @pytest.mark.parametrize(
        ("published", "quote", "wrong"),
        [
            (None, "Мост открыли в мае 2021 года.", True),
            (date(2021, 5, 9), "Его длина составила 2,5 километра.", True),
            (date(2020, 5, 9), "Его длина составила 2,5 километра.", False),
        ],
    )
    def test_another_article_of_the_same_year_is_no_wrong_year(
        self, judged, kit, published, quote, wrong
    ):
        citation = kit.cite("мост", quote)
        article = dataclasses.replace(citation.article, published=published)
        answer = kit.reply("answered", "x [1]", dataclasses.replace(citation, article=article))
        assert (judged("q-price", answer).wrong_year == "cites мост") == wrong

    def test_a_quotation_naming_the_year_is_no_wrong_year(self, judged, kit):
        answer = kit.reply("answered", "x [1]", kit.cite("dam", "في ٢٣ آذار ٢٠٢٠"))
        assert judged("q-who", answer, time="2020").wrong_year is None

    def test_a_forbidden_text(self, judged, kit):
        assert judged("q-price", kit.reply("partial", "2,5")).wrong_year == "says 2,5"

    def test_a_refusal_may_name_it(self, judged, kit):
        verdict = judged("q-price", kit.reply("not_found", "2,5"))
        assert verdict.wrong_year is None
        assert verdict.scores["no wrong year"] == (1.0, 1.0)

    def test_questions_without_a_time_are_outside(self, judged, kit):
        answer = kit.reply("answered", "4,500 [1]", kit.cite("fair", "The fair opened in Oran."))
        verdict = judged("q-length", answer)
        assert verdict.wrong_year is None
        assert verdict.scores["no wrong year"] == OUTSIDE

    def test_any_citation_under_an_unanswerable_one(self, judged, kit):
        answer = kit.reply("answered", "x [1]", kit.cite("fair", "The fair opened in Oran."))
        assert judged("q-who", answer, time="2019").wrong_year == "cites fair"


class TestAbstention:
    def test_a_refusal_is_right_or_wrong_by_the_question(self, judged, kit):
        refusal = kit.reply("not_found", "no")
        assert judged("q-who", refusal).scores["abstention precision"] == (1.0, 1.0)
        assert judged("q-who", refusal).scores["abstention recall"] == (1.0, 1.0)
        assert judged("q-price", refusal).scores["abstention precision"] == (0.0, 1.0)
        assert judged("q-price", refusal).scores["abstention recall"] == OUTSIDE

    def test_asking_back_is_no_refusal(self, judged, kit):
        scores = judged("q-who", kit.reply("ambiguous", "which?")).scores
        assert scores["abstention recall"] == (0.0, 1.0)
        assert scores["abstention precision"] == OUTSIDE

    def test_where_not_found_is_accepted_it_leaves_the_citation_figures(self, judged, kit):
        verdict = judged("q-price", kit.reply("not_found", "لا"), accept_not_found=True)
        assert verdict.correct
        assert verdict.scores["abstention precision"] == (1.0, 1.0)
        assert verdict.scores["citation precision"] == OUTSIDE

    def test_where_not_found_is_accepted_a_forbidden_text_is_still_wrong(self, judged, kit):
        assert not judged("q-price", kit.reply("not_found", "2,5"), accept_not_found=True).correct

    def test_where_not_found_is_accepted_a_wrong_answer_is_still_wrong(self, judged, kit):
        assert not judged("q-price", kit.reply("answered", "16"), accept_not_found=True).correct


def test_retrieval_looks_at_ten_passages(judged, kit):
    late = [kit.passage("fair", i, i + 1, i + 1) for i in range(10)] + [kit.whole("dam", 11)]
    assert judged("q-price", None, late, "x").scores["article R@10"] == (0.0, 1.0)
    assert judged("q-price", None, late[1:], "x").scores["article R@10"] == (1.0, 1.0)


def test_an_unanswerable_question_has_no_retrieval_figures(judged, kit):
    scores = judged("q-who", kit.reply("not_found", "no"), [kit.whole("fair")]).scores
    assert {scores[name] for name in RETRIEVAL_FIGURES} == {OUTSIDE}

import dataclasses

import pytest

from eval.goldset import Earlier, Telling
from eval.measures import RETRIEVAL_FIGURES
from rag.records import NearMiss

OUTSIDE = (0.0, 0.0)
DAM = Telling(articles=("dam",), wordings=("23 آذار", "23 March"))
BRIDGE = Telling(articles=("мост",), wordings=("2021", "٢٠٢١"))


class TestAmbiguous:
    @pytest.fixture
    def ask_back(self, judged, kit):
        def of(status, text, *near, **changes):
            misses = tuple(NearMiss(kit.articles[a], "fits too") for a in near)
            answer = dataclasses.replace(kit.reply(status, text), near_misses=misses)
            fields = {"expect": "ambiguous", "must": (), "events": (DAM, BRIDGE), **changes}
            return judged("q-length", answer, **fields)

        return of

    @pytest.mark.parametrize(
        ("status", "text", "near"),
        [
            ("ambiguous", "أيّ افتتاح تقصد؟", ("dam", "мост")),
            ("ambiguous", "Какое: 23 March 2020 или май ٢٠٢١?", ()),
            ("ambiguous", "Which: 2021 or the other?", ("dam",)),
            ("answered", "السد في ٢٣ آذار ٢٠٢٠، والجسر في 2021", ()),
        ],
    )
    def test_asking_back_or_answering_for_each_is_right(self, ask_back, status, text, near):
        verdict = ask_back(status, text, *near)
        assert verdict.reasons == ()
        assert verdict.scores["ambiguous accuracy"] == (1.0, 1.0)

    @pytest.mark.parametrize(
        ("status", "text", "near", "reason"),
        [
            ("ambiguous", "أيهما؟", ("dam",), "several events fit, this one is not listed: 2021"),
            ("answered", "В мае 2021", ("dam",), "several events fit, this one is not listed: 23"),
            ("not_found", "нет", ("dam", "мост"), "refused though answerable (not_found)"),
        ],
    )
    def test_one_event_left_out_is_wrong(self, ask_back, status, text, near, reason):
        verdict = ask_back(status, text, *near)
        assert verdict.reasons[0].startswith(reason)
        assert verdict.scores["ambiguous accuracy"] == (0.0, 1.0)

    def test_asking_back_leaves_the_citation_figures(self, ask_back):
        assert ask_back("ambiguous", "x", "dam", "мост").scores["citation precision"] == OUTSIDE
        assert ask_back("answered", "2021").scores["citation precision"] == (0.0, 1.0)

    def test_a_forbidden_text_is_wrong_in_asking_back_too(self, ask_back):
        verdict = ask_back("ambiguous", "4,500?", "dam", "мост")
        assert verdict.reasons == ("forbidden 4,500",)

    def test_a_crash_counts(self, judged):
        verdict = judged("q-length", None, error="x", expect="ambiguous", events=(DAM, BRIDGE))
        assert verdict.scores["ambiguous accuracy"] == (0.0, 1.0)


class TestDisagreement:
    VALUES = (
        Telling(articles=("dam",), wordings=("15 مليون",)),
        Telling(articles=("мост", "fair"), wordings=("4,500", "2,5 километра")),
    )

    @pytest.fixture
    def shown(self, judged, kit):
        def of(status, text, *cited):
            answer = kit.reply(status, text, *cited)
            verdict = judged("q-price", answer, disagree=self.VALUES, must_not=())
            return verdict.scores["disagreement shown"][0], verdict.reasons

        return of

    def test_both_in_the_text(self, shown):
        assert shown("answered", "١٥ مليون، أو 4,500") == (1.0, ())

    def test_one_in_the_text_and_one_quoted(self, shown, kit):
        quoted = kit.cite("мост", kit.length_quote)
        assert shown("answered", "15 مليون [1]", quoted) == (1.0, ())

    def test_quoted_from_an_article_that_does_not_tell_it(self, shown, kit):
        stray = dataclasses.replace(kit.cite("мост", kit.length_quote), article=kit.articles["dam"])
        assert shown("answered", "15 مليون [1]", stray)[0] == 0.0

    def test_one_side_alone_is_wrong(self, shown):
        value, reasons = shown("answered", "15 مليون")
        assert value == 0.0
        assert reasons == ("sources differ, not shown: 4,500 | 2,5 километра",)

    def test_a_refusal_shows_nothing(self, shown):
        assert shown("not_found", "15 مليون، 4,500")[0] == 0.0


class TestDialogue:
    HISTORY = (Earlier(question="أين السد؟", answer=""),)

    def test_it_has_a_figure_and_no_retrieval(self, judged, kit):
        answer = kit.reply("answered", f"{kit.cost_quote} [1]", kit.cite("dam", kit.cost_quote))
        scores = judged("q-price", answer, [kit.whole("dam")], history=self.HISTORY).scores
        assert scores["dialogue accuracy"] == (1.0, 1.0)
        assert {scores[name] for name in RETRIEVAL_FIGURES} == {OUTSIDE}
        refusal = kit.reply("not_found", "لا")
        assert judged("q-price", refusal, history=self.HISTORY).scores["dialogue accuracy"] == (
            0.0,
            1.0,
        )

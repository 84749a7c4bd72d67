import dataclasses
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from eval.curves import (
    Forecast,
    area,
    calibration_error,
    reliability,
    risk_coverage,
)
from eval.page import comparison_page, report_page
from eval.plots import Curve, curve_plot, dot_plot, histogram
from eval.run import run
from eval.svg import Canvas
from eval.vector_cache import CachingEmbedder

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="x()"> & \x07 ١٢ «نص»'


@pytest.fixture
def result(corpus, write_questions, use_product, kit):
    use_product(kit.perfect())
    return run(corpus, None, write_questions(), warn=lambda line: None)


class Tags(HTMLParser):
    """Every tag with its attributes, and the text outside of styles and scripts."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self._inside = [], "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data):
        if self._inside not in ("script", "style"):
            self.text += data


def changed(result, **values):
    first = dataclasses.replace(result.rows[0], **values)
    return dataclasses.replace(result, rows=[first, *result.rows[1:]])


def test_the_page_needs_nothing_beside_it(result):
    page = Tags(report_page(result))
    assert {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object"} == set()
    assert not any({"src", "href"} & set(attributes) for _, attributes in page.tags)


def test_every_question_stands_there_with_answer_verdict_and_quotation(result, kit):
    page = Tags(report_page(result))
    for row in result.rows:
        assert row.question in page.text
    assert kit.cost_quote in page.text
    questions = [attributes for tag, attributes in page.tags if tag == "details"]
    assert [q["data-verdict"] for q in questions] == ["right"] * 3
    assert len([tag for tag, _ in page.tags if tag == "svg"]) == 5


def test_texts_of_any_script_choose_their_own_direction(result):
    page = Tags(report_page(result))
    summaries = [a for tag, a in page.tags if tag == "span" and "lang" in a]
    assert {a["lang"] for a in summaries} == {"ar", "ru", "en"}
    assert all(a["dir"] == "auto" for a in summaries)
    assert all(a["dir"] == "auto" for tag, a in page.tags if tag == "blockquote")


def test_nothing_of_a_corpus_or_model_becomes_mark_up(result):
    citation = {
        **result.rows[0].citations[0],
        "quote": HOSTILE,
        "title": HOSTILE,
        "source": HOSTILE,
    }
    hostile = changed(
        result, question=HOSTILE, text=HOSTILE, kind=HOSTILE, language='ar"><b>', id=HOSTILE,
        reasons=(HOSTILE,), wrong_year=HOSTILE, citations=[citation], history=[HOSTILE], correct=False,
    )  # fmt: skip
    for page in (report_page(hostile), comparison_page(result, hostile)):
        tags = Tags(page).tags
        assert "<script>alert" not in page
        assert not any(tag in ("img", "b") and "onerror" in str(a) for tag, a in tags)
        assert len([tag for tag, _ in tags if tag == "script"]) == page.count("const find")


def test_a_crash_and_a_run_without_confidence_have_a_page_too(result):
    rows = [
        dataclasses.replace(
            r, status=None, confidence=None, text="", citations=[], timings_ms={}, error="boom", correct=False
        )
        for r in result.rows
    ]  # fmt: skip
    assert "crashed" in Tags(report_page(dataclasses.replace(result, rows=rows))).text


def test_the_comparison_shows_the_questions_that_changed_side_by_side(result):
    after = changed(result, correct=False, text="شيء آخر", reasons=("missing fact 15",))
    page = Tags(comparison_page(result, after))
    assert "Now wrong: 1" in page.text
    assert "Now right: 0" in page.text
    assert "missing fact 15" in page.text
    assert result.rows[0].text in page.text
    assert "Now right: 1" in Tags(comparison_page(after, result)).text


def test_another_answer_with_the_same_verdict_is_named(result):
    page = Tags(comparison_page(result, changed(result, text="قال غير ذلك")))
    assert "The same verdict on another answer: 1" in page.text


def forecasts(*pairs):
    return [Forecast(probability, came) for probability, came in pairs]


def test_calibration_error_is_the_mean_distance_by_bin():
    given = forecasts((0.95, True), (0.95, True), (0.15, True), (0.15, False))
    assert calibration_error(given) == pytest.approx((2 * 0.05 + 2 * 0.35) / 4)
    assert [b.count for b in reliability(given)] == [2, 2]
    assert calibration_error(forecasts((1.0, True), (0.0, False))) == 0
    assert calibration_error([]) is None


def test_risk_and_coverage_fall_in_steps_of_equal_confidence():
    given = forecasts((0.9, True), (0.5, False), (0.5, True), (0.1, False))
    points = risk_coverage(given, population=8)
    assert points == [(1 / 8, 0.0), (3 / 8, pytest.approx(1 / 3)), (4 / 8, 0.5)]
    assert area(points) == pytest.approx((0 * 1 + 2 / 3 + 0.5) / 4)
    assert risk_coverage([], 3) == []
    assert area([]) is None


def texts(svg):
    return [e.text for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def places(svg):
    circles = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")
    return [(float(c.get("cx")), float(c.get("cy"))) for c in circles]


def test_a_dot_lies_where_its_value_is_and_stays_on_the_scale():
    svg = dot_plot(
        "t", {"ar→ar": {"x": (0.0, -5, 1)}, "ru": {"x": (1.0, 0, 9)}, "en": {"x": (7.0, 0, 1)}}
    )
    (zero, _), (one, _), (beyond, _) = places(svg)
    assert zero < one == beyond
    assert "ar→ar" in texts(svg)


def test_curves_and_bars_are_drawn_with_their_names():
    curve = curve_plot("t", {"خطر": Curve([(0, 0), (1, 1)])}, ("coverage", "risk"))
    assert {"خطر", "coverage", "risk"} <= set(texts(curve))
    assert "polyline" in curve
    bars = histogram("t", [1.0, 2.0, 50.0], "ms", {"p50": 2.0})
    assert "p50 2" in texts(bars)
    assert re.search("questions", bars)
    assert histogram("t", [], "ms", {})


def test_what_xml_can_not_write_is_blanked():
    canvas = Canvas(10, 10, "\x00 <t>")
    canvas.text(0, 0, HOSTILE)
    shown = texts(canvas.to_text())
    assert shown == [HOSTILE.replace("\x07", " ")]


def test_a_text_is_embedded_once_for_each_role(make_embedder, tmp_path):
    model = make_embedder()
    cached = CachingEmbedder(model, tmp_path)
    both = cached.embed_passages(["سد", "мост", "سد"])
    assert model.embedded == ["سد", "мост"]
    assert (both[0] == both[2]).all()
    again = CachingEmbedder(make_embedder(), tmp_path)
    assert (again.embed_passages(["мост"]) == both[1]).all()
    assert again.embed_queries(["سد"]).shape == (1, model.dimension)
    assert again.embed_passages([]).shape == (0, model.dimension)
    other = make_embedder("other")
    CachingEmbedder(other, tmp_path).embed_passages(["мост"])
    assert other.embedded == ["мост"]

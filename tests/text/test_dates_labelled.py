"""Precision and recall on labelled sentences of six languages, and robustness on any text."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measure_dates import LABELLED, main, ours, read_labelled, score
from rag.text.dates import find_dates, question_range, title_or_dateline_date

PIECES = st.sampled_from(
    [
        "5",
        "15",
        "31",
        "99",
        "2020",
        "1999",
        "1441",
        "007",
        "مارس",
        "آذار",
        "كانون",
        "الثاني",
        "يوم",
        "الثلاثاء",
        "الماضي",
        "في",
        "من",
        "حتى",
        "بين",
        "و",
        "منذ",
        "عام",
        "هـ",
        "شعبان",
        "أمس",
        "March",
        "May",
        "Monday",
        "2020's",
        "th",
        "-",
        "–",
        "/",
        ".",
        ",",
        "(",
        ")",
        "'",
        "%",
        "$",
        "of",
        "since",
        "between",
        "and",
        "to",
        "before",
        "ago",
        "last",
        "year",
        "years",
        "марта",
        "года",
        "в",
        "с",
        "по",
        "г.",
        "Mart'ta",
        "2020'de",
        "yılında",
        "années",
        "hier",
        "\u200f",
        "ـ",
        "\n",
        "\n\n",
        "9999-12-31",
        "0001-01-01",
        "1/1/0000",
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=9).map("".join),
)
DAYS = st.one_of(st.none(), st.dates())


def test_there_are_sentences_of_each_language_with_and_without_dates():
    sentences = read_labelled(LABELLED)
    assert {s.language for s in sentences} == {"ar", "en", "ru", "fr", "tr", "de"}
    assert len(sentences) >= 60
    assert sum(not s.spans for s in sentences) >= 15


@pytest.mark.parametrize("language", ["ar", "en", "ru", "fr", "tr", "de"])
def test_precision_and_recall(language):
    sentences = [s for s in read_labelled(LABELLED) if s.language == language]
    result, mistakes = score(sentences, ours)
    assert (result.precision, result.recall) == (1, 1), "\n".join(mistakes)


def test_the_score_counts_what_is_wrong_and_missed():
    sentences = read_labelled(LABELLED)
    marked = sum(len(s.spans) for s in sentences)
    nothing, mistakes = score(sentences, lambda _: [])
    assert (nothing.right, nothing.wrong, nothing.missed) == (0, 0, marked) == (0, 0, len(mistakes))
    everything, _ = score(sentences, lambda s: [(0, len(s.text), date(1, 1, 1), date(1, 1, 1))])
    assert (everything.right, everything.wrong) == (0, len(sentences))


def test_the_report_fails_on_a_misread_string(tmp_path, capsys):
    (tmp_path / "months.jsonl").write_text(json.dumps({"month": 3, "ar": "آذار"}), "utf-8")
    dates = tmp_path / "dates.jsonl"
    dates.write_text(json.dumps({"text": "5 آذار 2020", "iso": "2020-03-05"}), "utf-8")
    assert main([str(tmp_path)]) == 0
    assert "exact strings: 2 of 2" in capsys.readouterr().out
    dates.write_text(json.dumps({"text": "5 آذار 2020", "iso": "2020-03-06"}), "utf-8")
    assert main([str(tmp_path)]) == 1


@given(TEXTS, DAYS, st.sampled_from([None, "ar", "en", "ru", "fa", "tr", "zz"]))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_valid_ordered_mentions(text, anchor, language):
    mentions = find_dates(text, anchor, language)
    assert all(0 <= m.start < m.end <= len(text) for m in mentions)
    assert all(before.end <= after.start for before, after in pairwise(mentions))
    for m in mentions:
        if m.certainty == "weekday":
            assert m.first is None
            assert m.last is None
        else:
            assert m.first or m.last
            assert not (m.first and m.last) or m.first <= m.last
        assert anchor or m.certainty != "resolved"


@given(TEXTS, st.dates())
@settings(max_examples=200, deadline=None)
def test_any_question_and_any_article_are_read(text, today):
    found = question_range(text, today)
    assert found is None or found.first or found.last
    assert found is None or not (found.first and found.last) or found.first <= found.last
    day = title_or_dateline_date(text)
    assert day is None or day.first == day.last

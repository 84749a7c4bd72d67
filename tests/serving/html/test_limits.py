"""Limits of the search: from an address, to chips, and back to the same address."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Filters
from rag.serving.ui.limits import (
    chips_html,
    filters_of,
    form_of,
    query_of,
    read_limits,
    without,
)
from tests.serving.material import ARTICLES, HOSTILE

LONGEST = 2000
FULL = Filters(
    date(2020, 1, 31),
    date(2021, 12, 1),
    ("صوت النهر", "Речной вестник"),
    ("ar", "ru"),
    ("bridge/2021 «ج»",),
)


def _read(query: str, language: str = "en") -> Any:
    return read_limits(parse_qs(query), ARTICLES, language, LONGEST)


def test_a_link_repeats_the_view() -> None:
    limits = _read(query_of(FULL))
    assert (limits.filters, limits.faults) == (FULL, ())
    outlets, languages, days, about = form_of(FULL)
    assert filters_of(outlets, languages, days, about) == (FULL, True)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=2020-13-01", "2020-13-01"),
        ("until=gestern", "gestern"),
        ("since=2021-01-01&until=2020-01-01", "after the last"),
        ("source=Nowhere+Gazette", "Nowhere Gazette"),
        ("language=xx", "xx"),
        ("about=none", "none"),
        (f"q={'x' * (LONGEST + 1)}", "too long"),
    ],
)
def test_what_cannot_be_taken_is_told(query: str, words: str) -> None:
    limits = _read(query)
    assert limits.filters == Filters()
    assert len(limits.faults) == 1
    assert words in limits.faults[0]
    assert _read(query, "ar").faults[0] != limits.faults[0]


def test_a_date_is_written_in_iso_form_and_a_question_in_any_script() -> None:
    assert len(_read("since=٢٠٢٠-٠١-٣١").faults) == 1
    assert len(_read("since=20200131").faults) == 1
    assert _read("q=%D9%85%D8%A7+%D9%87%D8%B0%D8%A7").question == "ما هذا"


def test_dates_in_disorder_are_seen_in_the_form() -> None:
    assert filters_of([], [], {"since": "2021-01-01", "until": "2020-01-01"}, [])[1] is False


@pytest.mark.parametrize("nonsense", [None, 3, "x", {"since": 3}, [3], {"since": "x"}])
def test_nonsense_in_the_form_limits_nothing(nonsense: object) -> None:
    filters, in_order = filters_of(None, None, nonsense, None)
    assert (filters, in_order) == (Filters(), True)


def test_each_chip_takes_its_limit_away(read_html: Any) -> None:
    html = str(chips_html(FULL, {"bridge/2021 «ج»": "Bridge closed"}, "en"))
    found = read_html(html)
    assert found.tags.count("button") == 8  # seven limits, and all together
    assert "Article: Bridge closed" in found.text
    assert without(FULL, "since", "").since is None
    assert without(FULL, "source", "صوت النهر").sources == ("Речной вестник",)
    assert without(FULL, "language", "ru").languages == ("ar",)
    assert without(FULL, "about", "bridge/2021 «ج»").articles == ()
    assert without(FULL, "all", None) == Filters()
    assert without(FULL, "__class__", None) == FULL
    assert "chip" not in str(chips_html(Filters(), {}, "en")).replace('class="chips"', "")


@given(st.text(max_size=40) | st.just(HOSTILE))
def test_any_name_on_a_chip_stays_text(read_html: Any, name: str) -> None:
    filters = Filters(sources=(name,), languages=(name,), articles=(name,))
    found = read_html(str(chips_html(filters, {name: name}, "ar")))
    assert set(found.tags) == {"div", "button", "bdi", "span"}
    assert not {attribute for attribute in found.names if attribute.startswith("on")}

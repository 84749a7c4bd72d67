"""Whatever words stand beside each other, dates are read once, in order, and as they are written."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rag.text.dates import find_dates

ANCHOR = date(2020, 3, 25)  # a Wednesday


def days(text, anchor=None, language=None):
    return [
        f"{m.first}..{m.last}" if m.first != m.last else f"{m.first}"
        for m in find_dates(text, anchor, language)
    ]


PIECES = st.sampled_from(
    [
        "مارس",
        "آذار",
        "٢٠٢١",
        "2020",
        "5",
        "15.",
        "في",
        "من",
        "إلى",
        "و",
        "يوم",
        "الثلاثاء",
        "أمس",
        "الماضي",
        "عام",
        "1441",
        "هـ",
        "March",
        "Monday",
        "last",
        "5th",
        "1980s",
        "2019-20",
        "03/04/2020",
        "года",
        "марта",
        "Mart'ta",
        "2020'de",
        "15-го",
        "de",
        "قبل",
        "بعد",
        "منذ",
        "ثلاثة",
        "أيام",
        ",",
        "،",
        "(",
        ")",
        "-",
        "/",
        "...",
        "$",
        "x9",
        "20km",
        "ـ.ـ",
        "½",
    ]
)


@given(st.lists(PIECES, max_size=25), st.sampled_from([" ", "  ", " \u200f", "\t"]))
def test_dates_are_slices_in_order_whatever_stands_between_the_words(pieces, gap):
    text = gap.join(pieces)
    found = find_dates(text, anchor=ANCHOR)
    ends = [0, *(m.end for m in found)]
    assert all(end <= m.start < m.end for end, m in zip(ends, found, strict=False))
    assert all(text[m.start : m.end].strip(" \t\u200f") == text[m.start : m.end] for m in found)
    assert days(text, ANCHOR) == days(" ".join(pieces), ANCHOR)


def test_a_phrase_over_a_space_is_read_once():
    assert days("كانون الثاني، 2018", language="ar") == ["2018-01-01..2018-01-31"]
    assert days("le 15-17 mars, 2020 (lundi)", language="fr") == ["2020-03-15..2020-03-17"]


def test_a_weekday_that_makes_no_date_is_a_word():
    for text in ("2000آلثلآثآء МАРТ 1", "2000مذ آلثلآثآء МАРТ 1"):
        assert all(m.first or m.last for m in find_dates(text, ANCHOR))

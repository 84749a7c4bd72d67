"""The time a question asks about."""

from __future__ import annotations

from datetime import date

import pytest

from rag.records import TimeRange
from rag.text.dates import question_range

TODAY = date(2024, 5, 20)  # a Monday


def asked(question, language=None):
    found = question_range(question, TODAY, language)
    return found and f"{found.first or ''}..{found.last or ''}"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("ماذا جرى في المدينة عام 2020؟", "2020-01-01..2020-12-31"),
        ("ماذا جرى عام ٢٠٢٠؟", "2020-01-01..2020-12-31"),
        ("من زار المعرض في مارس 2020؟", "2020-03-01..2020-03-31"),
        ("What was opened in March 2023?", "2023-03-01..2023-03-31"),
        ("кто приехал в марте 2020 года?", "2020-03-01..2020-03-31"),
        ("что открыли 15 марта 2023", "2023-03-15..2023-03-15"),
        ("2020'de ne oldu?", "2020-01-01..2020-12-31"),
        ("What changed after 2021?", "2022-01-01.."),
        ("What was built before 2020?", "..2019-12-31"),
        ("between 2019 and 2021", "2019-01-01..2021-12-31"),
        ("ما الذي تغير بين 2019 و2021؟", "2019-01-01..2021-12-31"),
        ("كم مدرسة أُغلقت منذ 2011؟", "2011-01-01.."),
        ("who won last year?", "2023-01-01..2023-12-31"),
        ("من فاز العام الماضي؟", "2023-01-01..2023-12-31"),
        ("من فاز في نوفمبر الماضي؟", "2023-11-01..2023-11-30"),
        ("quelle loi fut votée en 2016 ?", "2016-01-01..2016-12-31"),
        ("Was geschah am 5. Mai 2019?", "2019-05-05..2019-05-05"),
        ("who led the 2020 harbour meeting", "2020-01-01..2020-12-31"),
        ("2020 harbour meeting", "2020-01-01..2020-12-31"),
        ("ماذا قيل في لقاء 2020؟", "2020-01-01..2020-12-31"),
        ("ماذا عن 2020؟", "2020-01-01..2020-12-31"),
        ("What about 2020?", "2020-01-01..2020-12-31"),
        ("who resigned after the 2021 elections?", "2021-01-01..2021-12-31"),
        ("من استقال بعد انتخابات 2021؟", "2021-01-01..2021-12-31"),
        ("кто ушёл после выборов 2021 года?", "2021-01-01..2021-12-31"),
        ("what was decided before the harbour fire in 2015?", "2015-01-01..2015-12-31"),
        ("from 2015 until now", "2015-01-01.."),
        ("من 2015 حتى الآن", "2015-01-01.."),
        ("compare the budgets of 2019 and 2022", "2019-01-01..2022-12-31"),
        ("after 2015, but before 2019", "2016-01-01..2018-12-31"),
    ],
)
def test_the_time_of_a_question(question, expected):
    assert asked(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "من هو مدير الميناء؟",
        "Who are the 2000 soldiers?",
        "How did 2005 children get home?",
        "كيف عاد 2005 أطفال؟",
        "كيف عاد 2005 طفلاً؟",
        "кто эти 2000 солдат?",
        "Qui sont les 2000 soldats ?",
        "who was chosen more than 1950 times?",
        "What may the party do when they march?",
        "the city before 2000 and since 2010",  # all time
        "",
    ],
)
def test_a_question_without_a_time(question):
    assert asked(question) is None


def test_the_open_sides_are_none():
    assert question_range("since 2011", TODAY) == TimeRange(first=date(2011, 1, 1), last=None)
    assert question_range("until 2011", TODAY) == TimeRange(first=None, last=date(2011, 12, 31))


@pytest.mark.parametrize(
    "question",
    [
        "What happened on 23 March?",
        "ماذا جرى يوم الثلاثاء؟",
        "Что сказал министр 14 сентября?",
        "زيارة ٢٣ مارس",
    ],
)
def test_a_day_without_its_year_constrains_nothing(question):
    assert question_range(question, date(2026, 11, 21)) is None

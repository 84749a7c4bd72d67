"""Single dates, ranges and relative words, in the spellings of news."""

from __future__ import annotations

from datetime import date

import pytest

from rag.text.dates import find_dates

ANCHOR = date(2020, 3, 25)  # a Wednesday


def days(text, anchor=None, language=None):
    return [
        f"{m.first}..{m.last}" if m.first != m.last else f"{m.first}"
        for m in find_dates(text, anchor, language)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23 مارس 2020", "2020-03-23"),
        ("٢٣ مارس ٢٠٢٠", "2020-03-23"),
        ("۲۳ مارس ۲۰۲۰", "2020-03-23"),
        ("23 آذار 2020", "2020-03-23"),
        ("23 مارس/ آذار 2020", "2020-03-23"),
        ("23 آذار (مارس) 2020", "2020-03-23"),
        ("٥ كانون الثاني / يناير ٢٠١٨", "2018-01-05"),
        ("2 أوت 2019", "2019-08-02"),
        ("2 غشت 2019", "2019-08-02"),
        ("9 جويلية من عام 2014", "2014-07-09"),
        ("الحادي والعشرين من أيلول 2017", "2017-09-21"),
        ("يوم الثلاثاء، الموافق 5 أيار 2020", "2020-05-05"),
        ("5 مـــارس 2020", "2020-03-05"),
        ("5 مَارِس\u00a02020", "2020-03-05"),
        ("\u200f5 مارس\u200f \u200e2020", "2020-03-05"),
        ("March 15, 2023", "2023-03-15"),
        ("Wednesday, 15 March 2023", "2023-03-15"),
        ("the 15th of March, 2023", "2023-03-15"),
        ("Oct. 2, 1968", "1968-10-02"),
        ("15 марта 2023 года", "2023-03-15"),
        ("1er août 2019", "2019-08-01"),
        ("15 Mart 2023", "2023-03-15"),
        ("15. März 2023", "2023-03-15"),
        ("15 de marzo de 2023", "2023-03-15"),
        ("15 березня 2023 року", "2023-03-15"),
        ("۱۵ ژوئیهٔ ۲۰۱۵", "2015-07-15"),
        ("2020-03-23", "2020-03-23"),
        ("2020-03-23T10:00:00Z", "2020-03-23"),
        ("23.03.2020", "2020-03-23"),
        ("٢٣/٣/٢٠٢٠", "2020-03-23"),
        ("03/15/2023", "2023-03-15"),
    ],
)
def test_a_day_with_its_year_needs_no_anchor(text, expected):
    (mention,) = find_dates(text)
    assert (str(mention.first), str(mention.last)) == (expected, expected)
    assert mention.certainty == "explicit"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("في آذار 2020", "2020-03-01..2020-03-31"),
        ("لعام 2015", "2015-01-01..2015-12-31"),
        ("February 2020", "2020-02-01..2020-02-29"),
        ("2020'de", "2020-01-01..2020-12-31"),
        ("Eylül 2016'da", "2016-09-01..2016-09-30"),
        ("2020 yılının Mart ayında", "2020-03-01..2020-03-31"),
        ("в сентябре 2016 г.", "2016-09-01..2016-09-30"),
        ("im Jahr 1789", "1789-01-01..1789-12-31"),
        ("the 1990s", "1990-01-01..1999-12-31"),
        ("dans les années 1980", "1980-01-01..1989-12-31"),
        ("تسعينيات القرن الماضي", "1990-01-01..1999-12-31"),
        ("13-14 September 2021", "2021-09-13..2021-09-14"),
        ("بين 5 و7 مارس 2020", "2020-03-05..2020-03-07"),
        ("من 2015 حتى 2020", "2015-01-01..2020-12-31"),
        ("بين عامي 2010 و2020", "2010-01-01..2020-12-31"),
        ("2015–2020", "2015-01-01..2020-12-31"),
        ("в 2014–2018 гг.", "2014-01-01..2018-12-31"),
        ("сентябрь 2015 - 2020", "2015-09-01..2020-12-31"),
        ("from 5 March to 7 April 2020", "2020-03-05..2020-04-07"),
        ("2019-20 season", "2019-01-01..2020-12-31"),
        ("since 2011", "2011-01-01..None"),
        ("منذ عام 2011", "2011-01-01..None"),
        ("с 2011 года", "2011-01-01..None"),
        ("2011'den beri", "2011-01-01..None"),
        ("until March 2020", "None..2020-03-31"),
        ("قبل 2012", "None..2011-12-31"),
        ("after 5 May 2014", "2014-05-06..None"),
        ("2019 ile 2021 arasında", "2019-01-01..2021-12-31"),
    ],
)
def test_months_years_and_ranges(text, expected):
    assert days(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 شعبان 1441هـ", "2020-04-08"),
        ("١٥ شعبان ١٤٤١", "2020-04-08"),
        ("15/8/1441", "2020-04-08"),
        ("رمضان 1442", "2021-04-13..2021-05-12"),
        ("Ramadan 2020", "2020-04-24..2020-05-23"),
        ("عام 1441 هـ", "2019-08-31..2020-08-19"),
    ],
)
def test_hijri_dates_are_given_as_gregorian_days(text, expected):
    assert days(text) == [expected]


def test_a_hijri_year_and_the_gregorian_one_beside_it_agree():
    assert days("سنة 1319 هـ / 1902") == ["1902-01-01..1902-12-31"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أعلنت الوزارة أمس", "2020-03-24"),
        ("اليوم الأربعاء", "2020-03-25"),
        ("يوم الثلاثاء", "2020-03-24"),
        ("الثلاثاء المقبل", "2020-03-31"),
        ("العام الماضي", "2019-01-01..2019-12-31"),
        ("الشهر الماضي", "2020-02-01..2020-02-29"),
        ("نوفمبر الماضي", "2019-11-01..2019-11-30"),
        ("5 مارس/ آذار الجاري", "2020-03-05"),
        ("5 من الشهر الجاري", "2020-03-05"),
        ("قبل عامين", "2018-01-01..2018-12-31"),
        ("yesterday", "2020-03-24"),
        ("last month", "2020-02-01..2020-02-29"),
        ("next Friday", "2020-03-27"),
        ("three years ago", "2017-01-01..2017-12-31"),
        ("20 December", "2019-12-20"),
        ("10 April", "2020-04-10"),
        ("вчера", "2020-03-24"),
        ("в прошлом году", "2019-01-01..2019-12-31"),
        ("hier", "2020-03-24"),
        ("il y a trois ans", "2017-01-01..2017-12-31"),
        ("geçen yıl", "2019-01-01..2019-12-31"),
        ("im vergangenen Jahr", "2019-01-01..2019-12-31"),
    ],
)
def test_what_lacks_a_year_is_resolved_against_the_anchor_alone(text, expected):
    language = "fr" if text == "hier" else None
    (mention,) = find_dates(text, ANCHOR, language)
    assert days(text, ANCHOR, language) == [expected]
    assert mention.certainty == "resolved"
    assert all(m.certainty == "weekday" for m in find_dates(text, None, language))


def test_the_weekday_picks_the_year_of_a_day_without_one():
    assert days("Monday, 25 March", date(2020, 3, 20)) == ["2019-03-25"]
    assert days("Wednesday, 25 March", date(2020, 3, 20)) == ["2020-03-25"]


def test_a_weekday_without_an_anchor_is_told_but_has_no_days():
    (mention,) = find_dates("اجتمعوا يوم الثلاثاء في المدينة")
    assert (mention.first, mention.last, mention.certainty) == (None, None, "weekday")


@pytest.mark.parametrize(
    "text",
    [
        "قُتل 6859 مدنياً",
        "تلقيح 2005 طفلاً",
        "أكثر من 2000 جندي",
        "من 2000 جندي إلى المعسكر",
        "يبعد 2010 أمتار",
        "About 2000 soldiers",
        "it costs $2000 or 1999€",
        "1950 volunteers and 2005 children",
        "Flight 2018 left with 5.2020 tons",
        "2000 солдат и 2005 детей",
        "2000 personnes",
        "2000 asker ve 1950 gönüllü",
        "2000 Soldaten",
        "COVID-19, F-16, G20",
        "الأمين العام الحالي",
        "مارس ضغوطاً كبيرة",
        "في أمسّ الحاجة إلى الدواء",
        "باب المدينة",
        "the parties may march on",
        "The Sunday Times and Saturday Night Live",
        "Среда обитания сократилась",
        "وفي ذلك اليوم وذلك العام",
        "1.2.3.4 and 10:30",
        "31/02/2020",
        "30 فبراير 2020",
    ],
)
def test_numbers_and_names_that_are_no_dates(text):
    assert days(text, ANCHOR) == []


def test_english_dates_in_numbers_begin_with_the_month_only_in_english():
    assert days("03/04/2023", language="en") == ["2023-03-04"]
    assert days("03/04/2023", language="fr") == ["2023-04-03"]
    assert days("03/04/2023") == ["2023-04-03"]
    assert days("23/04/2023", language="en") == ["2023-04-23"]


def test_a_word_of_another_language_is_no_date():
    assert days("Wir sind hier an diesem Ort", ANCHOR, "de") == []
    assert days("Il est arrivé hier", ANCHOR, "fr") == ["2020-03-24"]
    assert days("آب دریا در آب", ANCHOR, "fa") == []


def test_the_span_is_the_mention_in_the_original():
    text = (
        "قالت\u200f الوزارةُ: «وفي ٢٣ مــارس/\u00a0آذارَ ٢٠٢٠ — on 5 May 2014»، و15 марта 2023 года."
    )
    assert [text[m.start : m.end] for m in find_dates(text)] == [
        "٢٣ مــارس/\u00a0آذارَ ٢٠٢٠",
        "5 May 2014",
        "15 марта 2023 года",
    ]


def test_dates_do_not_reach_across_a_blank_line():
    assert days("في 5\n\nمارس 2020") == ["2020-03-01..2020-03-31"]
    assert days("في 5\nمارس 2020") == ["2020-03-05"]


def test_a_region_code_is_the_language():
    assert days("03/04/2023", language="en-US") == days("03/04/2023", language="en")
    assert days("23 March 2020", language="xx") == ["2020-03-23"]


@pytest.mark.parametrize(
    "text",
    [
        "Repairs will last six weeks.",
        "The strike may last two days.",
        "It did not last a month.",
        "They may leave.",
    ],
)
def test_english_verbs_are_no_times(text):
    assert find_dates(text, anchor=date(2023, 2, 1), language="en") == []


def test_months_and_last_weeks_are_still_times():
    assert (
        len(find_dates("In May 2023 and last week.", anchor=date(2023, 6, 1), language="en")) == 2
    )

"""The day an article says it was written."""

from __future__ import annotations

import pytest

from rag.text.dates import title_or_dateline_date

BODY = "وتحدث المشاركون عن خطط الموسم المقبل، وعن أعمال الصيانة التي بدأت منذ عام 2011. " * 30


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        (
            "ذكرت الهيئة الإثنين 23 مارس/ آذار 2020 أن الجسر فُتح. " + BODY,
            "2020-03-23",
            "الإثنين 23 مارس/ آذار 2020",
        ),
        (
            "The board met on Monday, March 23, 2020. It agreed.",
            "2020-03-23",
            "Monday, March 23, 2020",
        ),
        ("Мост открыли в понедельник, 23 марта 2020 года, утром.", "2020-03-23", None),
        (
            "عنوان الخبر\nدمشق، 5 أيار 2019 (وكالة) – افتُتح المعرض. " + BODY,
            "2019-05-05",
            "5 أيار 2019",
        ),
        (
            "Berlin, 5. Mai 2021 – Der Rat tagte am Montag, 3. Mai 2021.",
            "2021-05-05",
            "5. Mai 2021",
        ),
        ("٢٣/٠٣/٢٠٢٠\nافتُتح المعرض.", "2020-03-23", "٢٣/٠٣/٢٠٢٠"),
        (
            "Title\nPublished: 5 May 2019\nOn Monday, March 23, 2015, it rained.",
            "2019-05-05",
            "5 May 2019",
        ),
        ("نُشر في: 5 أيار 2019\nالنص هنا.", "2019-05-05", "5 أيار 2019"),
        (
            "On Sunday, 22 March 2020, it rained; on Monday, 23 March 2020, it cleared up.",
            "2020-03-23",
            None,
        ),
    ],
)
def test_strong_evidence_gives_the_day(text, day, words):
    mention = title_or_dateline_date(text)
    assert mention is not None
    assert str(mention.first) == str(mention.last) == day
    assert words is None or text[mention.start : mention.end] == words


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "افتُتح الجسر في 5 مارس، ويعمل منذ 2011.",
        "افتُتح الجسر في 5 مارس 2014 وأُغلق بعد أشهر.",  # a day, but of something else
        "The law of 5 May 2014 was changed in March 2019.",
        "On Tuesday, 23 March 2020, nothing was as it should be.",  # it was a Monday
        "He came on Monday, 23 March 2020, and left on Wednesday, 8 July 2020.",
        "Since Monday, 23 March 2020, it has rained.",
        BODY + "ذكرت الهيئة الإثنين 23 مارس/ آذار 2020 أن الجسر فُتح.",  # too far from the start
        "",
    ],
)
def test_nothing_is_made_up(text):
    assert title_or_dateline_date(text) is None

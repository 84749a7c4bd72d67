from datetime import date

import pytest

from rag.answering.time_fit import fits
from rag.records import Article, TimeRange
from rag.text.dates import find_dates

Y2019 = TimeRange(date(2019, 1, 1), date(2019, 12, 31))
Y2020 = TimeRange(date(2020, 1, 1), date(2020, 12, 31))


def about(text, sentence, time, published=None):
    article = Article("a", text, published=published)
    start = text.index(sentence)
    return fits(time, article, find_dates(text, anchor=published), start, start + len(sentence))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "The mayor met the envoy on 4 May 2019. He left.",
            "The mayor met the envoy on 4 May 2019.",
        ),
        ("التقى الوزير السفير يوم ٤ مايو ٢٠١٩ في المدينة.", "التقى الوزير"),
        ("Мэр встретил посла 4 мая 2019 года.", "Мэр встретил посла 4 мая 2019 года."),
    ],
)
def test_the_time_named_in_a_sentence_decides(text, sentence):
    assert about(text, text, Y2019, date(2021, 1, 1))
    assert not about(text, text, Y2020, date(2020, 1, 1))


def test_a_sentence_without_a_time_inherits_from_its_paragraph():
    text = "On 4 May 2019 the mayor met the envoy. They signed a treaty.\nThe treaty still holds."
    published = date(2021, 2, 2)
    assert about(text, "They signed a treaty.", Y2019, published)
    assert not about(text, "They signed a treaty.", TimeRange(published, published), published)
    assert about(text, "The treaty still holds.", TimeRange(published, published), published)


def test_the_publication_date_stands_for_a_text_without_times():
    assert about("The mayor met the envoy.", "The mayor", Y2020, date(2020, 3, 1))
    assert not about("The mayor met the envoy.", "The mayor", Y2020, date(2019, 3, 1))


def test_nothing_known_does_not_fit():
    assert not about("The mayor met the envoy on Tuesday.", "The mayor", Y2020)


def test_an_undated_article_is_placed_by_the_times_it_names():
    text = "The fair of 2019 drew thousands.\nThe mayor met the envoy."
    assert about(text, "The mayor met the envoy.", Y2019)
    assert not about(text, "The mayor met the envoy.", Y2020)


def test_background_since_a_year_is_not_an_event_of_later_years():
    text = "The war has gone on since 2011. Talks failed."
    assert not about(text, "The war has gone on since 2011.", Y2020)
    assert about(
        text, "The war has gone on since 2011.", TimeRange(date(2011, 1, 1), date(2011, 12, 31))
    )

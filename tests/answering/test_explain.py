from datetime import date

import pytest

from rag.answering.explain import asked, explain
from rag.answering.understand import understand
from rag.records import Article, Chunk, Passage, Sentence
from rag.text.sentences import split_sentences

TODAY = date(2026, 1, 1)


def passage_of(article, first=0, last=None):
    spans = split_sentences(article.text)[first:last]
    start, end = spans[0][0], spans[-1][1]
    sentences = tuple(Sentence(article.id, s, e) for s, e in spans)
    chunk = Chunk(article.id, start, end, article.text[start:end], sentences)
    return Passage(1, 0.71, chunk, article, {"dense": 0.8, "sentence": 0.9, "lexical": 12.34567})


def explained(question, article, first=0, last=None):
    return explain(understand(question, (), TODAY), passage_of(article, first, last))


SHOIGU = Article(
    "visit",
    "وصل وزير الدفاع الروسي سيرغي شويغو إلى دمشق يوم ٢٣ آذار ٢٠٢٠. وأجرى محادثات مع المسؤولين.",
    "زيارة شويغو",
    date(2020, 3, 24),
    language="ar",
)


def test_every_leg_is_shown_with_the_score_that_ranks():
    got = explained("أين وصل الوزير؟", SHOIGU).to_dict()
    assert got["legs"] == {"dense": 0.8, "sentence": 0.9, "lexical": 12.3457, "fused": 0.71}


def test_a_date_that_fits_is_shown_as_written_with_its_place():
    got = explained("من زار دمشق عام 2020؟", SHOIGU)
    (match,) = got.dates
    assert (match.text, match.first, match.last) == ("٢٣ آذار ٢٠٢٠", "2020-03-23", "2020-03-23")
    assert SHOIGU.text[match.start : match.end] == match.text
    assert match.where == "here"


def test_a_date_before_the_passage_is_told_apart():
    (match,) = explained("من زار دمشق عام ٢٠٢٠؟", SHOIGU, 1).dates
    assert (match.text, match.where) == ("٢٣ آذار ٢٠٢٠", "before")


@pytest.mark.parametrize("question", ["من زار دمشق عام 2019؟", "من زار دمشق؟"])
def test_no_date_matches_another_year_or_a_question_without_one(question):
    assert explained(question, SHOIGU).dates == ()


def test_the_articles_own_date_stands_for_a_text_without_one():
    article = Article("a", "Порт закрыли из-за шторма.", "", date(2021, 1, 15), language="ru")
    (match,) = explained("Почему порт закрыли в 2021 году?", article).dates
    assert (match.text, match.first, match.where, match.start) == (
        "",
        "2021-01-15",
        "published",
        None,
    )


def test_an_open_range_that_begins_then_matches():
    article = Article("a", "The port has been closed since 15 January 2021.", language="en")
    (match,) = explained("What was closed in January 2021?", article).dates
    assert (match.first, match.last) == ("2021-01-15", None)


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("When did Shoigu visit Damascus?", "Shoigu"),
        ("Когда Шойгу посетил Дамаск?", "Шойгу"),
        ("متى زار شويجو دمشق؟", "شويجو"),
    ],
)
def test_names_match_across_scripts_and_spellings(question, own):
    names = {match.asked: match for match in explained(question, SHOIGU).names}
    assert names[own].found == "شويغو"
    assert 0.8 <= names[own].likeness <= 1


def test_words_match_by_stem_and_are_shown_as_the_text_writes_them():
    words = {match.asked: match.found for match in explained("متى كانت الزيارة؟", SHOIGU).words}
    assert words == {"الزيارة": "زيارة"}  # the title's


def test_a_capitalised_word_inside_a_question_is_a_name():
    article = Article("a", "Mayor Anna Holt opened the bridge.", language="en")
    got = explained("Did Anna Holt open the bridge?", article)
    assert [match.found for match in got.names] == ["Anna", "Holt"]
    assert {match.found for match in got.words} == {"opened", "bridge"}


def test_a_question_on_something_else_matches_nothing():
    got = explained("Who won the chess tournament in 1987?", SHOIGU)
    assert (got.dates, got.names, got.words) == ((), (), ())


def test_what_was_understood_of_the_question():
    got = asked(understand("من زار حلب في مارس 2020؟", (), TODAY))
    assert got["time"] == {"first": "2020-03-01", "last": "2020-03-31"}
    assert got["language"] == "ar"
    assert got["towns"] == ["حلب"]
    assert "زار" in got["words"]
    assert asked(understand("من زار حلب؟", (), TODAY))["time"] is None

from datetime import date

import pytest

from rag.answering.events import rival_events
from rag.answering.overview import asks_only_when, overview, within
from rag.answering.understand import understand
from rag.answering.writers import Evidence
from rag.records import Article, Chunk, Filters, Passage, Sentence, TimeRange
from rag.store import ScoredChunk
from rag.text.dates import find_dates

TODAY = date(2026, 1, 1)


def told(identifier, text, published, probability=0.9, rank=1, language="en"):
    article = Article(identifier, text, title="", published=published, language=language)
    chunk = Chunk(identifier, 0, len(text), text, (Sentence(identifier, 0, len(text)),))
    mentions = tuple(find_dates(text, anchor=published, language=language))
    passage = Passage(rank, 0.9, chunk, article)
    scored = ScoredChunk(chunk, article, mentions, 0.9, (0.9,), 1.0)
    return (passage, scored), Evidence(passage, 0, len(text), probability)


def events(question, *told_, history=()):
    found = [pair for pair, _ in told_]
    evidence = sorted((e for _, e in told_), key=lambda e: -e.probability)
    return rival_events(understand(question, history, TODAY), evidence, found)


OLD = told("old", "Mayor Holt met the envoy Said in Velden.", date(2019, 5, 4), 0.8)
NEW = told("new", "The envoy Said met mayor Holt in Velden again.", date(2020, 6, 8), 0.7)


def test_events_of_different_times_are_told_apart_and_listed_by_date():
    found = events("When did Holt meet Said in Velden?", NEW, OLD)
    assert [e.evidence.passage.article.id for e in found] == ["old", "new"]
    assert [e.day for e in found] == [date(2019, 5, 4), date(2020, 6, 8)]


MEETINGS = {
    "en": ("Mayor Holt met the envoy Said in Velden.", "The envoy Said met mayor Holt in Velden again."),
    "ar": ("التقت العمدة هولت المبعوث سعيد في فلدن.", "المبعوث سعيد التقت به العمدة هولت في فلدن."),
    "ru": ("Мэр Хольт встретила посланника Саида.", "Посланника Саида снова встретила мэр Хольт."),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "question", "kept"),
    [
        ("en", "When was it that Holt last met Said in Velden?", "new"),
        ("en", "When was it that Holt first met Said in Velden?", "old"),
        ("ar", "متى التقت هولت سعيد آخر مرة؟", "new"),
        ("ar", "متى التقت هولت سعيد أول مرة؟", "old"),
        ("ru", "Когда Хольт встретила Саида в последний раз?", "new"),
        ("ru", "Когда Хольт встретила Саида в первый раз?", "old"),
    ],
)
def test_the_last_or_first_one_is_clearly_meant(language, question, kept):
    first, second = MEETINGS[language]
    old = told("old", first, date(2019, 5, 4), 0.8, language=language)
    new = told("new", second, date(2020, 6, 8), 0.8, language=language)
    assert [e.evidence.passage.article.id for e in events(question, old, new)] == [kept]


def test_across_scripts_a_rival_has_to_spell_the_names():
    old = told("old", MEETINGS["ar"][0], date(2019, 5, 4), 0.8, language="ar")
    other = told(
        "other", "زار السفير المدينة والتقى رجال الأعمال.", date(2020, 6, 8), 0.8, language="ar"
    )
    assert len(events("When did Said meet Holt?", old, other)) == 1


def test_a_question_that_names_the_time_is_not_asked_back():
    assert events("When did Holt meet Said in 2019?", OLD, NEW) == []


def test_a_year_is_no_day_where_the_article_has_one():
    yearly = told("old", "Mayor Holt met the envoy Said in Velden in 2019.", date(2019, 5, 4), 0.8)
    assert events("When did Holt meet Said in Velden?", yearly, NEW)[0].day == date(2019, 5, 4)


def test_one_event_told_on_two_days_is_one():
    later = told("later", "Holt met Said in Velden.", date(2019, 5, 6), 0.7)
    assert len(events("When did Holt meet Said?", OLD, later)) == 1


def test_a_far_less_likely_event_is_no_rival():
    weak = told("weak", NEW[1].quote, date(2020, 6, 8), 0.1)
    assert len(events("When did Holt meet Said?", OLD, weak)) == 1


def test_an_event_that_lacks_a_word_of_the_question_is_no_rival():
    other = told("other", "The envoy Said met the mayor of Aarhus.", date(2020, 6, 8), 0.8)
    assert len(events("When did Holt meet Said in Velden?", OLD, other)) == 1


def test_an_undated_best_sentence_gives_no_events():
    undated = told("undated", "Holt met Said in Velden.", None, 0.95)
    assert events("When did Holt meet Said?", undated, OLD, NEW) == []


@pytest.mark.parametrize(
    ("question", "only"),
    [
        ("ماذا حدث في مايو 2022؟", True),
        ("ما أبرز أحداث أيلول ٢٠٢٣؟", True),
        ("What happened in May 2022?", True),
        ("Что произошло в мае 2022 года?", True),
        ("Que s'est-il passé en mai 2022 ?", True),
        ("Mayıs 2022'de ne oldu?", True),
        ("What happened in Velden in May 2022?", False),
        ("من زار دمشق في مايو 2022؟", False),
        ("How many were there in 2022?", False),
        ("What happened?", False),
    ],
)
def test_a_question_for_a_time_and_nothing_else(question, only):
    assert understand(question, (), TODAY).only_time is only


def test_words_of_nothing_in_particular():
    assert asks_only_when([])
    assert asks_only_when(["happened", "news"])
    assert not asks_only_when(["happened", "velden"])


def test_the_filters_are_narrowed_never_widened():
    year = TimeRange(date(2022, 1, 1), date(2022, 12, 31))
    assert within(Filters(), year) == Filters(date(2022, 1, 1), date(2022, 12, 31))
    assert within(Filters(since=date(2022, 5, 1)), year).since == date(2022, 5, 1)
    assert within(Filters(until=date(2021, 5, 1)), year).until == date(2021, 5, 1)


def test_the_stories_of_a_time_come_by_date_one_sentence_each():
    june = told("june", "The harbour froze over.", date(2022, 6, 8))
    may = told("may", "Der Hafen war am 3. Mai 2022 gesperrt.", date(2022, 5, 4), language="de")
    other = told("other", "The fair opened.", date(2021, 5, 4))
    query = understand("What happened in 2022?", (), TODAY)
    found = overview(query, [june[0], other[0], may[0]])
    assert [e.passage.article.id for e in found] == ["may", "june"]

from datetime import date

import pytest

from rag.answering.understand import understand
from rag.answering.values import several_values
from rag.answering.writers import Evidence
from rag.records import Article, Chunk, Passage, Sentence

TODAY = date(2026, 1, 1)


def said(identifier, text, answer, probability=0.8, day=4, language="en"):
    """A sentence of its article; `answer` are the words that the reader takes for the answer."""
    article = Article(identifier, text, published=date(2019, 5, day), language=language)
    chunk = Chunk(identifier, 0, len(text), text, (Sentence(identifier, 0, len(text)),))
    at = text.index(answer)
    return Evidence(Passage(1, 0.9, chunk, article), 0, len(text), probability, answer=(at, at + len(answer)))  # fmt: skip


def values(question, *evidence):
    found = several_values(understand(question, (), TODAY), evidence)
    return [e.passage.article.text[slice(*e.answer)] for e in found]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How many people died?", ("The ministry counted 41 dead.", "41 dead"), ("Rescuers spoke of 57 dead.", "57 dead")),
        ("كم عدد القتلى؟", ("أحصت الوزارة ٤١ قتيلاً.", "٤١ قتيلاً"), ("وتحدث المسعفون عن 57 قتيلاً.", "57 قتيلاً")),
        ("Сколько погибших?", ("Министерство сообщило о 41 погибшем.", "41"), ("Спасатели говорят о 57.", "57")),
        ("Kaç kişi öldü?", ("Bakanlık 41 ölü saydı.", "41"), ("وتحدث المسعفون عن 57 قتيلاً.", "57 قتيلاً")),
    ],
)  # fmt: skip
def test_two_counts_of_one_event_are_both_given(question, one, other):
    assert values(question, said("a", *one), said("b", *other)) == [one[1], other[1]]


def test_two_counts_in_one_article_are_both_given():
    first = said("a", "The ministry counted 41 dead, the rescuers 57.", "41 dead")
    second = said("a", "The ministry counted 41 dead, the rescuers 57.", "57")
    assert values("How many people died?", first, second) == ["41 dead", "57"]


def test_days_of_one_event_differ_and_days_weeks_apart_are_of_two():
    first = said("a", "The envoy came on 4 May 2019.", "on 4 May 2019")
    near = said("b", "He arrived on 5 May 2019.", "5 May 2019")
    far = said("c", "He arrived on 5 June 2019.", "5 June 2019")
    assert values("When did the envoy come?", first, near) == ["on 4 May 2019", "5 May 2019"]
    assert values("When did the envoy come?", first, far) == []


@pytest.mark.parametrize(
    "other",
    [
        said("b", "Rescuers spoke of 41 dead.", "41"),
        said("b", "Rescuers spoke of some 40 dead.", "40"),  # 41, rounded
        said("b", "Rescuers spoke of 57 dead.", "57", probability=0.2),
        said("b", "Rescuers spoke of 57 dead.", "57", day=30),  # another event
        said("b", "Rescuers spoke of many dead.", "many dead"),
        said("b", "Rescuers spoke of 57 dead and 6 missing.", "57 dead and 6 missing"),
        said("b", "Rescuers spoke of deaths in May 2018.", "in May 2018"),
    ],
)
def test_what_is_no_other_value_of_the_same_is_not_given(other):
    assert values("How many died?", said("a", "The ministry counted 41 dead.", "41 dead"), other) == []  # fmt: skip


def test_questions_for_neither_number_nor_day_have_no_values():
    first, second = said("a", "It was Holt, 41.", "41"), said("b", "It was Said, 57.", "57")
    assert values("Who came?", first, second) == []
    assert values("How many came?") == []

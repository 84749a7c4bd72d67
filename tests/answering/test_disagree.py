"""Each line of the two files: language, question, a sentence of each of two outlets, and what they disagree on."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from rag.answering.disagree import disagreements
from rag.answering.telling import Told
from rag.records import Article

HERE = Path(__file__).parent


def pairs(name):
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def told(text, language="en", name="a", published=None, lead=""):
    article = Article(name, lead + text, "T", published, language=language)
    return Told(article, len(lead), len(lead + text), name)


def found(question, *tellings):
    return [d.what for d in disagreements(question, tellings)]


def between(language, question, one, other):
    return found(question, told(one, language), told(other, language, "b"))


@pytest.mark.parametrize(
    ("language", "question", "one", "other", "what"), pairs("disagreements.jsonl")
)
def test_sources_that_disagree_are_told_from_those_that_do_not(
    language, question, one, other, what
):
    expected = [what] if what else []
    assert between(language, question, one, other) == expected
    assert between(language, question, other, one) == expected


def test_pairs_that_nothing_was_tuned_on_raise_no_false_alarm():
    rows = pairs("disagreements_held_out.jsonl")
    results = [(between(*row[:4]), row[4]) for row in rows]
    assert [got for got, what in results if got != [what] and got] == []
    assert sum(got == [what] for got, what in results) >= 15  # of 20


def test_each_version_is_quoted_as_its_source_writes_it():
    one = told("قتل ١٤ شخصا في انهيار المبنى القديم.", "ar", lead="فلدن: ")
    other = told("قتل سبعة عشر شخصا في انهيار المبنى القديم.", "ar", "b")
    (disagreement,) = disagreements("كم قتل؟", [one, other])
    assert [v.value for v in disagreement.versions] == ["١٤", "سبعة عشر"]
    assert [v.told.text for v in disagreement.versions] == [one.text, other.text]
    assert one.article.text[one.start : one.end] == one.text


def test_copies_of_one_story_do_not_disagree():
    one = told("The storm felled 230 trees in the royal park.")
    other = told("The storm felled 310 trees in the royal park.", name="b")
    assert found("How many?", one, other) == ["number"]
    assert found("How many?", one, replace(other, story="a")) == []
    assert found("How many?", one, replace(other, article=one.article, story="c")) == []


def test_a_story_and_its_copy_against_a_third_are_one_disagreement():
    one = told("The storm felled 230 trees in the royal park.")
    copy = replace(told(one.text, name="copy"), story="a")
    other = told("The storm felled 310 trees in the royal park.", name="z")
    (only,) = disagreements("How many?", [one, copy, other])
    assert [v.told.article.id for v in only.versions] == ["a", "z"]


def test_languages_are_not_compared_with_each_other_nor_unknown_ones():
    text, more = "310 foo bar baz qux.", "450 foo bar baz qux."
    assert found("How many?", told(text, "en"), told(more, "fr", "b")) == []
    assert found("How many?", told(text, None), told(more, None, "b")) == []
    assert found("How many?", told(text, "fi"), told(more, "fi", "b")) == []


def test_the_day_of_publication_tells_two_events_apart():
    one = told("Yesterday 12 boats sank in the bay of Orrin.", published=date(2020, 3, 1))
    other = told(
        "Yesterday 15 boats sank in the bay of Orrin.", name="b", published=date(2020, 3, 1)
    )
    later = replace(other, article=replace(other.article, published=date(2020, 9, 1)))
    assert found("How many?", one, other) == ["number"]
    assert found("How many?", one, later) == []


def test_names_are_compared_only_where_somebody_is_asked_for():
    one, other = (
        f"The city marathon was won by {n} in rain." for n in ("Tomas Berg", "Ole Hansen")
    )
    assert between("en", "Who won?", one, other) == ["name"]
    assert between("en", "When was the marathon?", one, other) == []


@given(st.text(max_size=60), st.text(max_size=60))
@how(max_examples=40, deadline=None)
def test_any_text_can_be_compared(one, other):
    for language in ("ar", "en"):
        both = between(language, "who? كم؟", f"{one} 5 {other}", f"{other} 7 {one}")
        assert both == between(language, "who? كم؟", f"{other} 7 {one}", f"{one} 5 {other}")

"""From a question to an answer where several events fit, sources differ, or only a time is asked for."""

from datetime import date

import pytest

from rag.answering import assistant, lookup
from rag.answering.assistant import Assistant
from rag.answering.compose import Work
from rag.answering.understand import readings
from rag.indexing.sync import sync
from rag.records import Filters, Turn
from rag.store.local import LocalStore

TODAY = date(2022, 1, 1)
MEETINGS = {
    "first.md": ("2019-05-04", "Mayor Anna Holt met the envoy Omar Said in Velden for talks on the bridge."),
    "second.md": ("2020-06-08", "The envoy Omar Said met mayor Anna Holt in Velden for talks on the bridge."),
}  # fmt: skip
TOLLS = {
    "post.md": ("2021-03-02", "The fire in the harbour of Velden killed 12 workers, the mayor said."),
    "times.md": ("2021-03-03", "The fire in the harbour of Velden killed 17 workers, the hospital said."),
}  # fmt: skip


@pytest.fixture
def ask(tmp_path, settings, embedder):
    """Asks over articles given as (day, text) by file name; every likelihood is an answer."""

    def asked(articles, question, **given):
        folder = tmp_path / "own"
        folder.mkdir(exist_ok=True)
        for name, (day, text) in articles.items():
            head = f"title: {name.removesuffix('.md')} report\npublished: {day}\nlanguage: en"
            (folder / name).write_text(f"---\n{head}\nsource: {name}\n---\n{text}\n", "utf-8")
        own = settings.model_copy(update={"corpus": folder, "answer_threshold": 0.0})
        sync(own, embedder)
        own_assistant = Assistant(
            own, embedder, LocalStore.open(own.index, embedder), today=lambda: date(2022, 1, 1)
        )
        return own_assistant.ask(question, **given)

    return asked


def test_two_events_that_fit_are_both_named_and_the_reader_is_asked(ask):
    answer = ask(MEETINGS, "When did Anna Holt meet Omar Said in Velden?")
    assert answer.status == "ambiguous"
    assert answer.text.startswith("Several events fit your question.")
    assert [miss.article.id for miss in answer.near_misses] == ["first", "second"]
    assert [c.article.id for c in answer.citations] == ["first", "second"]
    assert all(c.quote == c.article.text[c.start : c.end] for c in answer.citations)


@pytest.mark.parametrize(("order", "kept"), [("last", "second"), ("first", "first")])
def test_the_last_or_first_of_two_events_is_answered_at_once(ask, order, kept):
    answer = ask(MEETINGS, f"When was it that Anna Holt {order} met Omar Said in Velden?")
    assert answer.status == "answered"
    assert {c.article.id for c in answer.citations} == {kept}


def test_the_year_given_back_picks_one(ask):
    question = "When did Anna Holt meet Omar Said in Velden?"
    answer = ask(MEETINGS, "In 2020", history=(Turn(question, "Which one do you mean?"),))
    assert answer.status == "answered"
    assert {c.article.id for c in answer.citations} == {"second"}


def test_a_filter_on_the_date_picks_one(ask):
    answer = ask(
        MEETINGS,
        "When did Anna Holt meet Omar Said in Velden?",
        filters=Filters(until=date(2019, 12, 31)),
    )
    assert answer.status == "answered"
    assert {c.article.id for c in answer.citations} == {"first"}


def test_sources_that_differ_are_shown_side_by_side(ask):
    answer = ask(TOLLS, "How many workers did the fire in the harbour of Velden kill?")
    assert answer.status == "answered"
    assert answer.text.startswith("The sources differ:")
    assert {c.article.id for c in answer.citations} == {"post", "times"}
    assert "12" in answer.text
    assert "17" in answer.text


def test_a_question_for_a_time_alone_gets_what_there_was_then(ask):
    answer = ask({**MEETINGS, **TOLLS}, "What happened in 2019?")
    assert answer.status == "answered"
    assert {c.article.id for c in answer.citations} == {"first"}


def test_what_the_answer_before_quoted_is_not_quoted_again(ask):
    told = "Mayor Anna Holt met the envoy Omar Said in Velden in 2019."
    other = "With the envoy Omar Said came the engineer Ida Brandt in 2019."
    question = "Who met Omar Said in Velden in 2019?"
    answer = ask(
        {"one.md": ("2019-05-04", f"{told} {other}")},
        "And who else?",
        history=(Turn(question, f"one.md: “{told}” [1]"),),
    )
    assert answer.citations[0].quote == other


@pytest.mark.parametrize(("alone", "leaning", "chosen"), [(0.3, 0.9, 1), (0.6, 0.6, 0), (0.9, 0.2, 0)])  # fmt: skip
def test_another_reading_is_taken_where_more_is_found_for_it(monkeypatch, alone, leaning, chosen):
    before = [Turn("Who opened the bridge over the Kora?")]
    queries = readings("Who won the chess cup of Velden?", before, TODAY)
    assert len(queries) == 2
    confidences = iter((alone, leaning))

    def found(query, *_):
        work = Work(query, None, [], next(confidences))
        work.timings |= {"retrieve": 2.0, "weigh": 3.0}
        return work

    monkeypatch.setattr(lookup, "look_up", found)
    work = lookup.look_up_surest(queries, None, Filters(), 5)
    assert work.query is queries[chosen]
    assert work.timings == {"retrieve": 4.0, "weigh": 6.0}  # both took their time


def test_a_follow_up_that_seems_to_stand_alone_is_looked_up_both_ways(ask, monkeypatch):
    asked = []

    def surest(queries, *given):
        asked.extend(queries)
        return lookup.look_up(queries[-1], *given)

    monkeypatch.setattr(assistant, "look_up_surest", surest)
    question, before = "Who met the envoy Omar Said for talks?", "What was in Velden in June 2020?"
    answer = ask(MEETINGS, question, history=[Turn(before)])
    assert [query.text for query in asked] == [question, f"{before} {question}"]
    assert {citation.article.id for citation in answer.citations} == {"second"}

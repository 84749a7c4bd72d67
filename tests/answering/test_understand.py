from datetime import date

import pytest

from rag.answering.understand import readings, understand
from rag.records import TimeRange, Turn

TODAY = date(2022, 6, 1)
Y2020 = TimeRange(date(2020, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Who opened the bridge in 2020?", "Who opened the bridge"),
        ("من افتتح الجسر عام ٢٠٢٠؟", "من افتتح الجسر"),
        ("Кто открыл мост в 2020 году?", "Кто открыл мост"),
    ],
)
def test_the_time_becomes_a_constraint_and_leaves_the_words(question, topic):
    query = understand(question, (), TODAY)
    assert query.time == Y2020
    assert query.topic.startswith(topic)
    assert "2020" not in {word.stem for word in query.words}
    assert "2020" in {word.stem for word in query.timeless().words}


def test_a_question_that_is_all_time_keeps_its_words():
    assert understand("2020?", (), TODAY).topic == "2020?"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Who opened the bridge over the Kora?", "And when?"),
        ("من افتتح الجسر على نهر كورا؟", "ومتى كان ذلك؟"),
        ("Кто открыл мост через Кору?", "А когда?"),
    ],
)
def test_a_follow_up_takes_the_question_before_along(before, question):
    query = understand(question, [Turn(before)], TODAY)
    assert before in query.text
    assert query.kind == "when"
    assert query.question == question


def test_a_question_that_stands_alone_takes_nothing_along():
    query = understand(
        "How many ships stayed in the harbour of Velden?", [Turn("Who opened the bridge?")], TODAY
    )
    assert "bridge" not in query.text


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("من حضر لقاء دمشق في آذار 2020؟", "متى زار شويغو حلب؟"),
        ("Who opened the bridge in 2019?", "When did Holt open Aarhus?"),
        ("Кто открыл мост в 2019 году?", "Когда Белов закрыл порт?"),
    ],
)
def test_a_short_question_that_names_its_own_subject_stands_alone(before, question):
    query = understand(question, [Turn(before)], TODAY)
    assert query.text == question
    assert query.time is None


def test_a_follow_up_may_name_another_time():
    query = understand(
        "And in 2020?", [Turn("Who opened the bridge over the Kora in 2019?")], TODAY
    )
    assert query.time == Y2020
    assert "bridge" in query.topic


def test_a_follow_up_of_a_follow_up_reaches_the_question_that_stood_alone():
    history = [Turn("Who opened the bridge over the Kora?"), Turn("And when?")]
    assert "bridge" in understand("And where was it?", history, TODAY).text
    assert understand("And why?", [Turn("And when?")] * 5000, TODAY).text


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Where was the 2019 bridge of Velden built?", "How many workers from Brno were hurt there that day?"),
        ("أين بُني جسر أوران عام ٢٠١٩؟", "كم مهندساً من شركة السلام جُرح في الحادثة؟"),
        ("Где построили мост в Велдене в 2019 году?", "Сколько рабочих компании «Заря» пострадало при аварии?"),
        ("Où a été construit le pont de Velden en 2019 ?", "Combien d'ouvriers de la société Duval ont été blessés ?"),
    ],
)  # fmt: skip
def test_a_question_that_seems_to_stand_alone_is_also_read_after_what_came_before(before, question):
    alone, after = readings(question, [Turn(before)], TODAY)
    assert alone == understand(question, [Turn(before)], TODAY)
    assert (alone.text, alone.time) == (question, None)
    assert after.text == f"{before} {question}"
    assert after.asked.startswith(question)
    assert after.time == TimeRange(date(2019, 1, 1), date(2019, 12, 31))
    assert after.kind == alone.kind == "how_many"


def test_a_question_is_read_once_where_nothing_came_before_or_where_it_leans_on_it():
    assert len(readings("Who opened the bridge?", [], TODAY)) == 1
    before = [Turn("Who opened the bridge over the Kora in 2019?")]
    assert readings("And when?", before, TODAY) == [understand("And when?", before, TODAY)]


def test_a_reading_of_another_kind_is_not_told_what_was_answered_before():
    before = [Turn("Who opened the bridge of Velden?", "Anna Holt did.")]
    question = "What happened in Velden after the talks of the Duval Group?"
    _, after = readings(question, before, TODAY)
    assert (after.kind, after.answered) == ("what", "")

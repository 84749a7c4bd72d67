"""Several events at once on one conversation: what one didn't see, it doesn't overwrite."""

from __future__ import annotations

import copy
import dataclasses

from rag.records import Filters
from rag.serving.ui.conversation import Conversation
from rag.serving.ui.exchange import Exchange


def _asked(*questions: str) -> Conversation:
    talk = Conversation()
    for question in questions:
        talk.add(question, Filters())
        last = talk.exchanges[-1]
        talk.replace_last(last, dataclasses.replace(last, state="stopped"))
    return talk


def test_second_question_waits_for_the_first_answer() -> None:
    talk = Conversation()
    assert talk.add("أول", Filters())
    assert not talk.add("ثان", Filters())
    talk.replace_last(talk.exchanges[0], Exchange(1, "أول", state="failed"))
    assert talk.add("ثان", Filters())
    assert [exchange.number for exchange in talk.exchanges] == [1, 2]


def test_answer_on_its_way_cannot_undo_a_stop() -> None:
    talk = Conversation()
    talk.add("س", Filters())
    seen = talk.exchanges[-1]
    assert talk.replace_last(seen, dataclasses.replace(seen, state="stopped"))
    assert not talk.replace_last(seen, dataclasses.replace(seen, state="writing", text="..."))
    assert talk.exchanges[-1].state == "stopped"


def test_answer_on_its_way_cannot_revive_what_was_cut() -> None:
    talk = _asked("أول", "ثان")
    seen = talk.exchanges[-1]
    talk.cut(1)
    assert not talk.replace_last(seen, dataclasses.replace(seen, text="..."))
    assert [exchange.question for exchange in talk.exchanges] == ["أول"]


def test_each_reader_starts_empty() -> None:
    assert copy.deepcopy(_asked("س")).exchanges == []

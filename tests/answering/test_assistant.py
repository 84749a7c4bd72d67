import json
from datetime import date

import pytest

from rag.answering.assistant import Assistant
from rag.errors import UsageError
from rag.indexing.sync import sync
from rag.records import Answer, Filters, Turn
from rag.store.local import LocalStore

CONTRACT = {
    "id", "question", "language", "status", "text", "confidence", "writer", "citations", "passages",
    "near_misses", "unsupported", "timings_ms",
}  # fmt: skip


@pytest.fixture
def open_(settings, embedder):
    """An assistant that answers whatever evidence it has: the fake model's cosines mean little."""

    def opened(**changes):
        own = settings.model_copy(update={"answer_threshold": 0.0, **changes})
        sync(own, embedder)
        return Assistant(
            own, embedder, LocalStore.open(own.index, embedder), today=lambda: date(2022, 1, 1)
        )

    return opened


def exact(assistant, answer):
    return all(
        assistant.article(c.article.id).text[c.start : c.end] == c.quote for c in answer.citations
    )


@pytest.mark.parametrize(
    ("question", "fact", "language"),
    [
        ("Who cut the ribbon of the new bridge in Velden?", "Anna Holt", "en"),
        ("من افتتح الجسر الثاني على نهر كورا في فلدن؟", "سامر حداد", "ar"),
        ("Сколько судов осталось в гавани порта Вельдена?", "27", "ru"),
    ],
)
def test_an_answer_quotes_its_article_exactly(open_, question, fact, language):
    assistant = open_()
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert answer.language == language
    assert fact in answer.text
    assert answer.citations
    assert exact(assistant, answer)
    assert all(c.match == "verbatim" and f"[{c.marker}]" in answer.text for c in answer.citations)
    assert len(answer.text) <= 600


def test_the_json_of_an_answer_keeps_the_contract(open_):
    row = json.loads(json.dumps(open_().ask("Who opened the bridge?").to_dict()))
    assert row.keys() >= CONTRACT
    assert {
        "marker",
        "article_id",
        "title",
        "source",
        "published",
        "url",
        "quote",
        "start",
        "end",
        "support",
        "match",
    } <= row["citations"][0].keys()
    assert {
        "rank",
        "score",
        "chunk_id",
        "article_id",
        "title",
        "published",
        "text",
        "start",
        "end",
    } <= row["passages"][0].keys()
    assert {"understand", "retrieve", "write", "verify"} <= row["timings_ms"].keys()


def test_another_year_is_never_answered_for_the_one_asked(open_):
    answer = open_().ask("Who cut the ribbon of the bridge over the Kora in 2021?")
    assert "Anna Holt" not in answer.text
    assert "bridge-2019" not in {c.article.id for c in answer.citations}
    assert "bridge-2019" not in {p.article.id for p in answer.passages}


def test_a_near_miss_names_its_own_time(open_):
    answer = open_().ask("When did the new bridge over the Kora open in Velden in 1999?")
    assert answer.status == "not_found"
    assert answer.citations == ()
    assert answer.text.startswith("The articles at hand do not answer")
    assert any(
        m.article.id == "bridge-2019" and "4 May 2019" in m.why and "1999" in m.why
        for m in answer.near_misses
    )


def test_below_the_threshold_it_says_so_in_the_language_of_the_question(open_):
    assistant = open_(answer_threshold=1.0)
    assert assistant.ask("من افتتح الجسر؟").text.startswith("لا تجيب")
    answer = assistant.ask("Кто открыл мост?")
    assert answer.status == "not_found"
    assert answer.text.startswith("В имеющихся статьях нет")


def test_filters_are_exact(open_):
    assistant = open_()
    assert {p.article.id for p in assistant.search("bridge", 10, Filters(languages=("ar",)))} == {
        "bridge-2020"
    }
    assert {
        p.article.id for p in assistant.search("bridge", 10, Filters(sources=("River Post",)))
    } == {"bridge-2019"}
    since = Filters(since=date(2020, 1, 1), until=date(2020, 12, 31))
    assert {p.article.id for p in assistant.search("bridge", 10, since)} == {"bridge-2020"}
    assert assistant.search("bridge", 10, Filters(sources=("Nobody",))) == []
    assert (
        assistant.ask("Who opened the bridge?", filters=Filters(sources=("Nobody",))).status
        == "not_found"
    )


def test_search_puts_passages_of_the_year_asked_first(open_):
    found = open_().search("bridge over the Kora in 2020", 10)
    assert found[0].article.id == "bridge-2020"
    assert [p.rank for p in found] == list(range(1, len(found) + 1))


def test_a_follow_up_carries_the_question_before_it(open_):
    assistant = open_()
    history = [Turn("Who cut the ribbon of the new bridge over the Kora in Velden?", "Anna Holt")]
    assert assistant.ask("And when?", history).citations[0].article.id == "bridge-2019"


def test_the_stream_ends_with_the_answer_it_streamed(open_):
    *pieces, answer = open_().stream("Who cut the ribbon of the new bridge?")
    assert isinstance(answer, Answer)
    assert "".join(pieces) == answer.text


def test_the_same_question_gets_the_same_answer(open_):
    assistant = open_()
    rows = [assistant.ask("Who opened the bridge?").to_dict() for _ in range(2)]
    for row in rows:
        row.pop("timings_ms")
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    "question", ["", "   ", "؟!", "\u200f\u200e", "x" * 10_000, "\ud800 bridge", "bridge\0over"]
)
def test_questions_that_cannot_be_taken_are_one_line(open_, question):
    with pytest.raises(UsageError):
        open_().ask(question)


@pytest.mark.parametrize(
    "question",
    ["\u202eegdirb", 'body:* AND ("', "٢٠٢٠", "🌉 bridge?"],
)
def test_odd_questions_get_an_answer(open_, question):
    assert open_().ask(question).status in {"answered", "not_found"}


def test_an_unknown_writer_is_refused(open_):
    with pytest.raises(UsageError, match="extractive"):
        open_().ask("Who?", writer="magic")


def test_threads_share_an_assistant(open_):
    from concurrent.futures import ThreadPoolExecutor

    assistant = open_()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: assistant.ask("Who cut the ribbon of the new bridge?").text, range(40)
            )
        )
    assert len(set(answers)) == 1

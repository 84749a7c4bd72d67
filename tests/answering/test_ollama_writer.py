"""What the writer asks of Ollama, and what it makes of the stream."""

from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from rag.answering.prompts import NOT_FOUND, not_found
from rag.answering.writers.ollama import OllamaProbe, OllamaWriter
from rag.answering.writers.ollama_chat import OllamaChat
from rag.errors import WriterError
from rag.settings import Settings
from tests.answering.standin.material import brief, count_words, passage
from tests.answering.standin.server import FakeOllama, done, repeat, say, wait

MODEL = "qwen3:4b-instruct"
ARABIC = passage(
    "أعلنت الوزارة أن الإنتاج بلغ ٢٫٤ مليون طن.", "وقالت إن الموسم تأخر.",
    title="موسم القمح", source="جريدة الحصاد", published=date(2021, 8, 14), before="مقدمة. ",
)  # fmt: skip
RUSSIAN = passage("Урожай составил 2,4 млн тонн.", rank=2, source="Вестник")
BRIEF = brief("كم بلغ الإنتاج؟", "ar", [ARABIC, RUSSIAN], likely=[(0, 0, 0.4), (0, 1, 0.7)])


@pytest.fixture
def fake():
    with FakeOllama() as server:
        yield server


def _writer(fake, timeout_s=5.0):
    settings = Settings(ollama_host=fake.url, ollama_model=MODEL, ollama_timeout_s=timeout_s)
    return OllamaWriter(settings, OllamaChat(settings, count_words, OllamaProbe(fake.url, MODEL)))


def _written(fake, *script, made=BRIEF):
    fake.script = list(script)
    return "".join(_writer(fake).write(made).pieces)


def test_the_answer_streams_in_pieces_as_it_comes(fake):
    fake.script = [*say("بلغ الإنتاج 2.4 مليون", " طن", " [1][2]", "."), done()]
    pieces = list(_writer(fake).write(BRIEF).pieces)
    assert "".join(pieces) == "بلغ الإنتاج 2.4 مليون طن [1][2]."
    assert pieces[1:] == [" طن", " [1][2]", "."]


def test_sources_are_whole_passages_in_the_order_of_the_prompt(fake):
    sources = _writer(fake).write(BRIEF).sources
    assert [s.passage for s in sources] == [ARABIC, RUSSIAN]
    assert [s.quote for s in sources] == [ARABIC.chunk.text, RUSSIAN.chunk.text]
    assert [s.probability for s in sources] == [0.7, 0.0]


def test_the_request_is_deterministic_bounded_and_big_enough(fake):
    _written(fake, *say("نعم [1]."), done())
    (chat,) = fake.chats
    assert chat["model"] == MODEL
    assert chat["stream"] is True
    assert chat["keep_alive"] == "15m"
    assert "think" not in chat
    assert chat["options"] == {"temperature": 0, "seed": 20, "num_predict": 512, "num_ctx": 2048}
    assert [m["role"] for m in chat["messages"]] == ["system", "user"]
    assert ARABIC.chunk.text in chat["messages"][1]["content"]
    assert "مقدمة" not in chat["messages"][1]["content"]
    assert chat["messages"][1]["content"].rstrip().split("\n")[-2] == BRIEF.question


def test_the_same_question_twice_is_the_same_request(fake):
    writer = _writer(fake)
    fake.script = [*say("نعم [1]."), done()]
    for _ in range(2):
        list(writer.write(BRIEF).pieces)
    assert fake.chats[0] == fake.chats[1]


def test_context_holds_the_prompt_grows_with_it_and_never_shrinks(fake):
    writer = _writer(fake)
    fake.script = [*say("نعم [1]."), done()]
    large = brief("؟", "ar", [passage(*["كلمة " * 20 + "."] * 10, rank=n) for n in range(1, 9)])
    for made in (BRIEF, large, BRIEF):
        list(writer.write(made).pieces)
    contexts = [chat["options"]["num_ctx"] for chat in fake.chats]
    words = [sum(len(m["content"].split()) for m in chat["messages"]) for chat in fake.chats]
    assert all(context >= 2.5 * n + 512 for context, n in zip(contexts, words, strict=True))
    assert contexts[0] < contexts[1] == contexts[2]
    assert all(context % 2048 == 0 for context in contexts)


def test_a_model_of_short_context_gets_fewer_words(fake):
    fake.context_length = 2048
    fake.script = [*say("نعم [1]."), done()]
    large = brief("؟", "ar", [passage(*["كلمة " * 20 + "."] * 10, rank=n) for n in range(1, 9)])
    draft = _writer(fake).write(large)
    list(draft.pieces)
    (chat,) = fake.chats
    assert chat["options"]["num_ctx"] == 2048
    assert sum(len(m["content"].split()) for m in chat["messages"]) * 2.5 + 512 <= 2048
    assert 1 <= len(draft.sources) < 8
    assert chat["messages"][1]["content"].count("</passage") == len(draft.sources)


def test_thinking_is_switched_off_only_where_there_is_any(fake):
    fake.capabilities = ["completion", "thinking"]
    _written(fake, *say("نعم [1]."), done())
    assert fake.chats[0]["think"] is False


def test_an_old_server_that_tells_no_capabilities_will_do(fake):
    fake.capabilities = fake.context_length = None
    assert _written(fake, *say("نعم [1]."), done()) == "نعم [1]."


def test_a_think_block_is_not_shown(fake):
    script = say(
        "<th", "ink>\nLet me see [1].", "\n</thi", "nk>\n\n", "بلغ الإنتاج 2.4 مليون طن [1]."
    )
    assert _written(fake, *script, done()) == "بلغ الإنتاج 2.4 مليون طن [1]."


@pytest.mark.parametrize(
    ("script", "text", "strays"),
    [
        (say("بلغ 2.4 مليون طن [7]. وتأخر [١] [0]."), "بلغ 2.4 مليون طن. وتأخر [١].", 2),
        (say("بلغ 2.4 مليون طن", " [", "2", "] [", "٣", "]."), "بلغ 2.4 مليون طن [2].", 1),
        (say("Урожай 2,4 млн тонн [1, 3,2]."), "Урожай 2,4 млн тонн [1][2].", 1),
        (say("Hasat 2,4 milyon [1][2].\n[9]"), "Hasat 2,4 milyon [1][2].", 1),
        (say("بلغ [...] 2.4 مليون […] طن [1]."), "بلغ 2.4 مليون طن [1].", 0),
        (say("سنة [2021] كانت [كذا] و[1] أو [1"), "سنة [2021] كانت [كذا] و[1] أو [1", 0),
    ],
)
def test_markers_that_name_no_passage_are_removed_and_counted(fake, script, text, strays):
    fake.script = [*script, done()]
    draft = _writer(fake).write(BRIEF)
    assert "".join(draft.pieces) == text
    assert draft.tally.stray_markers == strays


def test_the_first_piece_is_enough_to_tell_the_sentinel(fake):
    fake.script = [*say("NOT", "_", "FOU", "ND"), done()]
    assert list(_writer(fake).write(BRIEF).pieces) == [NOT_FOUND]
    fake.script = [*say(*"NOT_FOUND. المقاطع لا تذكر ذلك."), done()]
    assert not_found(next(iter(_writer(fake).write(BRIEF).pieces)))
    fake.script = [*say(*"NOTIZ: Die Ernte war gut [1]."), done()]
    assert not not_found(next(iter(_writer(fake).write(BRIEF).pieces)))


def test_without_passages_no_model_is_asked(fake):
    draft = _writer(fake).write(brief("ما الخبر؟", "ar", []))
    assert "".join(draft.pieces) == NOT_FOUND
    assert not draft.sources
    assert not fake.paths


def test_a_sentence_over_and_over_is_stopped_and_shown_once(fake):
    text = _written(
        fake, *say("بلغ الإنتاج 2.4 مليون طن [1]."), repeat(" وتأخر الموسم كثيرا هذه السنة [1].")
    )
    assert text.rstrip() == "بلغ الإنتاج 2.4 مليون طن [1]. وتأخر الموسم كثيرا هذه السنة [1]."
    assert fake.left.wait(5)


def test_words_over_and_over_are_stopped(fake):
    text = _written(fake, *say("بلغ الإنتاج 2.4 مليون طن [1]. ثم "), repeat("جدا "))
    assert text.startswith("بلغ الإنتاج 2.4 مليون طن [1].")
    assert len(text) < 400
    assert fake.left.wait(5)


def test_a_server_that_heeds_no_limit_is_cut_off(fake):
    text = _written(
        fake, *(step for n in range(400) for step in say(f"Satz Nummer {n} ist hier anders [1]. "))
    )
    assert 7800 < len(text) < 8400  # 8000, less the beginning of a sentence or more by its end


def test_closing_the_pieces_ends_the_connection(fake):
    fake.script = [*say("بلغ الإنتاج 2.4 مليون طن [1]."), repeat("كلام مختلف ")]
    with closing(_writer(fake).write(BRIEF).pieces) as pieces:
        next(pieces)
        assert not fake.left.is_set()
    assert fake.left.wait(5)


def test_a_reader_who_leaves_before_the_first_word_ends_the_work(fake):
    fake.script = [wait(60.0), repeat("كلام مختلف ")]
    with closing(_writer(fake, timeout_s=60).write(BRIEF).pieces) as pieces:
        assert next(pieces) == ""  # nothing to show yet, but whoever reads can stop now
        assert not fake.left.is_set()
    assert fake.hung_up(within_s=20)


def test_a_model_that_thinks_silently_gives_signs_of_life(fake):
    fake.script = [*say("<think>"), *([wait(0.3), *say("hm ")] * 8), *say("</think>بلغ الإنتاج 2.4 [1]."), done()]  # fmt: skip
    pieces = list(_writer(fake).write(BRIEF).pieces)
    assert pieces[0] == ""
    assert "".join(pieces) == "بلغ الإنتاج 2.4 [1]."


def test_sentences_about_another_time_are_not_shown_and_nothing_rests_on_them(fake):
    chunk = ARABIC.chunk
    hidden = {chunk.id: [(chunk.sentences[1].start, chunk.sentences[1].end)]}
    fake.script = [*say("نعم [1]."), done()]
    draft = _writer(fake).write(replace(BRIEF, hidden=hidden))
    list(draft.pieces)
    shown = fake.chats[0]["messages"][1]["content"]
    assert "بلغ ٢٫٤ مليون طن" in shown
    assert "الموسم تأخر" not in shown
    assert draft.sources[0].hidden == ((chunk.sentences[1].start, chunk.sentences[1].end),)
    assert (draft.sources[0].start, draft.sources[0].end) == (chunk.start, chunk.end)


def test_where_everything_is_hidden_no_model_is_asked(fake):
    hidden = {p.chunk.id: [(p.chunk.start, p.chunk.end)] for p in (ARABIC, RUSSIAN)}
    draft = _writer(fake).write(replace(BRIEF, hidden=hidden))
    assert "".join(draft.pieces) == NOT_FOUND
    assert "/api/chat" not in fake.paths


def test_what_the_server_counts_makes_the_next_context_large_enough(fake):
    writer = _writer(fake)
    fake.script = [*say("نعم [1]."), done(prompt=1900, answer=9)]
    list(writer.write(BRIEF).pieces)
    list(writer.write(BRIEF).pieces)
    first, second = (chat["options"]["num_ctx"] for chat in fake.chats)
    assert first == 2048
    assert second >= 1900 + 512


@pytest.mark.parametrize(("prompt", "answer"), [(2048, 3), (1900, 200)])
def test_a_prompt_that_the_server_cut_is_a_failure_and_gets_more_room_next_time(
    fake, prompt, answer
):
    writer = _writer(fake)
    fake.script = [*say("نعم [1]."), done(prompt=prompt, answer=answer)]
    with pytest.raises(WriterError, match="context of 2048 tokens was full"):
        list(writer.write(BRIEF).pieces)
    fake.script = [*say("نعم [1]."), done(prompt=prompt, answer=answer)]
    assert "".join(writer.write(BRIEF).pieces) == "نعم [1]."
    assert fake.chats[1]["options"]["num_ctx"] > 2048


def test_a_question_that_leaves_no_room_for_passages_is_a_failure(fake):
    fake.context_length = 1024
    with pytest.raises(WriterError, match="SHAWAHID_OLLAMA_MODEL"):
        _writer(fake).write(brief("كلمة " * 400, "ar", [ARABIC]))

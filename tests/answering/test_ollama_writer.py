"""What the writer asks of Ollama, and what it makes of the stream."""

from contextlib import closing
from datetime import date

import pytest

from rag.answering.prompts import NOT_FOUND, not_found
from rag.answering.writers.ollama import OllamaProbe, OllamaWriter
from rag.settings import Settings
from tests.answering.standin.material import brief, count_words, passage
from tests.answering.standin.server import FakeOllama, done, repeat, say

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


def _writer(fake, **values):
    settings = Settings(ollama_host=fake.url, ollama_model=MODEL, ollama_timeout_s=5, **values)
    return OllamaWriter(settings, count_words, OllamaProbe(fake.url, MODEL))


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


def test_same_question_twice_differs_in_nothing_but_the_fence(fake):
    writer = _writer(fake)
    fake.script = [*say("نعم [1]."), done()]
    for _ in range(2):
        list(writer.write(BRIEF).pieces)
    first, second = (chat["messages"][1]["content"] for chat in fake.chats)
    fences = [text.split(maxsplit=2)[1] for text in (first, second)]
    assert fences[0] != fences[1]
    assert first.replace(*fences) == second
    assert fake.chats[0]["options"] == fake.chats[1]["options"]


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


def test_markers_that_name_no_passage_are_left_to_the_verifier(fake):
    assert (
        _written(fake, *say("بلغ 2.4 مليون طن [7]. وتأخر [١] [0]."), done())
        == "بلغ 2.4 مليون طن [7]. وتأخر [١] [0]."
    )


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


def test_a_draft_that_nobody_reads_starts_no_model(fake):
    _writer(fake).write(BRIEF)
    assert "/api/chat" not in fake.paths

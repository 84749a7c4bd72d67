"""Thinking blocks and loops, however the stream cuts the text into pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.writers.ollama_stream import LoopGuard, ThinkingAloudError, without_thinking

ARABIC = "أعلنت الوزارة أن إنتاج القمح بلغ 2.4 مليون طن [1]. وقالت إن الموسم تأخر شهرا كاملا [2]؛ ثم انتهى."
RUSSIAN = "Урожай составил 2,4 млн тонн [1]. «Это мало», — сказал министр в интервью. [2]\nДругих данных нет [3]."
TURKISH = "Hasat 2,4 milyon ton oldu [1][2]. Dr. A. B. Öz'e göre mevsim geç başladı! [1] Başka bilgi yok mu? Hayır."


def _guarded(pieces):
    guard = LoopGuard()
    text = ""
    for piece in pieces:
        text += guard.feed(piece)
        if guard.looped:
            break
    return text + guard.finish(), guard.looped


def _cut(text, places):
    edges = [0, *sorted({p % (len(text) + 1) for p in places}), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(edges)]


CUTS = st.lists(st.integers(0, 500), max_size=30)


@pytest.mark.parametrize("text", [ARABIC, RUSSIAN, TURKISH])
@given(places=CUTS)
def test_an_ordinary_answer_passes_unchanged(text, places):
    assert _guarded(without_thinking(iter(_cut(text, places)))) == (text, False)


@given(places=CUTS)
def test_think_blocks_vanish_however_they_are_cut(places):
    text = f"<think>\nعلي أن أنظر [1]. x < y <thin\n</think>{ARABIC}<think></think> a<b </b <think>left open"
    assert "".join(without_thinking(iter(_cut(text, places)))) == f"{ARABIC} a<b </b "


@given(places=CUTS)
def test_a_block_that_closes_unopened_is_noticed(places):
    with pytest.raises(ThinkingAloudError):
        list(without_thinking(iter(_cut("Okay, wheat. </think> بلغ 2.4 [1].", places))))


@given(places=CUTS)
def test_an_empty_block_whose_opening_the_template_holds_is_no_harm(places):
    assert "".join(without_thinking(iter(_cut(f"\n</think>\n{ARABIC}", places)))).strip() == ARABIC


@given(places=CUTS)
def test_a_sentence_said_before_is_dropped(places):
    text = f"{ARABIC} أعلنت الوزارة أن إنتاج القمح بلغ 2.4 مليون طن [1]. وهذا جديد [2]."
    shown, looped = _guarded(_cut(text, places))
    assert shown == f"{ARABIC} وهذا جديد [2]."
    assert not looped


@given(places=CUTS, times=st.integers(3, 9))
def test_a_loop_of_one_sentence_is_shown_once(places, times):
    sentence = "Урожай составил 2,4 млн тонн [1]."
    shown, looped = _guarded(_cut(" ".join([sentence] * times) + " Конец", places))
    assert (shown.strip(), looped) == (sentence, True)


@given(places=CUTS)
def test_a_loop_of_two_sentences_is_shown_once(places):
    pair = "Урожай составил 2,4 млн тонн [1]. Сезон начался поздно, сказал министр [2]."
    shown, looped = _guarded(_cut(" ".join([pair] * 5), places))
    assert (shown.strip(), looped) == (pair, True)


def test_a_loop_that_counts_its_markers_up_is_stopped():
    shown, looped = _guarded([f"Урожай составил 2,4 млн тонн [{n}]. " for n in range(1, 40)])
    assert looped
    assert "[4]" not in shown


@pytest.mark.parametrize("unit", ["جدا ", ".", "\n", " ", "[1]", "very very good and ", "ха"])
def test_a_loop_without_sentences_is_stopped(unit):
    shown, looped = _guarded([unit] * 1000)
    assert looped
    assert len(shown) <= 260


def test_initials_and_short_refrains_are_no_loop():
    text = "J. K. Rowling met J. R. R. Tolkien and J. K. Simmons. Yes. No. Yes. No. Yes. J. K. Rowling left."
    assert _guarded([*text]) == (text, False)


@given(st.lists(st.text("ab. [1]\n<think>/", max_size=12), max_size=20))
def test_any_stream_passes_without_inventing_text(pieces):
    whole = "".join(pieces)
    try:
        shown, _ = _guarded(without_thinking(iter(pieces)))
    except ThinkingAloudError:
        assert "</think>" in whole
    else:
        rest = iter(whole)
        assert all(character in rest for character in shown)  # a subsequence

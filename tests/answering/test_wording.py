"""Questions as written language has them, for the models."""

from __future__ import annotations

import pytest

from rag.answering.wording import spelt_as, written


@pytest.mark.parametrize(
    ("question", "language", "found"),
    [
        ("مين حضر الاجتماع؟", "ar", "من حضر الاجتماع؟"),
        ("شو صار بعدين ومين حكى", "ar", "ماذا صار بعدين ومن حكى"),
        ("إمتى وصلت السفينة سنة ٢٠٢٣؟", "ar", "متى وصلت السفينة سنة 2023؟"),
        ("شحال من واحد مات", "ar", "كم من واحد مات"),
        ("چند نفر در ۱۴۰۲ آمدند؟", "fa", "چند نفر در 1402 آمدند؟"),
        ("Who is مين in 2020?", "en", "Who is مين in 2020?"),
        ("Кто приехал в ٢٠٢٠ году?", "ru", "Кто приехал в 2020 году?"),
    ],
)
def test_a_question_is_written_out(question: str, language: str, found: str) -> None:
    assert written(question, language) == found


@pytest.mark.parametrize("question", ["ومن معه؟", "المينا قريبة", "لمن هذا؟", "مينا البصل"])
def test_words_that_only_look_like_dialect_stay(question: str) -> None:
    assert written(question, "ar") == question


def test_a_word_is_spelt_as_the_texts_spell_it() -> None:
    texts = ["فاز بالكأس فريق من إدلب", "إدلب تحتفل، وفي ادلب مهرجان"]
    assert spelt_as("من فاز بالكاس في ادلب؟", ["بالكأس في إدلب"]) == "من فاز بالكأس في إدلب؟"
    assert spelt_as("اخبار ادلب", texts) == "اخبار ادلب"  # so do the texts, if seldom
    assert spelt_as("أخبار إدْلِب", texts) == "أخبار إدلب"


def test_the_commonest_spelling_is_taken() -> None:
    assert spelt_as("شويغُو", ["شويغو وشويغو", "شويغو", "شـويغو"]) == "شويغو"


@pytest.mark.parametrize("question", ["Who came to Québec?", "Кто такой Шойгу?", ""])
def test_words_that_no_text_has_stay(question: str) -> None:
    assert spelt_as(question, ["نص آخر", "another text"]) == question


def test_latin_and_cyrillic_are_respelt_too() -> None:
    assert (
        spelt_as("who came to quebec and to елка", ["Québec, ёлка"])
        == "who came to Québec and to ёлка"
    )

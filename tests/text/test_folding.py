import sys
import time

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rag.text.folding import Folded, close_split_words, fold, fold_text

LETTERS = 'ا ب ت ق ل ه ـ ي و ى ة أ ـ.ـ ـ.- \u200d \u200f \u064b \u0306 и Й é ß İ ﷺ ﻻ ٣ ٫ . ، - « " \0 … ㎡ が 한 A 2020'
PIECES = st.sampled_from([*LETTERS.split(" "), *" \t\n\u00a0\ud800"])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.text(st.characters()))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("مُحَمَّدٌ", "محمد"),
        ("الأُولى إلى آخر ٱلمرأة مؤتمر سائل", "الاولي الي اخر المراه موتمر سايل"),
        ("محــــمد", "محمد"),
        ("ﻣﺤﻤﺪ ﻻ", "محمد لا"),
        ("کتاب یہ ۀ", "كتاب يه ه"),
        ("١٢٫٥ ۱۲۳ ٦٬٨٥٩", "12.5 123 6,859"),
        ("«قال» ؟ ، ؛ “b” – … ٪", '"قال" ? , ; "b" - ... %'),
        ("أ\u200fب\u200bج\ufeffد\u202b", "ابجد"),
        ("Élève Straße Øre İstanbul ışık", "eleve strasse ore istanbul isik"),
        ("Ёлка, Їжак; Йод и\u0306", "елка, іжак; йод й"),
        ("a \u200f\n\t b\u00a0c", "a b c"),
        ("\ud800\0x", "\ud800x"),
        ("\ufe70 \u00b4", " '"),
        ("", ""),
    ],
)
def test_one_form_for_all_spellings(written, folded):
    assert fold_text(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("إطـ.ـلاق", "اطلاق"),
        ("النـ.ـار", "النار"),
        ("النـ.-ار", "النار"),
        ("عسكـ.ـري", "عسكري"),
        ("أوامـر", "اوامر"),
        ("ق\u200d.\u200dتال", "قتال"),
        ("تفجـ..ـير", "تفجير"),
        ("هـ*ـجوم", "هجوم"),
        ("هجـَـ.ـوم", "هجوم"),
    ],
)
def test_words_split_against_censors_are_closed_up(written, folded):
    assert fold_text(written) == folded
    assert len(close_split_words(written)) == len(written)


@pytest.mark.parametrize(
    "kept",
    [
        "وصل الوفد. ثم غادر",
        "عام 1441هـ. وقال",
        "عام 1441هـ.وقال",
        "1399 هـ.ش",
        "جـ.م.ع",
        'الـ"مدينة"',
        "د.أحمد",
        "انتهى.وبدأ",
    ],
)
def test_sentence_ends_and_abbreviations_are_not_closed_up(kept):
    assert close_split_words(kept) == kept


def test_every_code_point_folds_to_something_that_stays():
    for block in [
        *range(0, 0x30000, 4096),
        0xE0000,
        sys.maxunicode - 4095,
    ]:  # between them nothing is assigned
        once = fold_text("x".join(map(chr, range(block, block + 4096))))
        assert fold_text(once) == once, hex(block)


@given(TEXTS)
@example("  \u200f  ")
@example("и\u0306\u0306 И\u0640\u0306")
def test_folding_is_total_idempotent_and_the_same_with_a_map(text):
    folded = fold(text)
    assert folded.text == fold_text(text) == fold_text(folded.text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)


@given(TEXTS)
def test_the_map_is_monotone_and_inside_the_text(text):
    folded = fold(text)
    assert np.all(np.diff(folded.starts) >= 0)
    assert np.all(np.diff(folded.ends) >= 0)
    assert np.all(folded.starts < folded.ends)
    assert folded.original_span(0, len(folded.text))[1] <= len(text)


def _cuts_no_expansion(folded: Folded, start: int, end: int) -> bool:
    return all(
        p in (0, len(folded.text)) or folded.starts[p - 1] != folded.starts[p] for p in (start, end)
    )


@given(TEXTS.filter(lambda text: close_split_words(text) == text), st.data())
def test_a_span_of_folded_text_comes_from_original_text_that_folds_to_it(text, data):
    """For spans that cut no ligature; words split by marks are tried whole, below."""
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    first, last = folded.original_span(start, end)
    if _cuts_no_expansion(folded, start, end):
        assert fold_text(text[first:last]) == folded.text[start:end]
    else:
        assert folded.text[start:end] in fold_text(text[first:last])


@given(
    st.lists(
        st.sampled_from(["إطـ.ـلاق", "النـ.-ار", "سَلام", "ﷺ", "№5", "York", "й", "٣٫٥"]), min_size=1
    )
)
def test_a_word_found_in_folded_text_is_shown_as_written(words):
    text = " \u200f\n".join(words)
    folded, place = fold(text), 0
    for word in words:
        place = folded.text.index(fold_text(word), place)
        first, last = folded.original_span(place, place + len(fold_text(word)))
        assert text[first:last] == word
        place += len(fold_text(word))


def test_the_span_is_the_smallest_one():
    text = "قالَ «إطـ.ـلاق» النار"
    folded = fold(text)
    at = folded.text.index("اطلاق")
    assert text[slice(*folded.original_span(at, at + 5))] == "إطـ.ـلاق"
    assert folded.original_span(at, at) == (text.index("إ"),) * 2
    assert fold("").original_span(0, 0) == (0, 0)
    with pytest.raises(IndexError, match="not inside a folded text of 20 characters"):
        fold("a" * 20).original_span(3, 21)


@pytest.mark.parametrize(
    "hostile",
    ["ب" + "ـ\u200c" * 50_000, "ب" + ".\u0640" * 50_000, "ـ." * 50_000, " \u200f" * 50_000],
)
def test_hostile_text_costs_linear_time(hostile):
    started = time.process_time()
    fold(hostile)
    assert time.process_time() - started < 2


CHARACTERS = st.one_of(
    st.characters(),  # no surrogates
    st.sampled_from("\ud800\udfff\u0640\u064b\u0306иاأ ½…ﷺßé٣\u200f\U0001f600\U0001d7d9"),
)


@given(st.lists(CHARACTERS, min_size=1, max_size=40).map("".join), st.integers(1, 30))
def test_a_long_text_folds_as_its_short_parts_do(part, times):
    assume(part.strip())  # blanks alone leave nothing to be repeated
    part += "\n"  # neither spaces nor rules for neighbours reach over it
    whole = fold((part * times).strip())
    assert whole.text == fold_text(" ".join([part.strip()] * times))
    assert whole.text.split() == fold(part).text.split() * times
    assert whole.text == fold_text((part * times).strip())
    assert len(whole.starts) == len(whole.ends) == len(whole.text)

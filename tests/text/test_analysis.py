from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.analysis import function_words, stems, words


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("والمدرسة", "مدرسة", None),
        ("للوزير", "الوزير", None),
        ("مُدرِّسون", "المدرسين", None),
        ("إطـ.ـلاق", "اطلاق", None),
        ("القُرى", "القري", None),
        ("bridges", "BRIDGE", None),
        ("Häuser", "Hauser", "de"),
        ("мостами", "Мосты", None),
        ("учёный", "ученый", "ru"),
        ("kitaplar", "KİTAP", "tr"),
        ("٦٬٨٥٩", "6859", None),
        ("6 859", "6,859", "ru"),
        ("٣٫٥", "3,5", None),
        ("٠٣", "3", None),
    ],
)
def test_spellings_and_inflections_share_a_stem(one, other, language):
    assert stems(one, language) == stems(other, language) != []
    assert len(stems(one, language)) == 1


def test_different_words_keep_different_stems():
    assert (
        len(
            {
                stem
                for word in ("وزير", "مدرسة", "جسر", "bridge", "мост", "3.5", "35")
                for stem in stems(word)
            }
        )
        == 7
    )


def test_dates_and_joined_particles_are_taken_apart():
    assert stems("23.03.2020 و2021 10:30") == ["23", "3", "2020", "و", "2021", "10", "30"]


def test_persian_words_keep_their_form_where_the_language_is_known():
    assert stems("بازار", "fa") == ["بازار"]
    assert stems("بازار") != ["بازار"]


def test_words_stand_where_the_original_has_them():
    text = "قالَ «إطـ.ـلاق» Straße ٢٬٥٠٠ йод"
    assert [text[w.start : w.end] for w in words(text)] == [
        "قال",
        "إطـ.ـلاق",
        "Straße",
        "٢٬٥٠٠",
        "йод",
    ]
    assert [w.text for w in words(text)] == ["قال", "اطلاق", "strasse", "2,500", "йод"]


@pytest.mark.parametrize(
    ("text", "language", "content"),
    [
        (
            "ولماذا زار الوزير المدينة في عام 2020؟",
            None,
            ["زار", "الوزير", "المدينة", "عام", "2020"],
        ),
        ("من هو أول من وصل إلى القمة؟", None, ["وصل", "القمة"]),
        ("When did the minister visit the U.S. city?", "en", ["minister", "visit", "city"]),
        ("Когда министр посетил этот город?", "ru", ["министр", "посетил", "город"]),
        ("Коли міністр відвідав це місто?", "uk", ["міністр", "відвідав", "місто"]),
        ("Wann hat der Minister die Stadt besucht?", "de", ["Minister", "Stadt", "besucht"]),
        ("Où est le ministre et que dit-il ?", "fr", ["ministre", "dit"]),
    ],
)
def test_function_and_question_words_are_no_content(text, language, content):
    assert [text[w.start : w.end] for w in words(text, language) if w.is_content] == content


@pytest.mark.parametrize("word", ["زيارة", "قوة", "أب", "عين", "ثلاثة", "مايو", "السابق"])
def test_nouns_of_the_stop_word_list_are_content(word):
    assert [w.is_content for w in words(word)] == [True]


def test_an_unknown_language_has_no_function_words():
    assert function_words("xx") == frozenset()


@given(st.text(), st.sampled_from([None, "ar", "fa", "de", "uk", "xx"]))
def test_words_and_stems_agree_on_any_text(text, language):
    found = words(text, language)
    assert [w.stem for w in found] == stems(text, language)
    assert all(w.stem and 0 <= w.start < w.end <= len(text) for w in found)
    # one character may give two words: ¼ is 1 and 4
    assert all(a.start <= b.start and a.end <= b.start + 1 for a, b in pairwise(found))


def test_a_word_too_long_to_keep_has_the_stem_of_its_language():
    long = "s" * 60 + "ly"
    assert stems(f"{long} {long}", "en") == [w.stem for w in words(f"{long} {long}", "en")]
    assert stems("haben", "de") != stems("haben", "en")

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.language import detect_language, dominant_script, script_shares


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("متى افتتح الجسر الجديد في المدينة؟", "ar"),
        ("ما هي شركة Hewlett Packard Enterprise؟", "ar"),
        ("چه کسی رئیس شورای شهر شد؟", "fa"),
        ("پل نیا کب کھولا گیا ہے؟", "ur"),
        ("Когда открыли новый мост?", "ru"),
        ("Коли відкрили новий міст?", "uk"),
        ("Що сталося з ним?", "uk"),
        ("When was the new bridge opened?", "en"),
        ("Quand le nouveau pont a-t-il été ouvert ?", "fr"),
        ("Wann wurde die neue Brücke eröffnet?", "de"),
        ("¿Cuándo se abrió el nuevo puente?", "es"),
        ("Yeni köprü ne zaman açıldı?", "tr"),
        ("Quando è stato aperto il nuovo ponte?", "it"),
    ],
)
def test_the_language_of_a_short_question(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "123 ؟", "\ud800\0", "日本語の質問", "Ω"])
def test_the_default_where_nothing_tells(text):
    assert detect_language(text) == "und"
    assert detect_language(text, default="ar") == "ar"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("قالوا John", "arabic"),
        ("قل Jonathan", "latin"),
        ("Он сказал OK", "cyrillic"),
        ("日本", "other"),
        ("12!", "other"),
    ],
)
def test_the_script_of_most_letters(text, script):
    assert dominant_script(text) == script


@given(st.text())
def test_shares_sum_to_one_or_there_are_no_letters(text):
    total = sum(script_shares(text).values())
    assert total == pytest.approx(1) or total == 0
    assert detect_language(text, default="??")


def test_half_a_character_does_no_harm():
    assert detect_language("When was \ud800 the new bridge opened?") == "en"


def test_the_detector_is_loaded_for_latin_text_only():
    code = (
        "import sys; from rag.text.language import detect_language as d; d('متى حدث ذلك؟'); d('Когда?');"
        "assert 'lingua' not in sys.modules; d('When?'); assert 'lingua' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

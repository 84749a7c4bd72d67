import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import LIMIT, split_long, split_sentences

PIECES = st.sampled_from(
    [
        "كلمة",
        "д",
        "Word",
        "U.S",
        "г",
        "5",
        "٣",
        *".؟!…،؛,:;\"'»«()[]\n\u2028 \u00a0\u200f",
        "..",
        "ـ.ـ",
        "\ud800",
        "。",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


def sentences(text: str, limit: int | None = LIMIT) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, limit)]


@pytest.mark.parametrize(
    "expected",
    [
        ["وصل الوفد صباحا، ثم غادر؛ ولم يصرح.", "هل يعود؟", "ربما!"],
        ["بلغت النسبة 3.5 بالمئة.", "وكانت ٣٫٥ أو 3,5 قبل عام."],
        ["التقى د. سامر بالسيد م. خليل في المقر.", "ثم سافر."],
        ["وقع ذلك عام 1990 م.", "وبعده بسنة انتهى."],
        ["قال: «لن نغادر.»", "وأضاف أن الأمر انتهى."],
        ['وسأل: "متى؟"', "ولم يجبه أحد."],
        ["كان المطر غزيرا .. والشارع خاليا ... حتى المساء.", "ثم توقف."],
        ["في 23.03.2020 صدر القرار.", "نشر على https://example.org/a.b?c=d كاملا."],
        ["تعرض لإطـ.ـلاق نـ.ـار أمس.", "ونجا."],
        ["انتهى الاجتماع.", "وخرج الوزير"],
        ["سافر J. R. Smith إلى U.S. أمس.", "ثم عاد."],
        ["Il faisait nuit.", "M. El-Khazen, 67 ans, n'a rien dit à M. Al-Amri.", "Est-ce tout ?"],
        ["Dr. Adams met J. R. Miller in the U.S. capital.", "He left at 5 p.m. on Oct. 2."],
        ["It cost 3.5 million.", "“Too much,” he said.", "Was it?", "Yes!"],
        ["Er kam am 3. Oktober, z.B. für die Prüfung.", "Dann ging er."],
        [
            "В 2014 г. он жил на ул. Мира, т.е. в центре.",
            "А. С. Пушкин писал стихи.",
            "Он умер в 1837 г.",
        ],
        ["Это стоило 5 тыс. руб. и т.д.", "Потом он ушёл."],
        ["Ce fut long.\u00a0»", "Puis il partit."],
        ["یہ پہلا جملہ ہے۔", "دوسرا بھی۔"],
    ],
)
def test_sentences_end_where_readers_see_it(expected):
    assert sentences(" ".join(expected)) == expected


def test_a_space_may_be_missing_after_an_arabic_full_stop_or_question_mark():
    assert sentences("انتهى اللقاء.وغادر الجميع") == ["انتهى اللقاء.", "وغادر الجميع"]
    assert sentences("من حضر؟لا أحد") == ["من حضر؟", "لا أحد"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n", "\u2028", "\x85"])
def test_a_line_is_never_joined_to_the_next(newline):
    assert sentences(f"عنوان بلا نقطة{newline}  نص الخبر") == ["عنوان بلا نقطة", "نص الخبر"]


def test_a_quotation_mark_stays_with_the_sentence_before():
    assert sentences('Он ответил: «Нет!» Потом сел. "Конец." Все.') == [
        "Он ответил: «Нет!»",
        "Потом сел.",
        '"Конец."',
        "Все.",
    ]


@given(TEXTS, st.sampled_from([None, 10, LIMIT]))
def test_every_visible_character_is_in_exactly_one_sentence(text, limit):
    spans = split_sentences(text, limit)
    place = 0
    for start, end in spans:
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        assert len(text[start:end].splitlines()) == 1
        place = end
    assert not text[place:].strip()


def test_a_long_sentence_is_cut_at_the_semicolon_near_its_middle():
    text = "كلمة، " * 60 + "وسط؛ " + "كلمة، " * 60 + "نهاية."
    assert len(text) > LIMIT
    first, second = sentences(text)
    assert first.endswith("وسط؛")
    assert second.endswith("نهاية.")


def test_a_long_sentence_is_cut_at_commas_until_all_parts_fit():
    text = "two words, " * 200 + "end."
    parts = sentences(text)
    assert all(len(part) <= LIMIT and part.endswith((",", ".")) for part in parts)
    assert " ".join(parts) == text
    assert sentences(text, limit=None) == [text]


def test_a_long_sentence_without_any_mark_stays_whole():
    text = "كلمة " * 300
    assert split_long(text, [(0, len(text.rstrip()))], 100) == [(0, len(text.rstrip()))]
    assert sentences("1.000,5 " * 200) == [("1.000,5 " * 200).strip()]


@pytest.mark.parametrize(
    "hostile",
    ["." * 100_000 + "x", ".»" * 50_000 + "x", "»" * 100_000, ". " * 50_000, "5. A" * 25_000],
)
def test_hostile_text_costs_linear_time(hostile):
    started = time.process_time()
    split_sentences(hostile)
    assert time.process_time() - started < 3

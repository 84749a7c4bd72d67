"""What looks like furniture and is story stays."""

import pytest

from rag.indexing.clean import clean
from rag.indexing.lines import normalise, unwrap

STORY = {
    "ar": (
        "قال رئيس البلدية إن أعمال المرفأ انتهت يوم الخميس.",
        "وأضاف أن الكلفة بلغت 35 مليون دينار في ٢٠٢٢.",
    ),
    "en": (
        "The mayor said the harbour works were finished.",
        "The cost was 35 million, she added.",
    ),
    "ru": (
        "Мэр сообщил, что работы в порту закончены.",
        "Смета составила 35 миллионов, добавил он.",
    ),
    "fr": ("Le maire a déclaré que les travaux du port sont finis.", "Le coût est de 35 millions."),
    "tr": (
        "Başkan liman çalışmalarının bittiğini söyledi.",
        "Maliyet 35 milyon oldu, diye ekledi.",
    ),
}


def page(*middle, language="ar", title="البلدية تنهي أعمال توسعة المرفأ", head=(), tail=()):
    first, second = STORY[language]
    return "\n\n".join([title, *head, first, *middle, second, *tail])


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("ar", "تنسيق مشترك"),
        ("ar", "صور من الذاكرة"),
        ("ar", "تعليق العمل في المرفأ"),
        ("ar", "2011"),
        ("ar", "15 آذار 2011"),
        ("en", "Share prices fall"),
        ("en", "Photo finish"),
        ("en", "Comment from the union"),
        ("ru", "Комментарий профсоюза"),
        ("fr", "Partager les quais"),
        ("tr", "Sendikanın yorumu"),
    ],
)
def test_sub_headings_stay(language, heading):
    cleaned = clean(page(heading, language=language))
    assert cleaned.text.split("\n\n") == [STORY[language][0], heading, STORY[language][1]]
    assert cleaned.removed == ()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "ar",
            "وقالت الهيئة إن المواقع ملزمة بطلب الإذن قبل استخدام ملفات تعريف الارتباط ونشر سياسة الخصوصية.",
        ),
        ("ar", "«لن نتراجع»."),
        ("ar", "وقال أحد الباعة للصحفيين:"),
        ("ar", "ووزعت اللجنة نسخة من الخريطة التي أعدها المهندسون"),
        (
            "en",
            "The regulator says this site may set cookies only if you agree, and that readers can unsubscribe at any time.",
        ),
        ("en", "The ministry declined to comment."),
        ("en", "Read also comes before love in her book of rules for teachers."),
        ("ru", "В министерстве отказались от комментариев и попросили подписаться на рассылку."),
        ("fr", "Le site demande aux lecteurs d'accepter des cookies avant de lire."),
        ("tr", "Kurul, bu sitenin çerez kaydetmeden önce izin alması gerektiğini açıkladı."),
    ],
)
def test_a_story_about_websites_stays_whole(language, line):
    cleaned = clean(page(line, language=language))
    assert cleaned.text.split("\n\n") == [STORY[language][0], line, STORY[language][1]]


@pytest.mark.parametrize(
    "headline",
    [
        "تقرير أممي يحذر من المجاعة",
        "تحرير المدينة القديمة من الأنقاض",
        "كتب ممنوعة تعود إلى رفوف المعرض",
        "شاهد: لحظة وصول أول سفينة",
        "المرفأ – توسعة ثالثة بعد عامين",
        "صور نادرة من أرشيف المرفأ",
        "2022: عام المرفأ الجديد",
        "By the harbour, a new town rises",
        "Updated rules for the port from 2024",
        "Watch-list of old ships grows",
        "Editor-in-chief of harbour paper resigns",
        "Комментарий мэра вызвал спор",
        "Par étapes, le port s'agrandit",
        "Haber alınamayan tekne bulundu",
    ],
)
def test_headlines_that_begin_like_labels_are_titles(headline):
    cleaned = clean(page(title=headline))
    assert cleaned.title == headline
    assert cleaned.text.split("\n\n") == list(STORY["ar"])
    assert cleaned.removed == ()


@pytest.mark.parametrize("mark", ["(انتهى)", "(يتبع)", "(ends)"])
def test_an_end_mark_is_no_agency(mark):
    cleaned = clean(page(tail=[mark]))
    assert cleaned.source is None


def test_furniture_throughout_is_kept():
    cleaned = clean("القائمة\n\nشارك\n\nالتعليقات")
    assert cleaned.text == "القائمة\n\nشارك\n\nالتعليقات"
    assert cleaned.removed == ()


def test_gently_only_the_unambiguous_goes():
    lines = ["كتبت سلمى الحداد", *STORY["ar"], "شارك على فيسبوك", "خاتمة بلا نقطة"]
    cleaned = clean("\n\n".join(["مدخل", *lines]), title="توسعة المرفأ", gently=True)
    assert cleaned.removed == ("شارك على فيسبوك",)
    assert cleaned.title == "توسعة المرفأ"
    assert cleaned.text.split("\n\n") == ["مدخل", *lines[:3], "خاتمة بلا نقطة"]


WRAPPED = """\
Town finishes works at the harbour

The mayor said on Thursday that the works at the harbour were finished and
that the first ships could moor at the new quays from the beginning of next
month.

- quays
- cranes"""


def test_text_wrapped_at_a_width_is_joined():
    paragraphs = unwrap(normalise(WRAPPED)).split("\n\n")
    assert paragraphs[1].endswith(
        "were finished and that the first ships could moor at the new quays from the beginning of next month."
    )
    assert paragraphs[0] == "Town finishes works at the harbour"
    assert paragraphs[2] == "- quays\n- cranes"


def test_a_paragraph_on_each_line_is_not_joined():
    text = "\n".join(
        ["Town finishes works at the harbour", *STORY["en"], *STORY["fr"], *STORY["tr"]]
    )
    assert unwrap(text) == text

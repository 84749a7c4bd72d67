"""Pages copied off the web become stories."""

import pytest

from rag.indexing.clean import clean

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
TITLE = {
    "ar": "البلدية تنهي أعمال توسعة المرفأ",
    "en": "Town finishes works at the harbour",
    "ru": "Город закончил работы в порту",
    "fr": "La ville termine les travaux du port",
    "tr": "Belediye liman çalışmalarını bitirdi",
}


def page(language, *, top=(), head=(), middle=(), tail=()):
    first, second = STORY[language]
    return "\n\n".join([*top, TITLE[language], *head, first, *middle, second, *tail])


def check(language, cleaned, removed):
    assert cleaned.title == TITLE[language]
    assert not cleaned.title_is_derived
    assert cleaned.text.split("\n\n") == list(STORY[language])
    assert cleaned.removed == tuple(removed)


FURNITURE = [
    (
        "ar",
        {
            "top": ["القائمة", "الرئيسية | أخبار | اقتصاد"],
            "tail": ["شارك على فيسبوك", "التعليقات (٣)"],
        },
    ),
    ("ar", {"middle": ["اقرأ أيضاً: طريق الجبل يعود إلى الخدمة"], "tail": ["الوسوم: مرفأ، بلدية"]}),
    (
        "ar",
        {"middle": ["صورة من حفل سابق في الميناء الشرقي"], "tail": ["جميع الحقوق محفوظة © ٢٠٢٢"]},
    ),
    (
        "ar",
        {"tail": ["مقالات ذات صلة", "طريق الجبل يعود إلى الخدمة", "أسعار الخضار ترتفع في الجنوب"]},
    ),
    ("ar", {"middle": ["اقرأ أيضاً", "طريق الجبل يعود إلى الخدمة بعد الانهيار"], "tail": ["إغلاق"]}),
    (
        "ar",
        {
            "tail": [
                "اترك تعليقاً",
                "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *",
            ]
        },
    ),
    ("en", {"top": ["Menu", "Skip to content"], "head": ["3 min read", "Share this article"]}),
    ("en", {"middle": ["READ MORE: Mountain road reopens", "Photo: Tom Field / Wire"]}),
    (
        "en",
        {
            "middle": ["View this post on Instagram"],
            "tail": ["Tags: harbour, works", "Leave a Reply"],
        },
    ),
    (
        "en",
        {"tail": ["We use cookies on this site. By continuing you agree to our privacy policy."]},
    ),
    ("en", {"tail": ["Most read", "Mountain road reopens", "Prices climb", "Contact us"]}),
    ("ru", {"top": ["Меню"], "middle": ["Читайте также: Дорогу открыли"], "tail": ["Поделиться"]}),
    ("ru", {"middle": ["Фото: Игорь Лапин"], "tail": ["Комментарии (0)", "Оставить комментарий"]}),
    (
        "fr",
        {
            "middle": ["Lire aussi : La route rouvre"],
            "tail": ["Partager", "© 2022 Tous droits réservés"],
        },
    ),
    ("tr", {"middle": ["Bunu da okuyun: Dağ yolu açıldı"], "tail": ["Yorumlar (3)", "İletişim"]}),
]


@pytest.mark.parametrize(("language", "parts"), FURNITURE)
def test_furniture_goes_and_is_told(language, parts):
    removed = [line for name in ("top", "head", "middle", "tail") for line in parts.get(name, ())]
    check(language, clean(page(language, **parts)), removed)


@pytest.mark.parametrize(
    ("language", "line", "author"),
    [
        ("ar", "كتبت – سلمى الحداد:", "سلمى الحداد"),
        ("ar", "بقلم: ياسر قباني", "ياسر قباني"),
        ("en", "By Maya Holt and Tom Field", "Maya Holt and Tom Field"),
        ("ru", "Автор: Марина Котова", "Марина Котова"),
        ("fr", "Par Claire Morel", "Claire Morel"),
        ("tr", "Haber: Elif Aksoy", "Elif Aksoy"),
    ],
)
def test_a_byline_gives_the_author(language, line, author):
    cleaned = clean(page(language, head=[line]))
    check(language, cleaned, [line])
    assert cleaned.author == author


@pytest.mark.parametrize(
    ("language", "line", "source"),
    [
        ("ar", "الميناء _ بوابة الضفاف", "بوابة الضفاف"),
        ("ar", "ضفاف بوست – فريق التحرير", "ضفاف بوست"),
        ("ar", "المصدر: وكالة السنابل", "وكالة السنابل"),
        ("ar", "الميناء - سلمى الحداد", None),
        ("en", "Portsea – Harbour Post", "Harbour Post"),
        ("ru", "Приморск – Портовая газета", "Портовая газета"),
        ("fr", "Agence Rivages – La rédaction", "Agence Rivages"),
        ("tr", "Kıyı Ajansı – Haber Merkezi", "Kıyı Ajansı"),
    ],
)
def test_a_dateline_gives_the_outlet(language, line, source):
    cleaned = clean(page(language, head=[line]))
    check(language, cleaned, [line])
    assert cleaned.source == source


@pytest.mark.parametrize(
    ("opening", "source"),
    [
        ("الميناء (رويترز) - قال رئيس البلدية إن الأعمال انتهت.", "رويترز"),
        ("PORTSEA, May 12 (Wire) - The mayor said works were finished.", "Wire"),
        ("قال رئيس البلدية (45 عاماً) - وهو مهندس - إن الأعمال انتهت.", None),
        ("The mayor of the old fishing town of Portsea in the north (pictured) said so.", None),
    ],
)
def test_the_agency_in_brackets_gives_the_outlet_and_stays(opening, source):
    cleaned = clean(f"عنوان الخبر في سطر\n\n{opening}\n\nوانتهى البيان هنا كما بدأ.")
    assert (cleaned.source, cleaned.text.split("\n\n")[0]) == (source, opening)


@pytest.mark.parametrize(
    "line",
    [
        "نُشر في: ١٢ أيار ٢٠٢٢",
        "12 مايو 2022 - 02:30 م",
        "Last updated: 12 May 2022, 14:30 GMT",
        "Sun 16 Feb 2020 at 18:43",
        "Опубликовано 12 мая 2022",
        "Publié le 12 mai 2022 à 14h30",
        "12 Mayıs 2022, Perşembe",
    ],
)
def test_a_stamp_below_the_title_is_told(line):
    cleaned = clean(page("ar", head=[line]))
    check("ar", cleaned, [line])
    assert cleaned.stamps == (line,)


def test_the_day_above_the_title_is_not_the_storys():
    cleaned = clean(page("tr", top=["06 ŞUBAT 2026"], head=["15.08.2021 11:32"]))
    assert cleaned.stamps == ("15.08.2021 11:32",)


def test_a_headline_in_two_lines_is_joined():
    cleaned = clean(
        "Menu\n\nبين البلدية والصيادين..\n\nاتفاق على خفض الرسوم في المرفأ\n\n" + STORY["ar"][0]
    )
    assert cleaned.title == "بين البلدية والصيادين.. اتفاق على خفض الرسوم في المرفأ"
    assert cleaned.text == STORY["ar"][0]


def test_a_headline_printed_twice_is_taken_out_twice():
    cleaned = clean(page("en", head=[TITLE["en"], TITLE["en"].upper()]))
    assert cleaned.text.split("\n\n") == list(STORY["en"])


def test_a_caption_that_says_nothing_new_goes_and_a_deck_stays():
    caption, deck = "رئيس البلدية في المرفأ", "توسعة ثالثة خلال عقد واحد"
    cleaned = clean(page("ar", head=[caption, deck]))
    assert cleaned.removed == (caption,)
    assert cleaned.text.startswith(deck)


def test_the_teaser_of_an_embedded_post_goes():
    teaser = "بيان صحفي حول تأجيل موعد افتتاح المرفأ بسبب العاصفة التي ضربت الساحل وألحقت أضراراً بالأرصفة…"
    stamp = "تم النشر بواسطة بلدية الميناء في السبت، ٢٧ مارس ٢٠٢١"
    cleaned = clean(page("ar", middle=[teaser, stamp]))
    check("ar", cleaned, [teaser, stamp])


def test_a_story_without_headline_gets_its_beginning_as_title():
    first = "قال رئيس البلدية إن أعمال التوسعة انتهت يوم الخميس، وإن الأرصفة الجديدة ستستقبل السفن مطلع الشهر المقبل."
    cleaned = clean(f"{first}\nكلفة الأعمال\n{STORY['ar'][1]}")
    assert cleaned.title_is_derived
    assert cleaned.title.endswith("…")
    assert len(cleaned.title) <= 91
    assert first.startswith((cleaned.title[:-1] + " ", cleaned.title[:-1] + "،"))
    assert cleaned.text == f"{first}\nكلفة الأعمال\n{STORY['ar'][1]}"

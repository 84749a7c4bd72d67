"""PDF files read as the text that was set: order, letters, paragraphs, columns."""

import re

import pytest

from rag.errors import ArticleError

FORMS = {
    "أ": "ﺃ",
    "ع": "ﻋ",
    "ل": "ﻟ",
    "ن": "ﻧ",
    "ت": "ﺗ",
    "ب": "ﺑ",
    "د": "ﺩ",
    "ي": "ﻴ",
    "ة": "ﺔ",
    "م": "ﻤ",
}
MIRRORED = str.maketrans("()", ")(")
LEFT_RUN = re.compile(
    r"[A-Za-z0-9\u0660-\u0669](?:[A-Za-z0-9\u0660-\u0669.,/ ]*[A-Za-z0-9\u0660-\u0669])?"
)
ARABIC = (
    "أعلنت بلدية الميناء (يوم الخميس) أن الأعمال",
    "بدأت في 12/05/2022 وأن شركة Harbour Works",
    "دفعت 3.5 مليون دينار أو ١٢٥٠ سهماً منذ عام",
    "٢٠١١ حتى نهاية الصيف.",
)


def shown(text):
    """The letters of a right-to-left line from the left, as a typesetter puts them."""
    turned = text[::-1].translate(MIRRORED)
    return LEFT_RUN.sub(lambda run: run[0][::-1], turned)


def whole(result):
    """Headline and text in one line."""
    article = result.articles[0]
    return f"{article.title} {article.text}".replace("\n\n", " ")


def right_aligned(pdf, texts, y=700, form=lambda text: text):
    glyphs = []
    for n, text in enumerate(texts):
        letters = [form(letter) for letter in shown(text)]
        glyphs += pdf.line(500 - pdf.advance * len(letters), y - 14 * n, letters)
    return glyphs


@pytest.mark.parametrize("is_backwards", [False, True], ids=["from the left", "from the right"])
@pytest.mark.parametrize("forms", [{}, FORMS], ids=["letters", "presentation forms"])
def test_arabic_comes_back_whatever_the_order_in_the_file(pdf, read_data, is_backwards, forms):
    glyphs = right_aligned(pdf, ARABIC, form=lambda letter: forms.get(letter, letter))
    data = pdf.make([glyphs[::-1] if is_backwards else glyphs])
    assert read_data("a.pdf", data).articles[0].text == " ".join(ARABIC)


@pytest.mark.parametrize("is_backwards", [False, True])
def test_vowel_signs_stay_on_their_letters(pdf, read_data, is_backwards):
    word = ["كَ", "تَ", "بُّ", "و", "ا"]
    visual = [
        piece for cluster in word[::-1] for piece in cluster[::-1]
    ]  # the sign before its letter
    if is_backwards:  # reading order, from the right; the sign behind its letter
        visual = [piece for cluster in word for piece in cluster]
    glyphs, x = [], 300
    step = -pdf.advance if is_backwards else pdf.advance
    for piece in visual:
        is_sign = piece in "\u064e\u064f\u0651"
        glyphs.append((x + 40 * is_sign, 700, piece))  # fonts draw signs far off their place
        x += 0 if is_sign else step
    data = pdf.make([glyphs + right_aligned(pdf, ARABIC, 600)])
    assert read_data("a.pdf", data).articles[0].title == "كَتَبُّوا"


def test_ligatures_come_back_as_their_letters(pdf, read_data):
    glyphs = pdf.line(100, 700, ["The o", "ﬃ", "ce ", "ﬁ", "les were open."])
    glyphs += [(500, 650, "ﻻ"), (490, 650, "أ"), (485, 650, "ح"), (480, 650, "د"), (470, 650, "ﷲ")]
    text = whole(read_data("a.pdf", pdf.make([glyphs])))
    assert "office files" in text
    assert "لا أحد الله" in text


def test_a_page_set_without_turning_arabic_is_read_from_the_left(pdf, read_data):
    plain = (
        "أعلنت بلدية الميناء بداية أعمال التوسعة",
        "وقالت الإدارة إن المدة سنة كاملة وإن الكلفة معلومة.",
    )
    glyphs = [g for n, text in enumerate(plain) for g in pdf.line(50, 700 - 14 * n, text)]
    assert whole(read_data("a.pdf", pdf.make([glyphs]))) == " ".join(plain)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            (
                "The mayor said the harbour would be re-",
                "opened once the inter-",
                "national inspection ends in May.",
            ),
            "The mayor said the harbour would be reopened once the international inspection ends in May.",
        ),
        (
            (
                "Мэрия сообщила, что расширение порта нач-",
                "нётся 12 мая, а прибрежную дорогу закроют до",
                "конца лета 2022 года.",
            ),
            "Мэрия сообщила, что расширение порта начнётся 12 мая, а прибрежную дорогу закроют до конца лета 2022 года.",
        ),
    ],
)
def test_lines_and_hyphenated_words_are_joined(pdf, read_data, lines, joined):
    glyphs = [g for n, text in enumerate(lines) for g in pdf.line(50, 700 - 14 * n, text)]
    assert read_data("a.pdf", pdf.make([glyphs])).articles[0].text == joined


def test_paragraphs_part_at_gaps_and_at_short_lines(pdf, read_data):
    first = ["The mayor said that the works had begun on", "Thursday and would last all summer."]
    second = ["Traders asked for lower rents until the end", "of the year and beyond."]
    third = ["The council meets again in the first days", "of June."]
    glyphs = []
    for text, y in zip([*first, *second, *third], (700, 686, 672, 658, 620, 606), strict=True):
        glyphs += pdf.line(50, y, text)
    text = read_data("a.pdf", pdf.make([glyphs])).articles[0].text
    assert text.split("\n\n") == [" ".join(first), " ".join(second), " ".join(third)]


@pytest.mark.parametrize("is_arabic", [False, True])
def test_columns_are_read_one_after_the_other(pdf, read_data, is_arabic):
    near = [f"السطر رقم {n} من العمود الأول هنا" for n in range(6)]
    far = [f"السطر رقم {n} من العمود الثاني هنا" for n in range(6)]
    if not is_arabic:
        near, far = (
            [f"line {n} of the {c} column here" for n in range(6)] for c in ("first", "second")
        )
    glyphs = []
    for n in range(6):
        left, right = (far[n], near[n]) if is_arabic else (near[n], far[n])
        turn = shown if is_arabic else str
        glyphs += pdf.line(50, 700 - 14 * n, turn(left)) + pdf.line(300, 700 - 14 * n, turn(right))
    text = read_data("a.pdf", pdf.make([glyphs])).articles[0].text
    places = [text.index(line) for line in [*near, *far]]
    assert places == sorted(places)


def test_running_heads_and_page_numbers_go(pdf, read_data):
    pages = []
    for n in range(3):
        glyphs = pdf.line(50, 780, f"22/11/2022, 01:1{n} The Harbour Post")
        glyphs += pdf.line(50, 500, f"Paragraph {n} says that the harbour opened in May.")
        pages.append(glyphs + pdf.line(280, 20, f"{n + 1}/3"))
    text = read_data("a.pdf", pdf.make(pages)).articles[0].text
    assert text.split("\n\n") == [
        f"Paragraph {n} says that the harbour opened in May." for n in range(3)
    ]


def test_properties_are_taken_only_where_they_fit(pdf, read_data):
    body = pdf.line(50, 740, "Harbour reopens after works") + pdf.line(
        50, 700, "The mayor said on Thursday that the works had ended."
    )
    dates = b"/CreationDate(D:20220512101500Z)/ModDate(D:20230101101500Z)"
    info = b"/Title(Harbour reopens after works - The Post)/Author(Maya Holt)" + dates
    article = read_data("a.pdf", pdf.make([body], info)).articles[0]
    assert (article.title, article.author) == ("Harbour reopens after works", "Maya Holt")
    assert (article.published, article.published_origin) == (None, "unknown")
    other = b"/Title(Microsoft Word - final_v3.docx)/Author(admin)" + dates
    article = read_data("a.pdf", pdf.make([body], other)).articles[0]
    assert (article.title, article.author) == ("Harbour reopens after works", None)


def test_a_dateline_dates_it(pdf, read_data):
    body = pdf.line(50, 740, "Harbour reopens after works") + pdf.line(
        50, 700, "Portsea, 12 May 2022 (Agency) - The mayor said that the works had ended."
    )
    article = read_data("a.pdf", pdf.make([body])).articles[0]
    assert (str(article.published), article.published_origin) == ("2022-05-12", "text")


def test_letters_that_the_file_does_not_tell_are_no_text(pdf, read_data):
    with pytest.raises(ArticleError, match=r"letters of|holds no text"):
        read_data("a.pdf", pdf.make([pdf.line(50, 700, "The mayor said so.")], is_mapped=False))

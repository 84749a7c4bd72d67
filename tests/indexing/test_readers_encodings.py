"""Texts come back exactly from the encodings that news files are in, or are refused."""

import codecs

import pytest

from rag.errors import ArticleError
from rag.indexing.readers import read_file

ARABIC = (
    "أعلنت بلدية الميناء أن أعمال توسعة المرفأ ستبدأ في ١٢ أيار، وأن الطريق الساحلي سيغلق أمام الشاحنات.\n\n"
    "وقال رئيس البلدية إن الكلفة تبلغ 35 مليون دينار، وإن السفن ستحوّل إلى الرصيف الشرقي حتى نهاية الصيف."
)
RUSSIAN = (
    "Мэрия сообщила, что расширение порта начнётся 12 мая, а прибрежную дорогу закроют для грузовиков.\n\n"
    "По словам мэра, смета составляет 35 миллионов, суда до конца лета примет восточный причал."
)
FRENCH = (
    "La mairie a annoncé que les travaux du port débuteront le 12 mai et que la route côtière sera fermée.\n\n"
    "Le maire évalue le coût à 35 millions ; les navires accosteront à l'est jusqu'à la fin de l'été."
)
TURKISH = (
    "Belediye, liman genişletme çalışmalarının 12 Mayıs'ta başlayacağını ve sahil yolunun kapatılacağını açıkladı.\n\n"
    "Başkana göre maliyet 35 milyon; gemiler yaz sonuna kadar doğu iskelesine yanaşacak."
)
MIXED = "قال مدير شركة Harbour Works إن الطلبات بلغت 1,250 طلباً في 2021 (نحو 40%)."


def read(tmp_path, data, name="a.txt"):
    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path, tmp_path).articles[0].text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ARABIC, "utf-8"),
        (ARABIC, "utf-8-sig"),
        (MIXED, "utf-8"),
        (ARABIC, "utf-16"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-8"),
        (ARABIC.replace("١٢", "12"), "cp1256"),
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
        (TURKISH, "cp1254"),
        ("The mayor’s “new quay” opened – at last – for £35 million.", "cp1252"),
    ],
)
def test_text_comes_back_exactly(tmp_path, text, encoding):
    assert read(tmp_path, text.encode(encoding)) == text


def test_utf16_of_both_byte_orders(tmp_path):
    for mark, encoding in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        assert read(tmp_path, mark + ARABIC.encode(encoding)) == ARABIC


def test_front_matter_after_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(f"---\r\nid: x1\r\n---\r\n{ARABIC}".encode("utf-8-sig"))
    assert read_file(path, tmp_path).articles[0].id == "x1"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        b"PK\x03\x04\x14\x00\x06\x00" + bytes(200),
        bytes(range(1, 256)) * 20,
        b"\x01\x02\x03\x04 some text \x05\x06",
    ],
)
def test_binary_content_is_refused(tmp_path, data):
    with pytest.raises(ArticleError, match="save it as UTF-8"):
        read(tmp_path, data)


def test_broken_utf16_is_refused(tmp_path):
    with pytest.raises(ArticleError, match="breaks its rules"):
        read(tmp_path, codecs.BOM_UTF16_LE + ARABIC.encode("utf-16-le") + b"x")


def test_one_broken_byte_in_utf8_is_not_papered_over(tmp_path):
    data = ARABIC.encode()[:101] + b"\xff" + ARABIC.encode()[101:]
    with pytest.raises(ArticleError, match="encoding"):
        read(tmp_path, data)


@pytest.mark.parametrize("fault", [b"\xff", b"\xd8", b"\xff\n" * 20])
def test_utf8_with_faults_is_not_read_as_a_code_page(tmp_path, fault):
    for text in (ARABIC, RUSSIAN):
        with pytest.raises(ArticleError, match="rules of UTF-8 at byte"):
            read(tmp_path, text.encode() + fault)


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"---\ntitle: x\n---\n", "…؟!\n--".encode()])
def test_a_file_without_text_is_refused(tmp_path, data):
    with pytest.raises(ArticleError, match="holds no text"):
        read(tmp_path, data, "a.md")


def test_line_breaks_and_stray_controls_are_cleared(tmp_path):
    data = "سطر أول هنا.\x0b\r\nسطر ثان هنا.\x07  \r\r\r\n\u2028سطر ثالث هنا.\t\n".encode()
    assert read(tmp_path, data) == "سطر أول هنا.\n\nسطر ثان هنا.\n\nسطر ثالث هنا."


def test_letters_are_not_normalised(tmp_path):
    text = "مُدَّةُ العـمل ﻻ تتجاوز e\u0301te\u0301 شهراً."
    assert read(tmp_path, text.encode()) == text

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.numbers import numbers


def read(text: str) -> list[tuple[str, float]]:
    return [(text[n.start : n.end], float(n.value)) for n in numbers(text)]


@pytest.mark.parametrize("written", ["3.5", "3,5", "٣٫٥", "۳٫۵", "٣,٥"])
def test_decimals_of_either_digit_set(written):
    assert read(f"بلغ {written} درجة") == [(written, 3.5)]


@pytest.mark.parametrize(
    "written",
    [
        "6859",
        "6,859",
        "6.859",
        "٦٬٨٥٩",
        "٦٨٥٩",
        "6 859",
        "6\u00a0859",
        "6 آلاف و859",
        "ستة آلاف وثمانمئة وتسعة وخمسون",
    ],
)
def test_thousands_however_grouped_or_spelled(written):
    assert read(written) == [(written, 6859)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.125", 0.125), ("٣٫١٢٥", 3.125), ("1,234,567.89", 1234567.89), ("1.234.567,89", 1234567.89),
        ("3.125 million", 3_125_000), ("3,5 مليون", 3_500_000), ("5 млн", 5_000_000), ("10 тыс", 10_000), ("2bn", 2e9),
        ("ثلاثة", 3), ("ثلاث", 3), ("خمسة عشر", 15), ("خمس عشرة", 15), ("أحد عشر", 11), ("اثنتي عشرة", 12),
        ("ثلاثة وعشرين", 23), ("ثلاثة و عشرون", 23), ("مئة", 100), ("مائتان وخمسون", 250), ("ثلاث مئة", 300),
        ("ثلاثمائة", 300), ("ألفين وعشرين", 2020), ("مليون و200 ألف", 1_200_000), ("مئة ألف", 100_000),
        ("twenty-five", 25), ("two hundred and six", 206), ("three thousand forty", 3040), ("a hundred"[2:], 100),
        ("двадцать три", 23), ("двадцати трёх", 23), ("пятнадцати", 15), ("двести тысяч", 200_000), ("сорока", 40),
        ("тысяча девятьсот девяносто один", 1991),
    ],
)  # fmt: skip
def test_one_number_and_its_value(written, value):
    assert read(written) == [(written, value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90% و90 بالمئة", [("90", 90), ("90", 90)]),
        ("قتل ثلاثة وجرح خمسة", [("ثلاثة", 3), ("خمسة", 5)]),
        ("بين 5 و6 أشخاص", [("5", 5), ("6", 6)]),
        ("بعشرين دولارا وللخمسين الباقين", [("عشرين", 20), ("خمسين", 50)]),
        (
            "في 23.03.2020 الساعة 10:30",
            [("23", 23), ("03", 3), ("2020", 2020), ("10", 10), ("30", 30)],
        ),
        ("مساحته 5 كم²", [("5", 5)]),
        ("five, six", [("five", 5), ("six", 6)]),
        ("one of twenty-one", [("twenty-one", 21)]),
        ("один из двух", [("двух", 2)]),
    ],
)
def test_numbers_in_a_sentence(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["آلاف الأشخاص", "thousands", "يوم الثلاثاء", "واحد منهم", "сотни", "كم²", "", "زيارة أخرى"],
)
def test_what_is_no_number(text):
    assert numbers(text) == []


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]),
)
def test_any_decimal_is_read_back(value, digits):
    written = str(value).translate(dict(zip(map(ord, "0123456789"), digits, strict=True)))
    assert [n.value for n in numbers(f"نحو {written}.")] == [value]


@given(st.one_of(st.text(), st.text("0123456789٣٫٬., والفمليون hundredмлн²")))
def test_spans_are_in_order_and_inside_any_text(text):
    place = 0
    for number in numbers(text):
        assert place <= number.start < number.end <= len(text)
        assert number.value >= 0
        place = number.end


def test_very_long_digit_strings_are_numbers_too():
    assert numbers("9" * 5000)[0].value == Decimal("9" * 5000)
    assert len(numbers("ألف و" + "9" * 50 + "." + "1" * 50)) == 2

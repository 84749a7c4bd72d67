"""The day of publication in front matter: read where it is certain, never a reason to lose an article."""

from datetime import date

import pytest

from rag.indexing.readers import read_file

BODY = "أعلنت البلدية بدء الأعمال في المرفأ يوم الخميس."


def read(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    return read_file(path, tmp_path)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("23/03/2020", date(2020, 3, 23)),
        ("12.05.2022", date(2022, 5, 12)),
        ("12 أيار ٢٠٢٢", date(2022, 5, 12)),
        ("الثلاثاء 23 مارس/آذار 2021", date(2021, 3, 23)),
        ("١٥ رمضان ١٤٤١ هـ", date(2020, 5, 8)),
        ("1441-09-15", date(2020, 5, 8)),
        ("12 мая 2022 г.", date(2022, 5, 12)),
        ("12 Mayıs 2022", date(2022, 5, 12)),
    ],
)
def test_published_is_read_in_any_certain_form(tmp_path, value, day):
    result = read(tmp_path, f"---\npublished: {value}\n---\n{BODY}\n")
    assert (result.articles[0].published, result.articles[0].published_origin) == (
        day,
        "front matter",
    )
    assert result.notes == ()


@pytest.mark.parametrize(
    "value",
    ["2020-02-30", "2020-03", "soon", "[2020-03-23]", "03/04/2020", "2020", "3 - 5 مايو 2022"],
)
def test_published_that_is_no_certain_day_costs_no_article(tmp_path, value):
    result = read(tmp_path, f"---\npublished: {value}\n---\n{BODY}\n")
    assert (result.articles[0].published, result.articles[0].published_origin) == (None, "unknown")
    assert len(result.notes) == 1
    assert "write it like 2020-03-23" in result.notes[0]


def test_a_day_that_is_not_known_needs_no_note(tmp_path):
    result = read(tmp_path, f"---\npublished: غير معروف\n---\n{BODY}\n")
    assert (result.articles[0].published, result.notes) == (None, ())

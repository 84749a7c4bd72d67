"""Front matter and JSON lines: what an article says of itself."""

import json
from datetime import date

import pytest

from rag.errors import ArticleError
from rag.indexing.metadata import read_metadata
from rag.indexing.readers import read_file

BODY = "أعلنت البلدية بدء الأعمال في المرفأ يوم الخميس."


def read(tmp_path, text, name="a.md"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_file(path, tmp_path)


def article(tmp_path, front, name="a.md"):
    return read(tmp_path, f"---\n{front}\n---\n{BODY}\n", name).articles[0]


@pytest.mark.parametrize("name", ["a.md", "a.markdown", "a.txt"])
def test_every_value_is_read(tmp_path, name):
    found = article(
        tmp_path,
        "id: harbour-1\ntitle: 'المرفأ: توسعة'\npublished: 2022-05-12\nsource: وكالة السنابل\n"
        "url: https://example.org/أ?x=1\nlanguage: ar-SY\nauthor: [سلمى الحداد, Tom Field]",
        name,
    )
    assert (found.id, found.title, found.text) == ("harbour-1", "المرفأ: توسعة", BODY)
    assert (found.published, found.published_origin) == (date(2022, 5, 12), "front matter")
    assert (found.source, found.url) == ("وكالة السنابل", "https://example.org/أ?x=1")
    assert (found.language, found.author) == ("ar", "سلمى الحداد, Tom Field")


def test_values_are_not_guessed_at(tmp_path):
    found = article(tmp_path, "id: 0012\ntitle: 1984\nsource: no\nauthor: ~")
    assert (found.id, found.title, found.source, found.author) == ("0012", "1984", "no", None)


@pytest.mark.parametrize(
    "value",
    [
        "2020-03-23",
        "2020-03-23T10:30:00",
        "2020-03-23 23:59:59 +03:00",
        "'2020-03-23T10:30:00Z'",
        "٢٠٢٠-٠٣-٢٣",
    ],
)
def test_published_keeps_the_day_as_written(tmp_path, value):
    assert article(tmp_path, f"published: {value}").published == date(2020, 3, 23)


def test_empty_published_is_unknown(tmp_path):
    found = article(tmp_path, "published:\ntitle: عنوان")
    assert (found.published, found.published_origin) == (None, "unknown")


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("id:", "id is empty"),
        ("id: '  '", "id is empty"),
        ("id: [a, b]", "id is a list"),
        ("id: {a: b}", "id is a mapping"),
        ('id: "a\\nb"', "control characters"),
        (f"id: {'x' * 201}", "more than 200"),
        ("- a\n- b: c", "front matter is a list"),
        ("title: 'open", "not valid YAML"),
        ("title: a: b", r"not valid YAML \(mapping values are not allowed here, line"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: " + "[" * 50 + "]" * 50, "nested deeper"),
        ("a: " + "x" * 70_000, "at most 65536"),
    ],
)
def test_broken_front_matter_is_refused_in_one_line(tmp_path, front, reason):
    with pytest.raises(ArticleError, match=reason) as caught:
        article(tmp_path, front)
    assert "\n" not in str(caught.value)


def test_the_billion_laughs_are_refused_at_once(tmp_path):
    levels = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]" for n in range(1, 30)]
    with pytest.raises(ArticleError, match="aliases"):
        article(tmp_path, "\n".join(levels) + "\ntitle: *a29")


def test_yaml_builds_no_objects(tmp_path):
    front = (
        "title: !!python/object/apply:os.system ['touch pwned']\nsource: !!python/name:os.system"
    )
    result = read(tmp_path, f"---\n{front}\n---\n{BODY}")
    assert result.notes == ("ignored title: a list where a text was expected",)
    assert not (tmp_path / "pwned").exists()


def test_front_matter_without_end_is_refused(tmp_path):
    with pytest.raises(ArticleError, match="no closing line"):
        read(tmp_path, f"---\ntitle: x\n\n{BODY}")


def test_a_rule_is_no_front_matter(tmp_path):
    assert read(tmp_path, f"---\n\n{BODY}\n").articles[0].text == BODY
    assert read(tmp_path, f"---\nسطر بين خطين\n---\n{BODY}\n").articles[0].text.endswith(BODY)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org/x",
        "example.org",
        "http://",
        "https://a b.c",
        "http://[x",
    ],
)
def test_an_address_that_is_none_is_passed_over_with_a_note(tmp_path, url):
    result = read(tmp_path, f"---\nurl: '{url}'\n---\n{BODY}")
    assert result.articles[0].url is None
    assert len(result.notes) == 1
    assert "no http or https address" in result.notes[0]


def test_a_language_that_is_none_is_detected_instead(tmp_path):
    result = read(tmp_path, f"---\nlanguage: العربية\n---\n{BODY}")
    assert result.articles[0].language == "ar"
    assert "language" in result.notes[0]


def test_json_lines_lose_only_the_bad_ones(tmp_path):
    good = {
        "id": "n1",
        "title": "خبر",
        "text": BODY,
        "published": "2022-05-12",
        "author": ["أ", "ب"],
    }
    lines = [
        json.dumps(good, ensure_ascii=False),
        "{broken",
        "",
        '["no", "object"]',
        '{"title": "no text"}',
        json.dumps({"text": BODY, "published": "May"}),
        json.dumps({"text": " \n"}),
        json.dumps({"id": True, "text": BODY}),
        json.dumps({"text": BODY + "\ud800"}),
        "[" * 100_000,
        json.dumps(
            {"id": 7, "text": "Мэрия сообщила о начале работ в порту.", "url": "mailto:a@b"}
        ),
        json.dumps({"text": BODY, "title": 5}),
    ]
    result = read(tmp_path, "\n".join(lines), "many.jsonl")
    assert [a.id for a in result.articles] == ["n1", "many-6", "7", "many-12"]
    assert result.articles[0].published == date(2022, 5, 12)
    assert result.articles[0].author == "أ, ب"
    assert [a.language for a in result.articles] == ["ar", "ar", "ru", "ar"]
    numbers = [int(place.rsplit(" ", 1)[1]) for place, _ in result.refused]
    assert numbers == [2, 4, 5, 7, 8, 9, 10]
    assert all(place.startswith("many.jsonl, line") for place, _ in result.refused)
    assert result.notes == (
        "line 6: ignored published: 'May' is no certain day; write it like 2020-03-23",
        "line 11: ignored url: 'mailto:a@b' is no http or https address",
    )


def test_a_json_line_that_is_not_utf8_costs_one_article(tmp_path):
    good = json.dumps({"text": BODY}, ensure_ascii=False).encode()
    (tmp_path / "a.jsonl").write_bytes(
        b"\xef\xbb\xbf" + good + b"\r\n" + good.replace(b"\xd8", b"\xff", 1)
    )
    result = read_file(tmp_path / "a.jsonl", tmp_path)
    assert [a.id for a in result.articles] == ["a-1"]
    assert "UTF-8" in result.refused[0][1]


def test_an_empty_json_lines_file_is_refused(tmp_path):
    with pytest.raises(ArticleError, match="holds no text"):
        read(tmp_path, "\n\n", "a.jsonl")


def test_people_who_filled_in_front_matter_keep_their_lines(tmp_path):
    body = "مدخل قصير\n\nأعلنت البلدية بدء الأعمال في المرفأ.\n\nخاتمة بلا نقطة\n\nشارك على فيسبوك"
    found = read(tmp_path, f"---\ntitle: المرفأ\n---\n{body}").articles[0]
    assert found.text == body.removesuffix("\n\nشارك على فيسبوك")


def test_the_title_is_not_repeated_in_the_text(tmp_path):
    found = read(tmp_path, f"---\ntitle: توسعة المرفأ\n---\n# تَوسعة المرفأ\n\n{BODY}").articles[0]
    assert (found.title, found.text) == ("توسعة المرفأ", BODY)


def test_the_first_heading_is_the_title(tmp_path):
    found = read(
        tmp_path, f"---\nid: 1\n---\n# *توسعة* المرفأ\n\n{BODY}\n\n## الكلفة\n\n{BODY}"
    ).articles[0]
    assert (found.title, found.text) == ("توسعة المرفأ", f"{BODY}\n\nالكلفة\n\n{BODY}")


def test_a_stamp_of_the_page_dates_it(tmp_path):
    page = f"توسعة المرفأ تبدأ هذا الصيف\n\nآخر تحديث: 14 مايو 2022\n\nنُشر في: ١٢ أيار ٢٠٢٢\n\n{BODY}\n\n{BODY}"
    found = read(tmp_path, page, "a.txt").articles[0]
    assert (found.published, found.published_origin) == (date(2022, 5, 12), "text")


def test_a_date_amid_the_story_does_not_date_it(tmp_path):
    page = (
        f"توسعة المرفأ تبدأ هذا الصيف\n\n{BODY}\n\nوكان المرفأ قد أغلق في 3 مارس 2011 بعد العاصفة."
    )
    assert read(tmp_path, page, "a.txt").articles[0].published_origin == "unknown"


@pytest.mark.parametrize("word", ["غير معروف", "Unknown", "неизвестен", "-", "inconnu"])
def test_an_outlet_that_is_not_known_is_none(word):
    assert read_metadata({"source": word, "author": word}).source is None
    assert read_metadata({"source": word, "author": word}).author is None

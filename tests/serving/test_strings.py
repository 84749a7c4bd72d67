"""Words of the page: both languages complete, plural forms, dates, and the choice of language."""

from __future__ import annotations

import string
from datetime import date

import pytest

from rag.records import Article
from rag.serving.ui.corpus import EXAMPLE_CHARACTERS, examples, languages, outlets
from rag.serving.ui.strings import WORDS, count, language_name, long_date, pick_language, say


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    arabic, english = WORDS[key]
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(words) if name}
        for words in (arabic, english)
    ]
    assert fields[0] == fields[1]
    assert any("\u0600" <= letter <= "\u06ff" for letter in arabic)
    assert english.isascii() or set(english) - {
        "«",
        "»",
        "…",
        "✓",
        "≈",
        "∅",
        "◼",
        "✕",
        "·",
        "⇄",
        "◌",
    } <= set(string.printable)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "بلا مصدر"),
        (1, "مصدر واحد"),
        (2, "مصدران"),
        (5, "5 مصادر"),
        (11, "11 مصدرًا"),
        (100, "100 مصدر"),
    ],
)
def test_arabic_counts_take_their_form(n: int, words: str) -> None:
    assert count("ar", "sources", n) == words


def test_english_counts() -> None:
    assert [count("en", "articles", n) for n in (0, 1, 2)] == [
        "0 articles",
        "1 article",
        "2 articles",
    ]


def test_dates_name_their_month() -> None:
    assert long_date(date(2021, 9, 14), "ar") == "14 سبتمبر 2021"
    assert long_date(date(2021, 9, 14), "en") == "14 September 2021"


def test_languages_have_names() -> None:
    assert (language_name("ru", "ar"), language_name("ru", "en"), language_name("x1", "en")) == (
        "الروسية",
        "Russian",
        "x1",
    )


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        ("en", "ar", "ar", "en"),
        (None, "en", "ar", "en"),
        (None, None, "fr-FR, en;q=0.8, ar;q=0.5", "en"),
        (None, None, "", "ar"),
        ("<script>", "xx", "fr", "ar"),
    ],
)
def test_language_choice(
    asked: str | None, remembered: str | None, accepted: str, language: str
) -> None:
    assert pick_language(asked, remembered, accepted) == language


def test_examples_come_from_titles_and_are_spread() -> None:
    articles = [Article(str(n), "نص", f"عنوان {n}") for n in range(40)]
    texts = [example["text"] for example in examples(articles, "ar")]
    assert len(texts) == 4
    assert [n for n in (0, 10, 20, 30) if f"\u2068عنوان {n}\u2069" in "".join(texts)] == [
        0,
        10,
        20,
        30,
    ]


def test_examples_ask_by_title_and_by_day_in_turn() -> None:
    articles = [Article(str(n), "نص", f"عنوان {n}", date(2020, 3, 1 + n)) for n in range(4)]
    first, second, third, fourth = (example["text"] for example in examples(articles, "ar"))
    assert "عنوان 0" in first
    assert (second, fourth) == ("ماذا حدث في 2 مارس 2020؟", "ماذا حدث في 4 مارس 2020؟")
    assert "عنوان 2" in third


def test_examples_do_without_titles_and_cut_long_ones() -> None:
    assert examples([Article("a", "نص"), Article("b", "نص", " ")], "en") == []
    (only,) = examples([Article("a", "x", "word " * 60)], "en")
    assert "…" in only["text"]
    assert len(only["text"]) < EXAMPLE_CHARACTERS + len(say("en", "example", title="")) + 5


def test_filters_offer_what_the_corpus_has() -> None:
    articles = [
        Article("a", "x", source="ب", language="ar"),
        Article("b", "x", source="أ", language="ru"),
        Article("c", "x"),
    ]
    assert outlets(articles) == ["أ", "ب"]
    assert languages(articles, "en") == [("Arabic", "ar"), ("Russian", "ru")]

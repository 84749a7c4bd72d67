"""References read back: BibTeX by a parser of it, CSL-JSON by the names of its schema."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import bibtexparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.records import Article
from rag.serving.ui.exporting.references import bibtex, citation_keys, csl_json, latex_text
from tests.serving.material import LIBRARY

TEXTS = st.text(max_size=60) | st.text("\\{}$&%#_~^[]()*<>`!\"'@:/|=+-. \nنصa1", max_size=60)
# Names and kinds that CSL-JSON 1.0 gives to what we use; it allows no others.
CSL_NAMES = {
    "id": str, "type": str, "title": str, "author": list, "container-title": str, "issued": dict,
    "URL": str, "language": str, "archive_location": str,
}  # fmt: skip


def articles(text: str, **parts: Any) -> list[Article]:
    return [Article("x", "", text, source=text, author=text, **parts)]


def plain(latex: str) -> str:
    """What LaTeX prints for what `latex_text` writes."""
    names = {
        "backslash": "\\",
        "braceleft": "{",
        "braceright": "}",
        "asciitilde": "~",
        "asciicircum": "^",
    }
    shown = re.sub(r"\\text([a-z]+)\{\}", lambda m: f"\0{ord(names[m[1]])}\0", latex)
    shown = re.sub(r"\\([$&%#_])", r"\1", shown)
    return re.sub("\0([0-9]+)\0", lambda m: chr(int(m[1])), shown)


@settings(deadline=None)
@given(TEXTS)
def test_bibtex_is_read_back_as_it_was(text: str) -> None:
    library = bibtexparser.parse_string(bibtex(articles(text, published=date(2020, 3, 23))))
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    line = " ".join(
        re.sub(
            r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text.encode("utf-8", "replace").decode()
        ).split()
    )
    if line:
        assert plain(fields["howpublished"]) == line
        assert plain(fields["author"].strip("{}")) or line
        assert fields["author"][0] == "{"
    assert (fields["year"], fields["date"]) == ("2020", "2020-03-23")


@settings(deadline=None)
@given(TEXTS)
def test_braces_stay_balanced_and_signs_are_commands(text: str) -> None:
    written = latex_text(text)
    depth = 0
    for sign in written:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"(?<!\\)[$&%#_]", written)
    assert "~" not in written
    assert "^" not in written


def test_bibtex_of_the_known_and_the_unknown() -> None:
    written = bibtex([LIBRARY, Article("بلا شيء", "", "عنوان", url="javascript:alert(1)")])
    first, second = bibtexparser.parse_string(written).entries
    assert first.key == "library"
    assert first["url"] == "https://news.example/library"
    assert first["language"] == "ar"
    assert "month = sep" in written
    assert {field.key for field in second.fields} == {"title"}
    assert re.fullmatch(r"[a-z0-9-]+", second.key)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://e.example/a b{c}\\d", "https://e.example/a%20b%7Bc%7D%5Cd"),
        ("https://e.example/خبر?q=1&p=50%25", "https://e.example/%D8%AE%D8%A8%D8%B1?q=1&p=50%25"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://", None),
    ],
)
def test_addresses_are_of_the_web_and_encoded(url: str, written: str | None) -> None:
    (item,) = json.loads(csl_json([Article("x", "", "t", url=url)]))
    assert item.get("URL") == written
    (entry,) = bibtexparser.parse_string(bibtex([Article("x", "", "t", url=url)])).entries
    assert [f.value for f in entry.fields if f.key == "url"] == ([written] if written else [])


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
def test_keys_are_plain_and_all_different(names: list[str]) -> None:
    keys = citation_keys([Article(name, "") for name in names])
    assert len(set(keys)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,80}", key) for key in keys)


@settings(deadline=None)
@given(TEXTS, st.none() | st.dates())
def test_csl_json_has_the_names_of_its_schema(text: str, day: date | None) -> None:
    (item,) = json.loads(csl_json(articles(text, published=day, language="ar")))
    assert all(isinstance(value, CSL_NAMES[name]) for name, value in item.items())
    assert item["type"] == "article-newspaper"
    assert ("issued" in item) == (day is not None)
    if day:
        assert item["issued"] == {"date-parts": [[day.year, day.month, day.day]]}

"""Filters answered from columns let the same articles pass as the rows themselves."""

import sqlite3
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from rag.records import Article, Filters
from rag.store.facets import FacetColumns
from rag.store.rows import Rows

FIRST = date(2020, 1, 1)
DAYS = (None, FIRST, FIRST + timedelta(days=40))
OUTLETS = ((), ("a",), ("a", "nobody"), ("nobody",))


@pytest.fixture
def rows(tmp_path):
    """Every third article undated, every fifth without outlet, every fourth without language."""
    made = Rows.create(tmp_path / "rows.sqlite")
    for number in range(60):
        article = Article(
            f"n{number}",
            "نص",
            published=FIRST + timedelta(days=number) if number % 3 else None,
            source="ab"[number % 2] if number % 5 else None,
            language=("ar", "en")[number % 2] if number % 4 else None,
        )
        made.add_article(article, "file.md")
    for number in range(0, 60, 7):
        made.delete_article(f"n{number}")
    made.commit()
    yield made
    made.close()


def test_columns_and_rows_let_the_same_articles_pass(rows):
    columns = FacetColumns(rows.facets())
    for since, until, sources, languages in product(DAYS, DAYS, OUTLETS, ((), ("ar",))):
        filters = Filters(since, until, sources, languages)
        assert columns.allowed(filters).tolist() == sorted(rows.allowed_articles(filters)), filters


def test_an_index_of_no_articles_lets_none_pass():
    assert FacetColumns([]).allowed(Filters(since=FIRST)).tolist() == []


def test_reading_the_columns_reads_no_text(rows, tmp_path):
    plan = rows._db.execute(
        "EXPLAIN QUERY PLAN SELECT key, published, source, language FROM articles"
    )
    assert "COVERING INDEX" in plan.fetchone()[-1]


def test_an_older_index_gets_what_it_lacks_when_it_is_written(rows, tmp_path):
    before = FacetColumns(rows.facets()).allowed(Filters())
    with sqlite3.connect(tmp_path / "rows.sqlite") as older:
        older.execute("DROP INDEX articles_by_facets")
    reader = Rows.open(tmp_path / "rows.sqlite")
    assert np.array_equal(FacetColumns(reader.facets()).allowed(Filters()), before)
    reader.close()
    Rows.open_for_writing(tmp_path / "rows.sqlite").close()
    with sqlite3.connect(tmp_path / "rows.sqlite") as newer:
        names = [
            row[0] for row in newer.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        ]
    assert "articles_by_facets" in names


def test_a_damaged_file_is_told_of_by_its_first_use(tmp_path):
    (tmp_path / "rows.sqlite").write_bytes(b"no database" * 100)
    opened = Rows.open_for_writing(tmp_path / "rows.sqlite")
    with pytest.raises(sqlite3.DatabaseError):
        opened.article_keys()
    opened.close()

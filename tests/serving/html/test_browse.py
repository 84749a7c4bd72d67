"""What the list of articles finds, and how its address reads; pure functions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from rag.records import Article, Chunk, DateMention, Passage, TimeRange
from rag.serving.ui.browsing.find import ENTRIES, find, mentions_within, snippet_of, span_of
from rag.serving.ui.browsing.library import Library, make_shelf
from rag.serving.ui.browsing.page import list_page
from rag.serving.ui.browsing.query import BrowseQuery, read_query
from tests.serving.material import ARTICLES, BRIDGE, EVIL, FERRY, LIBRARY, MARKET

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(
    str.strip
)
SHELF = make_shelf("g", ARTICLES, {BRIDGE.id: BRIDGE.id, FERRY.id: BRIDGE.id}, {})


def passage(article: Article, rank: int = 1) -> Passage:
    return Passage(rank, 0.5, Chunk(article.id, 0, len(article.text), article.text, ()), article)


def ids(entries: Any) -> list[str]:
    return [card.article.id for entry in entries for card in entry.cards]


def nothing() -> list[Passage]:
    raise AssertionError("no search was asked for")


@settings(deadline=None)
@given(
    NAMES,
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.lists(NAMES, max_size=3),
    st.booleans(),
)
def test_an_address_repeats_its_view(
    text: str, since: date | None, first: date | None, names: list[str], undated: bool
) -> None:
    outlets = tuple(dict.fromkeys(filter(None, names)))
    query = BrowseQuery(
        text, since=since, first=first, outlets=outlets, undated=undated, sort="title", page=3
    )
    again, notes = read_query(QueryParams(query.href().partition("?")[2]))
    assert (again, notes) == (query, [])


@pytest.mark.parametrize(
    "day", ["2020-02-30", "yesterday", "٢٠٢٠-٠١-٠١", "2020-1-1", "99999-01-01"]
)
def test_what_is_no_day_is_told_and_left_out(day: str) -> None:
    query, notes = read_query(QueryParams({"since": day}))
    assert query.since is None
    assert notes == [("bad_day", {"day": day})]


def test_days_in_the_wrong_order_are_exchanged() -> None:
    query, notes = read_query(QueryParams("since=2021-01-01&until=2020-01-01"))
    assert (query.since, query.until) == (date(2020, 1, 1), date(2021, 1, 1))
    assert notes == [("days_exchanged", {})]


@pytest.mark.parametrize(
    "address", ["page=0", "page=-1", "page=1e9", "page=" + "9" * 30, "sort=evil", "q=%00", "page=٢"]
)
def test_nonsense_in_an_address_is_as_if_it_were_not_there(address: str) -> None:
    query, _ = read_query(QueryParams(address))
    assert query.changed() == BrowseQuery()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (BrowseQuery(), {a.id for a in ARTICLES}),
        (BrowseQuery(languages=("ar",)), {LIBRARY.id, MARKET.id}),
        (BrowseQuery(outlets=("صوت النهر", "Речной вестник")), {MARKET.id, FERRY.id}),
        (BrowseQuery(since=date(2020, 2, 3)), {LIBRARY.id, BRIDGE.id}),
        (BrowseQuery(until=date(2019, 3, 19)), {MARKET.id}),
        (BrowseQuery(undated=True), {FERRY.id, EVIL.id}),
        (BrowseQuery(undated=True, since=date(2000, 1, 1)), set()),
    ],
)
def test_limits(query: BrowseQuery, expected: set[str]) -> None:
    found = find(SHELF, query, nothing)
    assert set(ids(found.entries)) == expected
    assert found.articles == len(expected)


def test_one_story_is_one_entry_at_the_place_of_its_first_article() -> None:
    found = find(SHELF, BrowseQuery(), nothing)
    (story,) = [entry for entry in found.entries if len(entry.cards) > 1]
    assert [card.article.id for card in story.cards] == [BRIDGE.id, FERRY.id]
    assert [card.article.id for card in SHELF.others(FERRY.id)] == [BRIDGE.id]
    assert SHELF.others(LIBRARY.id) == SHELF.others("none") == ()


@pytest.mark.parametrize(
    "text",
    ["المكتبه", "ٱلْمَكْتَبَة", "المكتـــبة", "مكتبة سنتين", "صحيفة الضفّة", "ПАРОМ", "bridge CRACKS"],
)
def test_titles_and_outlets_match_however_they_are_spelt(text: str) -> None:
    found = find(SHELF, BrowseQuery(text), list)
    assert len(found.entries) == 1


def test_what_only_the_meaning_brings_stands_apart() -> None:
    passages = [passage(MARKET), passage(LIBRARY), passage(BRIDGE)]
    found = find(SHELF, BrowseQuery("متجر"), lambda: passages)
    assert ids(found.entries) == [MARKET.id]
    assert ids(found.near) == [LIBRARY.id, BRIDGE.id]


def test_a_search_stays_within_the_limits() -> None:
    query = BrowseQuery("متجر", languages=("en",))
    found = find(SHELF, query, lambda: [passage(MARKET), passage(BRIDGE)])
    assert ids(found.entries) == []
    assert ids(found.near) == [BRIDGE.id]


@pytest.mark.parametrize(
    ("article", "text", "word"),
    [
        (LIBRARY, "الترميم", "ترميم"),
        (LIBRARY, "إعارة", "الإعـــارة"),
        (LIBRARY, "3.2", "٣٫٢"),
        (BRIDGE, "crack", "cracks"),
        (FERRY, "рубль", "рублей"),
        (BRIDGE, "zebra", ""),
    ],
)
def test_a_snippet_marks_the_original_spelling(article: Article, text: str, word: str) -> None:
    snippet = snippet_of(passage(article), text)
    assert snippet.text[snippet.start : snippet.end] == word
    assert len(snippet.text) < 260


@pytest.mark.parametrize(
    ("sort", "first"), [("oldest", MARKET.id), ("newest", LIBRARY.id), ("longest", EVIL.id)]
)
def test_order(sort: str, first: str) -> None:
    longest = max(ARTICLES, key=lambda a: len(a.text.split())).id
    found = find(SHELF, BrowseQuery(sort=sort), nothing)
    assert ids(found.entries)[0] == (longest if sort == "longest" else first)
    titles = find(SHELF, BrowseQuery(sort="title"), nothing)
    assert ids(titles.entries) != ids(found.entries)


def test_pages_hold_every_entry_once() -> None:
    many = [Article(f"a{n:03}", "نص", f"عنوان {n}") for n in range(2 * ENTRIES + 1)]
    shelf = make_shelf("g", many, {}, {})
    found = find(shelf, BrowseQuery(), nothing)
    shown = [ids(found.page(number)) for number in (1, 2, 3)]
    assert [len(page) for page in shown] == [ENTRIES, ENTRIES, 1]
    assert sorted(article for page in shown for article in page) == [a.id for a in many]
    assert found.page(99) == found.page(3)


def test_a_time_that_only_passes_through_does_not_count() -> None:
    day = date(2020, 5, 5)
    century = DateMention(0, 4, date(1901, 1, 1), date(2000, 12, 31))
    inside = DateMention(0, 4, day, day)
    may = TimeRange(date(2020, 5, 1), date(2020, 5, 31))
    assert mentions_within([inside], may)
    assert not mentions_within([century], TimeRange(date(1950, 1, 1), date(1950, 12, 31)))
    assert mentions_within([century], TimeRange(date(1900, 1, 1), None))
    since = DateMention(0, 4, day, None)
    assert span_of(since) == (date(2020, 1, 1), date(2020, 12, 31))
    assert not mentions_within([DateMention(0, 4, None, None, "weekday")], may)


def test_the_library_is_read_once_for_each_state_of_the_index() -> None:
    class Counting:
        generation = "one"
        reads = 0

        def articles(self) -> list[Article]:
            self.reads += 1
            return ARTICLES

        def stories(self) -> dict[str, str]:
            return {}

        def mentions(self) -> dict[str, Any]:
            return {}

    assistant: Any = Counting()
    library = Library(assistant)
    assert library.shelf() is library.shelf()
    assistant.generation = "two"
    assert library.shelf().generation == "two"
    assert assistant.reads == 2
    assert all(card.article.text == "" for card in library.shelf().cards)


@settings(deadline=None)
@given(NAMES, NAMES, NAMES)
def test_any_text_is_shown_and_none_becomes_markup(
    read_html: Any, title: str, outlet: str, text: str
) -> None:
    evil = Article("x", f"{text} {title}", title, source=outlet, language=outlet)
    shelf = make_shelf("g", [evil], {}, {})
    query = BrowseQuery(text or "x", outlets=(outlet,))
    found = find(shelf, query, lambda: [passage(evil)])
    page = read_html(str(list_page(shelf, query, found, [("bad_day", {"day": text})], "ar")))
    assert set(page.tags) <= {
        "a", "article", "bdi", "button", "details", "div", "fieldset", "form", "h1", "h2", "h3", "input",
        "label", "legend", "li", "mark", "ol", "option", "p", "select", "small", "span", "summary", "ul",
    }  # fmt: skip
    assert not {name for name in page.names if name.startswith("on")}
    assert all(
        link.startswith(("/corpus", "/article/", "/timeline", "/?about=")) for link in page.links
    )


def test_the_check_above_can_fail(read_html: Any) -> None:
    page = read_html('<p><img src=x onerror="x"></p>')
    assert "img" in page.tags
    assert {name for name in page.names if name.startswith("on")}

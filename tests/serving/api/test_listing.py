"""Articles listed: filters, pages, and an order that does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rag.records import Article
from rag.serving.http.listing import Listing
from rag.serving.http.schemas import ArticleQuery

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def _ids(client: TestClient, **query: Any) -> list[str]:
    reply = client.get("/api/v1/articles", params=query)
    assert reply.status_code == 200, reply.text
    return [row["article_id"] for row in reply.json()["articles"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"since": "2020-02-03"}, ["library", "bridge/2021 «ج»"]),
        ({"until": "2020-02-03"}, ["bridge/2021 «ج»", "market"]),
        ({"since": "2020-01-01", "until": "2020-12-31"}, ["bridge/2021 «ج»"]),
        ({"language": ["ar", "ru"]}, ["library", "market", "ferry"]),
        ({"source": "Речной вестник"}, ["ferry"]),
        ({"source": ["صوت النهر", "صحيفة الضفة"], "language": "ar"}, ["library", "market"]),
        ({"query": "المَكتبه العامّة"}, ["library"]),
        ({"query": "CRACKS bridge"}, ["bridge/2021 «ج»"]),
        ({"query": "паром"}, ["ferry"]),
        ({"query": "nothing of the kind"}, []),
        ({"story": "nothing"}, []),
    ],
)
def test_filters(client: TestClient, query: dict[str, Any], ids: list[str]) -> None:
    assert _ids(client, **query) == ids


def test_pages_are_the_whole_list_once(client: TestClient) -> None:
    whole = client.get("/api/v1/articles").json()
    assert whole["total"] == len(whole["articles"]) == 5
    pages = [
        client.get("/api/v1/articles", params={"offset": at, "limit": 2}).json()
        for at in (0, 2, 4, 6)
    ]
    assert [row for page in pages for row in page["articles"]] == whole["articles"]
    assert [len(page["articles"]) for page in pages] == [2, 2, 1, 0]
    assert {(page["total"], page["generation"]) for page in pages} == {(5, whole["generation"])}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": 10**30}, "offset"),
        ({"since": "yesterday"}, "YYYY-MM-DD"),
        ({"since": "2021-01-01", "until": "2020-01-01"}, "swap"),
        ({"colour": "red"}, "unknown field"),
        ({"query": "a\0b"}, "U+0000"),
        ({"query": "x" * 201}, "query"),
        ({"source": ["x"] * 101}, "source"),
    ],
)
def test_impossible_queries(
    client: TestClient, query: dict[str, Any], words: str, expect_problem: Any
) -> None:
    expect_problem(client.get("/api/v1/articles", params=query), 422, words)


class _Copies:
    """An assistant with two copies of one story; counts how often it is asked for all."""

    generation = "1"

    def __init__(self) -> None:
        self.times = 0

    def articles(self) -> list[Article]:
        self.times += 1
        return [Article("a", "x", "A"), Article("b", "x", "B"), Article("c", "y", "C")]

    def stories(self) -> dict[str, str]:
        return {"a": "a", "b": "a"}


def test_copies_of_a_story_and_one_reading_for_each_state() -> None:
    assistant = _Copies()
    listing = Listing(assistant)  # type: ignore[arg-type]
    for story in ("a", "b"):
        rows = listing.page(ArticleQuery(story="a"))["articles"]
        assert [row["article_id"] for row in rows] == ["a", "b"], story
    assert [row["story"] for row in listing.page(ArticleQuery())["articles"]] == ["a", "a", None]
    assert assistant.times == 1
    assistant.generation = "2"
    listing.page(ArticleQuery())
    assert assistant.times == 2

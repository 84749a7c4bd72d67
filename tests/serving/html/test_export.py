"""Exported files read back: nothing of an answer is lost, and nothing of it becomes markup."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from rag.errors import UsageError
from rag.serving.server import create_app
from rag.serving.ui.exporting.formats import FORMATS, exported
from rag.serving.ui.exporting.markdown import escaped
from rag.serving.ui.exporting.records import read_turns
from rag.settings import Settings
from tests.serving.material import ARTICLES, EVIL, HOSTILE, LIBRARY

if TYPE_CHECKING:
    from rag.records import Article

TODAY = date(2026, 1, 2)
TEXTS = st.text(max_size=60) | st.text("\\{}$&%#_~^[]()*<>`!\"'@:/|=+-. \nنصa1", max_size=60)


def lookup(article_id: str) -> Article | None:
    return next((article for article in ARTICLES if article.id == article_id), None)


def row(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(answer.to_dict(), ensure_ascii=False))
    return found


@settings(deadline=None)
@given(TEXTS)
def test_markdown_shows_any_text_literally(text: str) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(f"before {escaped(text)} after")
    shown = re.sub(r"^<p>|</p>\n$", "", rendered)
    assert "<" not in shown.replace("\n", "")
    alone = MarkdownIt("gfm-like", {"linkify": False}).render(escaped(text))
    assert set(re.findall(r"</?([a-z0-9]+)", alone)) <= {"p"}


def test_markdown_check_can_fail() -> None:
    assert "<strong>" in MarkdownIt("commonmark").render("before **x** after")


@pytest.mark.parametrize(
    "text", ["1. a", "- a", "+ a", "# a", "=== a", "    a", "> a", "| a | b |", "![a](b)"]
)
def test_a_line_begins_nothing(text: str) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(escaped(text))
    assert rendered.startswith("<p>")
    assert "<img" not in rendered


def test_files_hold_question_answer_quotations_and_sources(made_answer: Any) -> None:
    turns = read_turns([row(made_answer)], lookup)
    for language, checked in (("ar", "طابق المقال"), ("en", "checked against the article")):
        for name in ("md", "html"):
            written = exported(turns, name, language, TODAY)
            assert made_answer.question in written
            assert made_answer.citations[0].quote in written
            assert written.count(checked) == 2
            assert "https://news.example/library" in written
            assert ("14 سبتمبر 2021" if language == "ar" else "14 September 2021") in written


def test_a_forged_quotation_is_not_called_checked(made_answer: Any) -> None:
    forged = row(made_answer)
    forged["citations"][0] |= {"quote": "لم يقل أحد هذا", "title": "عنوان مزور", "source": "مزور"}
    forged["citations"][1] |= {"article_id": "none"}
    first, second = read_turns([forged], lookup)[0].quotes
    assert (first.check, first.article.title) == ("differs", LIBRARY.title)
    assert (second.check, first.article.source) == ("unchecked", LIBRARY.source)
    assert {q.check for q in read_turns([forged])[0].quotes} == {"unchecked"}


def test_a_turn_of_the_page_is_read_too(made_answer: Any) -> None:
    answer = row(made_answer)
    kept = {"version": 1, "question": answer["question"], "answer": answer | {"question": None}}
    assert read_turns([kept], lookup) == read_turns([answer], lookup)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no answer to export"),
        ([1], "answer 1 can't be exported"),
        ([{"question": "q"}], "status: field required"),
        ([{"question": "q", "status": "great", "text": "t"}], "status"),
        ([{}] * 201, "at most 200"),
    ],
)
def test_what_is_no_answer_is_told(rows: list[Any], words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        read_turns(rows)


def hostile() -> dict[str, Any]:
    citation = {
        "marker": 1, "article_id": EVIL.id, "title": HOSTILE, "source": HOSTILE, "published": None,
        "url": EVIL.url, "language": EVIL.language, "quote": HOSTILE,
        "start": EVIL.text.index(HOSTILE), "end": EVIL.text.index(HOSTILE) + len(HOSTILE),
    }  # fmt: skip
    return {
        "question": HOSTILE,
        "language": "ar",
        "status": "answered",
        "text": HOSTILE,
        "citations": [citation],
    }


def test_hostile_text_stays_text_in_html(read_html: Any) -> None:
    page = read_html(exported(read_turns([hostile()], lookup), "html", "ar", TODAY))
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "blockquote", "cite", "bdi",
        "ol", "li",
    }  # fmt: skip
    assert page.links == []
    assert page.tags.count("style") == 1
    assert not {name for name in page.names if name.startswith("on")}


@pytest.fixture(scope="module")
def client(scripted: Any) -> Any:
    with TestClient(create_app(scripted(), Settings())) as made:
        yield made


@pytest.mark.parametrize("name", FORMATS)
def test_the_page_downloads_a_checked_file(client: Any, name: str) -> None:
    reply = client.post(f"/export/{name}", data={"turns": json.dumps([hostile()])})
    assert reply.status_code == 200
    assert (
        reply.headers["content-disposition"]
        == f'attachment; filename="shawahid.{FORMATS[name].ending}"'
    )
    assert "sandbox" in reply.headers["content-security-policy"]
    assert "<script" not in reply.text or name != "html"
    if name in ("md", "html"):
        assert "طابق المقال" in reply.text


@pytest.mark.parametrize("field", [None, "", "nonsense", "{}", "[" * 3000, '"x"', "[]", "[1]"])
def test_what_the_page_must_not_send_is_refused(client: Any, field: str | None) -> None:
    reply = client.post("/export/md", data={"turns": field} if field is not None else {})
    assert 400 <= reply.status_code < 500
    assert reply.headers["content-type"] == "application/problem+json"


def test_other_sites_may_not_export(client: Any) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post("/export/md", data={"turns": "[]"}, headers=headers).status_code == 403
    assert client.post("/export/exe", data={"turns": "[]"}).status_code == 404

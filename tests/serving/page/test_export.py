"""Exports from the chat, and the dates of an answer, in Chromium."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from rag.serving.ui.exporting.formats import exported
from rag.serving.ui.exporting.records import read_turns
from tests.serving.material import ARTICLES, EVIL

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]


def test_a_conversation_is_exported_and_its_dates_are_drawn(visit: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask("ماذا قالت مديرة المكتبة؟")
    expect(page.locator("#sources .turn:not([hidden]) .when svg")).to_be_visible()
    page.locator("#sources .when").scroll_into_view_if_needed()
    picture(page, "desktop-ar-light-answer-dates")
    page.click("#sources .export summary")
    for name, words in (
        ("md", "طابق المقال"),
        ("bibtex", "@misc{library"),
        ("csl", "article-newspaper"),
    ):
        page.locator("#sources .export").evaluate("menu => { menu.open = true; }")
        with page.expect_download() as download:
            page.click(f"[data-export={name}]")
        assert words in download.value.path().read_text("utf-8")


def test_paper_holds_the_sources_of_every_answer(visit: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask("ماذا قالت مديرة المكتبة؟")
    reader.ask("كم متجرًا في سوق 2020؟")
    expect(page.locator("#t1")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#t1-s1 mark")).to_be_visible()
    expect(page.locator("#t2-n1")).to_be_visible()
    for pressed in (
        "#composer",
        "#top nav",
        "#top .list",
        "#sources .src footer",
        "#chat .options",
    ):
        expect(page.locator(pressed).first).to_be_hidden()
    assert page.evaluate("document.body.scrollHeight > innerHeight")
    picture(page, "print-ar")


def test_an_exported_page_asks_for_nothing(browser: Browser, assistant: Any, tmp_path: Any) -> None:
    rows = [json.loads(json.dumps(assistant.ask(q).to_dict())) for q in ("مكتبة", "evil")]
    stored = {article.id: article for article in ARTICLES}
    file = tmp_path / "talk.html"
    file.write_text(exported(read_turns(rows, stored.get), "html", "ar", date(2026, 1, 2)), "utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_timeout(200)
    assert asked == [file.as_uri()]
    assert page.evaluate("window.PWNED") is None
    assert EVIL.title.split(" ", 1)[0] in page.inner_text("body")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()

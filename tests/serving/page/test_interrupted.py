"""An answer that the reader stops, leaves or writes over: what the reader did last is what stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

SLOW = "slow المكتبة"
LEFT = "Connection errored out"  # what Gradio says of a stream that the page leaves


def begin(reader: Any) -> None:
    page = reader.page
    turns = page.locator("#chat .user-row").count()
    page.fill("#ask textarea", SLOW)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .user-row")).to_have_count(turns + 1)
    expect(page.locator("#ask .stop-button")).to_be_visible()


def test_a_stop_at_any_moment_lasts(visit: Any) -> None:
    reader = visit()
    page = reader.page
    for wait_ms in (100, 300, 500, 700):
        begin(reader)
        page.wait_for_timeout(wait_ms)
        page.click("#ask .stop-button")
        expect(page.locator("#chat .thought-group .title").last).to_contain_text("أوقفتَه")
        page.wait_for_timeout(700)  # a word takes half a second: none may come after
        expect(page.locator("#chat .thought-group .title").last).to_contain_text("أوقفتَه")
        reader.settled()


def test_a_question_that_has_to_wait_leaves_the_answer_stoppable(visit: Any) -> None:
    reader = visit()
    page = reader.page
    begin(reader)
    page.fill("#ask textarea", "سوق")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("انتظر الجواب السابق")
    expect(page.locator("#ask textarea")).to_have_value("سوق")
    page.wait_for_timeout(500)
    page.click("#ask .stop-button")
    expect(page.locator("#chat .thought-group .title")).to_contain_text("أوقفتَه")


def test_a_new_chat_ends_an_answer_and_undo_waits_for_its_end(visit: Any, page_server: Any) -> None:
    reader = visit()
    page = reader.page
    begin(reader)
    expect(page.locator("#chat .message-content").last).to_contain_text("قالت")
    expect(page.locator("#chat .message-buttons-left button").nth(2)).to_be_disabled()
    closed = page_server[1].closed
    page.click("#top [data-act=new]")
    expect(page.locator("#chat .user-row")).to_have_count(0)
    reader.until(lambda: page_server[1].closed > closed)
    page.wait_for_timeout(200)
    expect(page.locator("#chat .user-row")).to_have_count(0)
    expect(page.locator("#ask .submit-button")).to_be_visible()
    reader.ask("سوق")
    assert "∅" in reader.text("#chat .thought-group .title")


@pytest.mark.parametrize("way", ["reload", "language"])
def test_a_question_that_was_left_comes_back_into_the_box(visit: Any, way: str) -> None:
    reader = visit()
    page = reader.page
    reader.ask("سوق")
    begin(reader)
    if way == "reload":
        page.reload()
    else:
        page.click("#top a[hreflang=en]")
    expect(page.locator("#ask textarea")).to_have_value(SLOW)
    expect(page.locator("#chat .user-row")).to_have_count(1)
    reader.ask("سوق")
    page.reload()
    expect(page.locator("#chat .user-row")).to_have_count(2)
    expect(page.locator("#ask textarea")).to_have_value("")
    reader.complaints[:] = [
        told for told in reader.complaints if LEFT not in told and "AbortError" not in told
    ]

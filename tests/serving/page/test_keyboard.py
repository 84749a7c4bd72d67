"""Everything without a mouse, and what is said aloud."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUESTION = "ماذا قالت مديرة المكتبة؟"


def test_enter_sends_and_shift_enter_breaks_the_line(visit: Any, page_server: Any) -> None:
    reader = visit()
    page = reader.page
    page.keyboard.type("سوق")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("ثان")
    expect(page.locator("#ask textarea")).to_have_value("سوق\nثان")
    page.keyboard.press("Enter")
    expect(page.locator("#sources .turn")).to_have_count(1)
    assert page_server[1].asked[-1][0] == "سوق\nثان"


def test_escape_stops_an_answer(visit: Any) -> None:
    reader = visit()
    page = reader.page
    page.fill("#ask textarea", "slow المكتبة")
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=bot] .message-content").last).to_contain_text("قالت")
    page.keyboard.press("Escape")
    expect(page.locator("#chat .thought-group .title")).to_contain_text("أوقفتَه")


def test_the_last_question_is_edited_in_place(visit: Any, page_server: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask("كم متجرًا في سوق 2020؟")
    reader.ask(QUESTION)
    page.focus("#ask textarea")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#ask textarea")).to_have_value(QUESTION)
    expect(page.locator("#notice [role=status]")).to_contain_text("Esc")
    picture(page, "desktop-ar-light-editing")
    page.keyboard.press("Escape")
    expect(page.locator("#ask textarea")).to_have_value("")
    expect(page.locator("#notice p")).to_have_count(0)
    expect(page.locator("#chat .user-row")).to_have_count(2)

    page.hover("#chat .user-row >> nth=1")
    page.click("#chat [data-act=edit]")
    expect(page.locator("#ask textarea")).to_have_value(QUESTION)
    page.fill("#ask textarea", "What does the ferry cost?")
    page.keyboard.press("Enter")
    expect(page.locator("#t2 .sp-q")).to_have_text("What does the ferry cost?")
    expect(page.locator("#chat .user-row")).to_have_count(2)
    question, history, _, _ = page_server[1].asked[-1]
    assert question == "What does the ferry cost?"
    assert [turn.question for turn in history] == ["كم متجرًا في سوق 2020؟"]


def test_arrows_walk_citations_and_cards(visit: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask(QUESTION)
    page.focus("#chat a[href='#t1-s1']")
    page.keyboard.press("ArrowLeft")  # forward, in a page from right to left
    expect(page.locator("#chat a[href='#t1-s2']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#chat a[href='#t1-s1']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#t1-s1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#t1-s2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#chat a[href='#t1-s1']")).to_be_focused()


def test_skip_link_comes_first_and_leads_to_the_box(visit: Any) -> None:
    reader = visit("?lang=en")
    page = reader.page
    first = (
        "document.querySelector('a[href], button, input, textarea, select, [tabindex]').className"
    )
    assert page.evaluate(first) == "skip"
    page.focus("[data-act=talks]")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("a.skip")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#ask textarea")).to_be_focused()


def test_an_answer_is_said_once_when_it_is_there(visit: Any) -> None:
    reader = visit()
    page = reader.page
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => said.push(document.querySelector('#said').textContent))
        .observe(document.querySelector('#said'), {childList: true, characterData: true, subtree: true}); }"""
    )
    reader.ask(QUESTION)
    reader.until(lambda: page.evaluate("said.length") > 0)
    page.wait_for_timeout(200)
    assert page.evaluate("said.length") == 1
    told = page.evaluate("said[0]")
    assert told.startswith("✓ موثَّق · مصدران")
    assert "٣٫٢ ملايين" in told
    assert page.get_attribute("#chat [role=log]", "aria-live") == "off"
    assert page.get_attribute("#said", "aria-live") == "polite"


def test_dialogs_hold_and_return_the_focus(visit: Any) -> None:
    reader = visit("?lang=en")
    page = reader.page
    page.focus("[data-act=talks]")
    page.keyboard.press("Enter")
    expect(page.locator("#talks")).to_be_visible()
    assert page.evaluate("document.querySelector('#talks').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("[data-act=talks]")).to_be_focused()


def test_reduced_motion_is_respected(visit: Any) -> None:
    reader = visit(reduced_motion="reduce", phone=True)
    assert reader.style("#side", "transitionDuration") in ("0s", "1e-05s", "0.00001s")

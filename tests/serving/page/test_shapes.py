"""Language, theme and screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUESTION = "ماذا قالت مديرة المكتبة؟"


def test_language_switch_is_remembered(visit: Any, picture: Any) -> None:
    reader = visit(locale="en", color_scheme="dark")
    page = reader.page
    assert page.evaluate("document.documentElement.dir") == "ltr"
    assert (
        page.get_attribute("#ask textarea", "placeholder")
        == "Ask about an event, a person or a place…"
    )
    assert "What would you like" in reader.text("#chat .placeholder")
    picture(page, "desktop-en-dark-empty")
    page.click("#top a[hreflang=ar]")
    expect(page.locator("#chat .example").first).to_contain_text("ماذا يقول المقال")
    page.reload()
    expect(page.locator("#chat .example").first).to_contain_text("ماذا يقول المقال")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.get_attribute("#ask textarea", "placeholder") == "اسأل عن خبر أو شخص أو مكان…"
    assert page.inner_text("#filters > button span") == "حدود البحث"


def test_phone_sheet(visit: Any, picture: Any) -> None:
    reader = visit(phone=True)
    page = reader.page
    picture(page, "phone-ar-light-empty")
    reader.ask(QUESTION)
    picture(page, "phone-ar-light-answer")
    expect(page.locator("#sources")).not_to_be_in_viewport()
    page.tap("#chat a[href='#t1-s1']")
    expect(page.locator("#t1-s1")).to_be_focused()
    expect(page.locator("#t1-s1 mark")).to_be_in_viewport()
    page.wait_for_timeout(300)  # the sheet's slide, for the picture
    picture(page, "phone-ar-light-sheet")
    page.keyboard.press("Escape")
    expect(page.locator("#sources")).not_to_be_in_viewport()
    expect(page.locator("#chat a[href='#t1-s1']")).to_be_focused()
    page.tap("[data-act=open]")
    expect(page.locator("#sources")).to_be_in_viewport()
    page.tap("#sources .x")
    expect(page.locator("#sources")).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_phone_in_english_and_dark(visit: Any, picture: Any) -> None:
    reader = visit(phone=True, locale="en", color_scheme="dark")
    reader.ask("سوق")
    picture(reader.page, "phone-en-dark-not-found")
    reader.page.tap("[data-act=open]")
    reader.page.wait_for_timeout(300)
    picture(reader.page, "phone-en-dark-sheet")
    box = reader.page.locator("#top nav").bounding_box()
    name = reader.page.locator("#top h1").bounding_box()
    assert box is not None
    assert name is not None
    assert name["x"] + name["width"] < box["x"]
    assert box["x"] + box["width"] <= 390


def test_theme_is_remembered_everywhere(visit: Any, picture: Any) -> None:
    reader = visit("?lang=en", color_scheme="light")
    page = reader.page
    light = reader.style("#top", "backgroundColor")
    page.click("[data-act=theme]")
    dark = reader.style("#top", "backgroundColor")
    assert light != dark
    page.reload()
    expect(page.locator("#chat .example")).to_have_count(4)
    assert reader.style("#top", "backgroundColor") == dark
    page.goto(page.url.split("?")[0] + "article/bridge%2F2021%20%C2%AB%D8%AC%C2%BB?s=54&e=103#mark")
    assert reader.style(".bar", "backgroundColor") == dark
    assert reader.style(".text", "direction") == "ltr"
    picture(page, "desktop-en-dark-article")


def test_documentation_works(browser: Any, page_server: Any, picture: Any) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{page_server[0]}/docs")
    expect(page.locator(".opblock-summary-path", has_text="/api/v1/ask")).to_be_visible()
    picture(page, "desktop-docs")
    page.close()
    assert complaints == []

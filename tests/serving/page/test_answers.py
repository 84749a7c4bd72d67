"""What a reader sees: answers, sources, articles, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUESTION = "ماذا قالت مديرة المكتبة؟"


def test_question_is_answered_piece_by_piece_and_cited(
    visit: Any, picture: Any, page_server: Any
) -> None:
    reader = visit()
    page = reader.page
    picture(page, "desktop-ar-light-empty")
    page_server[1].pause_s = 0.08
    page.evaluate(
        """() => { window.seen = new Set(); setInterval(() => {
            const all = document.querySelectorAll('[data-testid=bot] .message-content');
            if (all.length) seen.add(all[all.length - 1].textContent.length); }, 20) }"""
    )
    reader.ask(QUESTION)
    page_server[1].pause_s = 0.01
    assert page.evaluate("seen.size") > 4
    assert "٣٫٢ ملايين" in reader.text("[data-testid=bot]")
    assert "✓ موثَّق · مصدران" in reader.text("#chat .thought-group .title")
    picture(page, "desktop-ar-light-answer")
    page.click("#chat a[href='#t1-s2']")
    card = page.locator("#t1-s2")
    expect(card).to_be_focused()
    expect(card.locator("mark")).to_be_in_viewport()
    expect(card.locator("mark")).to_have_text("Engineers found cracks in two of its eleven piers")
    expect(card).to_contain_text("جهة النشر غير معروفة")
    expect(card).to_contain_text("3 فبراير 2020 (مذكور في النص)")
    assert reader.style("#t1-s2 blockquote", "direction") == "ltr"
    picture(page, "desktop-ar-light-citation")


def test_direction_follows_page_and_text(visit: Any) -> None:
    reader = visit()
    page = reader.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar",
        "rtl",
    ]
    assert reader.style("#ask textarea", "direction") == "rtl"
    page.fill("#ask textarea", "What")
    assert reader.style("#ask textarea", "direction") == "ltr"
    reader.ask("What does the ferry cost?")
    reader.ask(QUESTION)
    directions = page.eval_on_selector_all(
        "[data-testid=user], .message.thought [data-testid=bot]",
        "found => found.map(e => [getComputedStyle(e).direction, getComputedStyle(e).textAlign])",
    )
    assert directions == [["ltr", "start"]] * 2 + [["rtl", "start"]] * 2
    edges = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=bot] .message-content p')].map(p => {
            const range = document.createRange(); range.selectNodeContents(p);
            const text = range.getBoundingClientRect(), box = p.getBoundingClientRect();
            return text.left - box.left < 2 ? 'left' : box.right - text.right < 2 ? 'right' : 'none'; })"""
    )
    assert edges[0] == "left"
    assert edges[-1] == "right"


def test_not_found_shows_what_comes_near(visit: Any, picture: Any) -> None:
    reader = visit()
    reader.ask("كم متجرًا في سوق 2020؟")
    assert "∅ ليس في المقالات" in reader.text("#chat .thought-group .title")
    expect(reader.page.locator("#sources .src")).to_have_count(2)
    expect(reader.page.locator("#t1-n1")).to_contain_text("في مارس 2019 لا في 2020")
    expect(reader.page.locator("#sources mark")).to_have_count(0)
    picture(reader.page, "desktop-ar-light-not-found")


def test_english_dark_page(visit: Any, picture: Any) -> None:
    reader = visit(locale="en", color_scheme="dark")
    reader.ask("What does the ferry cost?")
    assert "≈ Partly supported · 1 source" in reader.text("#chat .thought-group .title")
    picture(reader.page, "desktop-en-dark-answer")
    reader.page.click("#chat .thought-group .title")
    expect(reader.page.locator("#chat .thought-group")).to_contain_text(
        "The harbour will grow next year"
    )
    reader.ask("سوق")
    picture(reader.page, "desktop-en-dark-not-found")


def test_copied_text_carries_its_references(visit: Any) -> None:
    reader = visit(permissions=["clipboard-read", "clipboard-write"])
    page = reader.page
    reader.ask(QUESTION)
    page.click("#chat .message-buttons-left button >> nth=0")
    page.wait_for_function("navigator.clipboard.readText().then(t => t.includes('[2] «'))")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("قالت مديرة المكتبة إن كلفة الترميم بلغت ٣٫٢ ملايين")
    assert "&#" not in copied
    page.click("#t1-s1 [data-act=copy]")
    expect(page.locator("#t1-s1 [data-act=copy]")).to_have_text("نُسخ")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("«بلغت كلفة الترميم ٣٫٢ ملايين")
    assert copied.endswith("صحيفة الضفة، 14 سبتمبر 2021")


def test_article_opens_at_its_quotation(visit: Any, picture: Any) -> None:
    reader = visit(phone=True)
    reader.ask(QUESTION)
    reader.page.tap("[data-act=open]")
    with reader.page.context.expect_page() as opened:
        reader.page.click("#t1-s1 a.act")
    article = opened.value
    expect(article.locator("#mark")).to_be_in_viewport()
    expect(article.locator("#mark")).to_have_text(
        "بلغت كلفة الترميم ٣٫٢ ملايين، وأضيفت قاعة للأطفال تتسع لـ 120 قارئًا"
    )
    assert article.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "ar",
        "rtl",
    ]
    picture(article, "phone-ar-light-article")

"""Hostile questions, articles and models: everything is shown, nothing runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]


def test_hostile_content_is_inert(visit: Any, page_server: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    payload = 'evil <img src=x onerror="window.PWNED=1"> ${window.PWNED=2} [x](javascript:window.PWNED=3) ![a](http://evil.example/a)'
    reader.ask(payload)
    assert payload in reader.text("[data-testid=user]")
    expect(page.locator("#sources .src")).to_have_count(2)
    page.click("#chat .thought-group .title")
    page.click("#chat a[href='#t1-s1']")
    page.click("#filters > button")
    page.click("#f-outlets input")
    picture(page, "desktop-ar-light-hostile")
    inside = "#chat .message-wrap :is(img, script, style, iframe, form, input), #sources :is(img, script, style, iframe, form, input)"
    expect(page.locator(inside)).to_have_count(0)
    links = page.eval_on_selector_all(
        "#chat a, #sources a", "found => found.map(a => a.getAttribute('href'))"
    )
    assert all(re.match(r"#t1-s1$|/article/", link) for link in links)
    expect(page.locator("#chat a")).to_have_count(1)
    page.goto(page.evaluate("document.querySelector('#sources .act').href"))
    expect(page.locator("#mark")).to_contain_text("window.PWNED=1")
    expect(page.locator("main :is(img, script, style, iframe, form, input)")).to_have_count(0)
    assert page.evaluate("window.PWNED") is None


def test_hostile_check_can_fail(browser: Browser) -> None:
    """The payload works where nothing escapes it: the test above proves something."""
    page = browser.new_page()
    page.set_content('<div id="x"></div>')
    page.evaluate(
        "document.getElementById('x').innerHTML = '<img src=x onerror=\"window.PWNED=1\">'"
    )
    page.wait_for_function("window.PWNED === 1")
    page.close()


def test_policy_stops_inline_handlers(visit: Any) -> None:
    """Second layer: even markup that got in unescaped can't run a handler."""
    reader = visit()
    reader.page.evaluate(
        """() => { const d = document.createElement('div');
        d.innerHTML = '<img src="data:," onerror="window.PWNED=1">'; document.body.append(d); }"""
    )
    reader.page.wait_for_timeout(300)
    assert reader.page.evaluate("window.PWNED") is None
    assert "Content Security Policy" in reader.complaints.pop()

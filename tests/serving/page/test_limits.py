"""Limits of the search: chips, the address, links that repeat a view, and what a link may not do."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUERY = "?since=2019-01-01&source=" + quote("صوت النهر") + "&language=ar&about=market"


def address(reader: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reader.page.url).query)


def test_a_link_sets_the_limits_and_a_reload_keeps_them(
    visit: Any, page_server: Any, picture: Any
) -> None:
    reader = visit(QUERY)
    page = reader.page
    chips = page.locator("#limits .chip:not(.all)")
    expect(chips).to_have_count(4)
    expect(page.locator("#limits")).to_contain_text("منذ 1 يناير 2019")
    expect(page.locator("#limits")).to_contain_text("المقال: افتتاح السوق الجديد")
    reader.ask("سوق")
    picture(page, "desktop-ar-light-limits")
    filters = page_server[1].asked[-1][2]
    assert (filters.sources, filters.languages, filters.articles) == (
        ("صوت النهر",),
        ("ar",),
        ("market",),
    )
    assert filters.since.isoformat() == "2019-01-01"
    page.reload()
    expect(chips).to_have_count(4)
    page.click("#filters > button")
    expect(page.locator("#f-days input[data-day=since]")).to_have_value("2019-01-01")


def test_chips_and_address_follow_the_form_and_back(visit: Any, page_server: Any) -> None:
    reader = visit()
    page = reader.page
    expect(page.locator("#limits .chip")).to_have_count(0)
    page.click("#filters > button")
    page.fill("#f-outlets input", "صوت")
    page.click("[data-testid=dropdown-option]")
    page.fill("#f-days input[data-day=until]", "2021-12-31")
    expect(page.locator("#limits .chip:not(.all)")).to_have_count(2)
    reader.until(lambda: address(reader) == {"source": ["صوت النهر"], "until": ["2021-12-31"]})
    page.click("#limits .chip[data-name=until]")
    expect(page.locator("#limits .chip")).to_have_count(1)
    expect(page.locator("#f-days input[data-day=until]")).to_have_value("")
    reader.until(lambda: address(reader) == {"source": ["صوت النهر"]})
    page.click("#limits .chip[data-name=source]")
    expect(page.locator("#limits .chip")).to_have_count(0)
    reader.until(lambda: address(reader) == {})
    reader.ask("سوق")
    assert page_server[1].asked[-1][2].is_empty


def test_all_limits_go_at_once(visit: Any) -> None:
    reader = visit(QUERY)
    reader.page.click("#limits .chip.all")
    expect(reader.page.locator("#limits .chip")).to_have_count(0)
    reader.until(lambda: address(reader) == {})


def test_what_a_link_gets_wrong_is_told(visit: Any, picture: Any) -> None:
    reader = visit("?lang=en&since=soon&source=Nowhere&language=zz&about=%3Cb%3Eno%3C/b%3E")
    notice = reader.page.locator("#notice [role=alert]")
    for word in ("soon", "Nowhere", "zz", "<b>no</b>"):
        expect(notice).to_contain_text(word)
    expect(reader.page.locator("#limits .chip")).to_have_count(0)
    picture(reader.page, "desktop-en-light-bad-link")


def test_a_question_in_a_link_waits_to_be_sent(visit: Any, page_server: Any) -> None:
    before = len(page_server[1].asked)
    reader = visit("?q=" + quote("كم متجرًا في سوق 2020؟"))
    expect(reader.page.locator("#ask textarea")).to_have_value("كم متجرًا في سوق 2020؟")
    reader.page.wait_for_timeout(400)
    assert len(page_server[1].asked) == before
    reader.page.click("#ask .submit-button")
    expect(reader.page.locator("#chat .user-row")).to_have_count(1)


def test_a_link_that_asks_does_so_once(visit: Any, page_server: Any) -> None:
    before = len(page_server[1].asked)
    reader = visit("?ask=1&about=market&q=" + quote("سوق <img src=x onerror=1>"), greets=False)
    page = reader.page
    expect(page.locator("#sources .turn")).to_have_count(1)
    assert [entry[0] for entry in page_server[1].asked[before:]] == ["سوق <img src=x onerror=1>"]
    assert page_server[1].asked[-1][2].articles == ("market",)
    assert address(reader) == {"about": ["market"]}
    page.reload()
    expect(page.locator("#chat .user-row")).to_have_count(1)
    page.wait_for_timeout(300)
    assert len(page_server[1].asked) == before + 1


def test_the_other_language_shows_the_same_view(visit: Any) -> None:
    reader = visit(QUERY)
    reader.page.click("#top a[hreflang=en]")
    expect(reader.page.locator("#limits")).to_contain_text("Since 1 January 2019")
    assert reader.page.evaluate("document.documentElement.lang") == "en"
    expect(reader.page.locator("#limits .chip:not(.all)")).to_have_count(4)

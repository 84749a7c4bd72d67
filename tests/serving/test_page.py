"""The page in Chromium, as a reader meets it. Pictures go to build/screenshots/."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
PATIENCE_MS = 15_000
QUESTION = "ماذا قالت مديرة المكتبة؟"


class Reader:
    """A page with its console and its requests watched."""

    def __init__(self, context: BrowserContext, base: str, query: str = "") -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("?")[0]))
        self.page.goto(base + query)
        expect(self.page.locator("#chat .example")).to_have_count(4)

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def ask(self, question: str) -> None:
        """Ask, and wait until the next question may come."""
        turns = self.page.locator("#chat .user-row").count()
        self.page.fill("#ask textarea", question)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#chat .user-row")).to_have_count(turns + 1)
        self.settled()

    def settled(self) -> None:
        expect(self.page.locator("#chat .thought-group .title[aria-busy=true]")).to_have_count(0)
        expect(self.page.locator("#ask .submit-button")).to_be_visible()
        expect(self.page.locator("#chat .message-buttons-left").last).to_be_visible()

    def text(self, selector: str) -> str:
        return self.page.locator(selector).last.inner_text()

    def style(self, selector: str, name: str) -> str:
        code = "([s, n]) => getComputedStyle([...document.querySelectorAll(s)].at(-1))[n]"
        return str(self.page.evaluate(code, [selector, name]))


@pytest.fixture
def visit(browser: Browser, page_server: Any) -> Iterator[Callable[..., Reader]]:
    base = page_server[0]
    contexts: list[BrowserContext] = []
    readers: list[Reader] = []

    def open_page(query: str = "", **options: Any) -> Reader:
        context = browser.new_context(**(DESKTOP | {"locale": "ar"} | options))
        contexts.append(context)
        readers.append(Reader(context, base, query))
        return readers[-1]

    yield open_page
    for context in contexts:
        context.close()
    for reader in readers:
        assert reader.complaints == []
        assert {
            url for url in reader.hosts if not url.startswith((base, "data:", "blob:"))
        } == set()


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


def test_ambiguous_question_offers_choices(visit: Any, page_server: Any) -> None:
    reader = visit()
    reader.ask("متى كان افتتاح؟")
    choices = reader.page.locator("#chat .option")
    expect(choices).to_have_count(2)
    choices.nth(1).click()
    expect(reader.page.locator("#chat .user-row")).to_have_count(2)
    reader.settled()
    question, history, _, _ = page_server[1].asked[-1]
    assert "افتتاح السوق الجديد" in question
    assert [turn.question for turn in history] == ["متى كان افتتاح؟"]


def test_example_filters_retry_undo_and_new_chat(visit: Any, page_server: Any) -> None:
    reader = visit()
    page, asked = reader.page, page_server[1].asked
    page.click("#filters > button")
    page.fill("#f-outlets input", "صوت")
    page.click("ul.options li")
    page.fill("#f-days input[data-day=since]", "2020-01-31")
    page.click("#chat .example >> nth=0")
    expect(page.locator("#chat .user-row")).to_have_count(1)
    reader.settled()
    question, _, filters, _ = asked[-1]
    assert "المكتبة العامة تفتح أبوابها" in question
    assert (filters.sources, filters.since.isoformat()) == (("صوت النهر",), "2020-01-31")

    before = len(asked)
    page.click("#chat .message-buttons-left button >> nth=1")  # retry
    page.wait_for_function("n => document.querySelectorAll('#sources .turn').length === 1", arg=0)
    reader.settled()
    assert [entry[0] for entry in asked[before:]] == [question]
    expect(page.locator("#chat .user-row")).to_have_count(1)

    reader.ask("سوق")
    page.click("#chat .message-buttons-left >> nth=-1 >> button >> nth=2")  # undo
    expect(page.locator("#chat .user-row")).to_have_count(1)
    expect(page.locator("#ask textarea")).to_have_value("سوق")
    expect(page.locator("#sources .turn")).to_have_count(1)

    page.click("[data-act=new]")
    expect(page.locator("#chat .example")).to_have_count(4)
    expect(page.locator("#sources .sp-empty")).to_be_visible()
    reader.ask("سوق")
    assert asked[-1][1] == []


def test_stopping_keeps_what_was_written(visit: Any) -> None:
    reader = visit()
    page = reader.page
    page.fill("#ask textarea", "slow المكتبة")
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=bot] .message-content").last).to_contain_text("قالت")
    page.click("#ask .stop-button")
    expect(page.locator("#chat .thought-group .title")).to_contain_text("أوقفتَه")
    reader.settled()
    assert "قالت" in reader.text("[data-testid=bot]")
    reader.ask("سوق")
    assert "∅" in reader.text("#chat .thought-group .title")


@pytest.mark.parametrize(
    ("question", "words"),
    [("fail", "run `shawahid index`"), ("crash", "unexpected error")],
)
def test_errors_are_sentences(visit: Any, question: str, words: str) -> None:
    reader = visit("?lang=en")
    reader.ask(question)
    assert words in reader.text("[data-testid=bot]")
    assert "secret" not in reader.page.content()


def test_empty_question_and_dates_in_disorder_are_told(visit: Any) -> None:
    reader = visit()
    page = reader.page
    page.fill("#ask textarea", "   ")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("اكتب سؤالًا أولًا")
    page.click("#filters > button")
    page.fill("#f-days input[data-day=since]", "2021-01-31")
    page.fill("#f-days input[data-day=until]", "2020-01-31")
    page.fill("#ask textarea", "سوق")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("بعد تاريخ النهاية")
    expect(page.locator("#chat .user-row")).to_have_count(0)
    page.fill("#f-days input[data-day=until]", "")
    reader.ask("سوق")
    expect(page.locator("#notice p")).to_have_count(0)


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


def test_phone_sheet(visit: Any, picture: Any) -> None:
    reader = visit(**PHONE)
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
    reader = visit(**PHONE, locale="en", color_scheme="dark")
    reader.ask("سوق")
    picture(reader.page, "phone-en-dark-not-found")
    reader.page.tap("[data-act=open]")
    reader.page.wait_for_timeout(300)
    picture(reader.page, "phone-en-dark-sheet")
    box = reader.page.locator("#top nav").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


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
    reader = visit(**PHONE)
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


def test_keyboard_alone(visit: Any) -> None:
    reader = visit()
    page = reader.page
    expect(page.locator("#ask textarea")).to_be_focused()
    reader.ask(QUESTION)
    page.locator("#chat a[href='#t1-s1']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t1-s1")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#ask textarea")).to_be_focused()
    for name in ("#ask .submit-button", "[data-act=theme]", "[data-act=new]", "#chat .icon-button"):
        assert page.locator(name).first.evaluate("e => (e.ariaLabel || e.innerText).trim()"), name

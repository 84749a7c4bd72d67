"""What a reader does: limits, choices, retry, undo, stop, and what the page says when it can't."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUESTION = "ماذا قالت مديرة المكتبة؟"


def test_ambiguous_question_offers_choices(visit: Any, page_server: Any) -> None:
    reader = visit()
    reader.ask("متى كان افتتاح؟")
    choices = reader.page.locator("#chat .option")
    expect(choices).to_have_count(2)
    choices.nth(1).click()
    expect(reader.page.locator("#chat .user-row")).to_have_count(2)
    reader.settled()
    question, history, _, _ = page_server[1].asked[-1]
    assert question == "متى كان افتتاح؟ (الافتتاح في مارس 2019)"
    assert [turn.question for turn in history] == ["متى كان افتتاح؟"]


def test_an_event_is_chosen_on_its_card(visit: Any, page_server: Any, picture: Any) -> None:
    reader = visit()
    reader.ask("متى كان افتتاح؟")
    picture(reader.page, "desktop-ar-light-ambiguous")
    reader.page.click("#t1-n1 [data-act=choose]")
    expect(reader.page.locator("#chat .user-row")).to_have_count(2)
    reader.settled()
    assert page_server[1].asked[-1][0] == "متى كان افتتاح؟ (الافتتاح في سبتمبر 2021)"


def test_sources_that_differ_are_shown_by_date(visit: Any, picture: Any) -> None:
    reader = visit("?lang=en")
    page = reader.page
    reader.ask("differ")
    assert "⇄ Reports differ · 2 sources" in reader.text("#chat .thought-group .title")
    rows = page.locator("#sources section.differ li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("19 March 2019")
    picture(page, "desktop-en-light-differ")
    rows.first.locator("a").click()
    expect(page.locator("#t1-s2")).to_be_focused()


def test_what_may_follow_is_made_of_the_articles(visit: Any, page_server: Any) -> None:
    reader = visit()
    reader.ask("كم متجرًا في سوق 2020؟")
    chip = reader.page.locator("#chat .option", has_text="افتتاح السوق الجديد")
    chip.click()
    expect(reader.page.locator("#chat .user-row")).to_have_count(2)
    reader.settled()
    assert "افتتاح السوق الجديد" in page_server[1].asked[-1][0]


def test_example_filters_retry_undo_and_new_chat(visit: Any, page_server: Any) -> None:
    reader = visit()
    page, asked = reader.page, page_server[1].asked
    page.click("#filters > button")
    page.fill("#f-outlets input", "صوت")
    page.click("[data-testid=dropdown-option]")
    page.fill("#f-days input[data-day=since]", "2020-01-31")
    page.click("#chat .example >> nth=0")
    expect(page.locator("#chat .user-row")).to_have_count(1)
    reader.settled()
    question, _, filters, _ = asked[-1]
    assert "المكتبة العامة تفتح أبوابها" in question
    assert (filters.sources, filters.since.isoformat()) == (("صوت النهر",), "2020-01-31")

    before = len(asked)
    page.click("#chat .message-buttons-left button >> nth=1")  # retry
    reader.until(lambda: len(asked) > before)
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

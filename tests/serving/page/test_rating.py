"""Rating an answer: kept by the server, by number of the answer, and off by setting."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from rag.serving.feedback.store import FeedbackStore
from rag.settings import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]


@pytest.fixture
def page_server(run_server: Any, scripted: Any, tmp_path: Any) -> Any:
    assistant = scripted()
    settings = Settings(feedback_file=tmp_path / "ratings.sqlite3")
    with run_server(assistant, settings) as base:
        yield base, assistant


def test_ratings_reach_the_file_with_their_answer(
    visit: Any, page_server: Any, tmp_path: Any, picture: Any
) -> None:
    reader = visit()
    page = reader.page
    store = FeedbackStore(tmp_path / "ratings.sqlite3")
    reader.ask("ماذا قالت مديرة المكتبة؟")
    reader.ask("سوق")
    page.click("#chat .message-buttons-left >> nth=0 >> [data-act=rate-right]")
    expect(page.locator("#notice [role=status]")).to_contain_text("حُفظ تقييمك")
    page.click("#chat .message-buttons-left >> nth=1 >> [data-act=rate]")
    expect(page.locator("#rating .main")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator("#rating")).to_be_hidden()
    page.click("#chat .message-buttons-left >> nth=1 >> [data-act=rate]")
    page.check("#rating [value=wrong_source]")
    page.fill("#rating textarea", "السوق في ٢٠١٩، not 2020 <b>")
    picture(page, "desktop-ar-light-rating")
    page.click("#rating .main")
    reader.until(lambda: len(store.ratings()) == 2)
    first, second = store.ratings()
    assert (first.verdict, first.question) == ("right", "ماذا قالت مديرة المكتبة؟")
    assert (second.verdict, second.question) == ("wrong_source", "سوق")
    assert second.comment == "السوق في ٢٠١٩، not 2020 <b>"
    assert second.record["history"][0]["question"] == first.question


def test_what_has_no_answer_is_not_rated(visit: Any) -> None:
    reader = visit()
    reader.ask("fail")
    expect(reader.page.locator("#chat .message-buttons-left")).to_be_visible()
    expect(reader.page.locator("#chat [data-act=rate]")).to_have_count(0)


def test_a_rating_that_cannot_be_kept_is_told(visit: Any, tmp_path: Any) -> None:
    (tmp_path / "ratings.sqlite3").write_text("this is no database of any kind at all", "utf-8")
    reader = visit("?lang=en")
    reader.ask("سوق")
    reader.page.click("#chat [data-act=rate-right]")
    expect(reader.page.locator("#notice [role=alert]")).to_contain_text("was not kept")


@pytest.mark.parametrize(
    "sent", ["null", "{number: 7, verdict: 'right'}", "{number: 1, verdict: 'x'}"]
)
def test_a_forged_rating_is_refused(visit: Any, tmp_path: Any, sent: str) -> None:
    reader = visit("?lang=en")
    reader.ask("سوق")
    reader.page.evaluate(
        f"document.querySelector('#wire-rate i').dispatchEvent(new CustomEvent('wire', {{detail: {sent}, bubbles: true}}))"
    )
    expect(reader.page.locator("#notice [role=alert]")).to_contain_text("could not be read")
    assert FeedbackStore(tmp_path / "ratings.sqlite3").ratings() == []


def test_ratings_can_be_off(browser: Any, run_server: Any, scripted: Any, tmp_path: Any) -> None:
    settings = Settings(feedback=False, feedback_file=tmp_path / "none.sqlite3")
    page = browser.new_page()
    with run_server(scripted(), settings) as base:
        page.goto(base)
        expect(page.locator("#chat .example")).to_have_count(4)
        page.fill("#ask textarea", "سوق")
        page.keyboard.press("Enter")
        expect(page.locator("#sources .turn")).to_have_count(1)
        expect(page.locator("#chat .message-buttons-left")).to_be_visible()
        expect(page.locator("[data-act=rate]")).to_have_count(0)
        page.close()
    assert not (tmp_path / "none.sqlite3").exists()

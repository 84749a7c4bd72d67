"""The page over the real engine and the shipped articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from rag.answering.assistant import open_assistant
from rag.indexing.sync import sync
from rag.settings import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]


@pytest.fixture(scope="module")
def base(run_server: Any, tmp_path_factory: Any) -> Any:
    index = tmp_path_factory.mktemp("real") / "index"
    settings = Settings(corpus=Path("corpus"), index=index, writer="extractive")
    sync(settings)
    with run_server(open_assistant(settings), settings) as address:
        yield address


@pytest.fixture
def page_server(base: str) -> Any:
    """What `visit` opens, in place of the scripted fake."""
    return base, None


def test_a_question_gets_a_cited_answer_and_its_article(visit: Any, picture: Any) -> None:
    reader = visit()
    reader.ask("كم طائرة حربية رافقت طائرة وزير الدفاع الروسي في أجواء سوريا؟")
    assert "٣ طائرات" in reader.text("[data-testid=bot]")
    reader.page.click("#chat a[href='#t1-s1']")
    expect(reader.page.locator("#t1-s1")).to_be_focused()
    expect(reader.page.locator("#t1-s1 mark")).to_contain_text("طائرات")
    picture(reader.page, "desktop-ar-light-real")


def test_a_question_that_the_articles_do_not_answer(visit: Any, picture: Any) -> None:
    reader = visit("?lang=en")
    reader.ask("Who won the Champions League final in 2021?")
    assert "do not answer" in reader.text("[data-testid=bot]")
    picture(reader.page, "desktop-en-light-real-not-found")


def test_an_event_is_chosen_and_what_follows_is_answered(visit: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask("متى زار الأسد موسكو؟")
    assert "؟ أيَّها تقصد" in reader.text("#chat .thought-group .title")
    picture(page, "desktop-ar-light-real-ambiguous")
    page.locator("#t1 [data-act=choose]").last.click()
    expect(page.locator("#chat .user-row")).to_have_count(2)
    reader.settled()
    assert "✓" in reader.text("#chat .thought-group .title")
    page.locator("#chat .option", has_text="ماذا حدث في").first.click()
    expect(page.locator("#chat .user-row")).to_have_count(3)
    reader.settled()
    assert "✓" in reader.text("#chat .thought-group .title")
    picture(page, "desktop-ar-light-real-followed")


def test_limits_of_a_link_hold_and_a_reload_checks_quotations_again(visit: Any) -> None:
    reader = visit("?lang=en&language=fr")
    page = reader.page
    reader.ask("How many people died in the Beirut port explosion?")
    languages = page.eval_on_selector_all("#sources .src h3", "found => found.map(e => e.lang)")
    assert set(languages) == {"fr"}
    marks = page.locator("#sources mark").all_inner_texts()
    page.reload()
    expect(page.locator("#sources mark")).to_have_count(len(marks))
    assert page.locator("#sources mark").all_inner_texts() == marks
    expect(page.locator("#limits .chip")).to_have_count(1)

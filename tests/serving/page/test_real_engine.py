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

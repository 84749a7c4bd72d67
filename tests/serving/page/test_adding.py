"""Adding and deleting articles, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from rag.settings import Settings
from tests.serving.page.beside import Desk, inert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def page_server(run_server: Any, scripted: Any, desk: Desk) -> Iterator[tuple[str, Any]]:
    assistant = scripted()
    with run_server(assistant, Settings(ingestion=True, ingestion_megabytes=1), desk=desk) as base:
        yield base, assistant


def test_files_are_added_and_undone(visit: Any, desk: Desk, picture: Any) -> None:
    reader = visit("/add", greets=False)
    page = reader.page
    name = '"><img src=x onerror=window.PWNED=1>.md'
    large = {"name": "large.md", "mimeType": "text/plain", "buffer": b"x" * 1_100_000}
    page.set_input_files("input[type=file]", large)
    expect(page.locator(".way-in >> nth=0 >> .note")).to_contain_text("أكبر من الحد")
    page.click(".way-in .go >> nth=0")
    assert page.url.endswith("/add")
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": b"x"}
    )
    page.click(".way-in .go >> nth=0")
    expect(page.locator(".item")).to_have_count(2)
    assert len(desk.files) == 1
    inert(page)
    picture(page, "desktop-ar-light-outcome")
    page.click(".acts form button")
    expect(page.locator(".item.removed")).to_have_count(1)
    assert desk.undone == ["b-1"]


def test_an_article_is_deleted_only_when_asked_twice(visit: Any) -> None:
    reader = visit("/article/library", greets=False)
    page = reader.page
    expect(page.locator(".removal button")).to_be_hidden()
    page.click(".removal summary")
    page.click(".removal button")
    expect(page.locator(".item.removed")).to_have_count(1)
    expect(page.locator("input[name=batch]")).to_have_value("b-2")


def test_another_sites_form_cannot_delete(visit: Any, browser: Browser, page_server: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("http://evil.example/", lambda route: route.fulfill(
        content_type="text/html",
        body=f'<form method=post action="{page_server[0]}/add"><input name=kind value=remove>'
        '<input name=article value=library><button>x</button></form>',
    ))  # fmt: skip
    page.goto("http://evil.example/")
    with page.expect_navigation() as navigation:
        page.click("button")
    assert navigation.value.status == 403
    context.close()

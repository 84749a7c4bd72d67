"""Every state of every page in each language, theme and screen: one load walks through them all.

Each state is pictured in build/screenshots for people to look at, and axe-core finds no serious fault in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from rag.settings import Settings
from tests.serving.material import LIBRARY
from tests.serving.page.beside import Desk
from tests.serving.page.beside_axe import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

ANSWERS = {
    "answered": "ماذا قالت مديرة المكتبة؟",
    "partial": "What does the ferry cost?",
    "differ": "differ",
    "ambiguous": "متى كان افتتاح؟",
    "near": "كم متجرًا في سوق 2020؟",
    "error": "fail",
    "hostile": 'evil <img src=x onerror="window.PWNED=1"> ${window.PWNED=2}',
}
QUOTED = LIBRARY.text.index("بلغت كلفة")
PAGES = {
    "corpus": "/corpus",
    "timeline": "/timeline",
    "article": f"/article/library?s={QUOTED}&e={QUOTED + 68}#mark",
    "add": "/add",
}


@pytest.fixture(scope="module")
def page_server(run_server: Any, scripted: Any) -> Iterator[tuple[str, Any]]:
    assistant = scripted()
    settings = Settings(ingestion=True, ingestion_megabytes=1)
    with run_server(assistant, settings, desk=Desk()) as base:
        yield base, assistant


class Walk:
    """Goes through the states of one dress of the page."""

    def __init__(self, reader: Any, look: Callable[[str], None], *, phone: bool) -> None:
        self.reader = reader
        self.page = reader.page
        self.look = look
        self.phone = phone

    def answers(self) -> None:
        self.look("empty")
        for state, question in ANSWERS.items():
            self.reader.ask(question)
            self.look(state)
            if state == "answered":
                self.page.click("#chat a[href='#t1-s2']")
                expect(self.page.locator("#t1-s2")).to_be_focused()
                self.look("citation")
                self.page.keyboard.press("Escape")
            elif self.phone and state != "error":
                self.page.click("[data-act=open]")
                self.look(f"{state}-sheet")
                self.page.keyboard.press("Escape")

    def export_menu(self) -> None:
        if self.phone:
            self.page.click("[data-act=open]")
        self.page.click("#sources .export summary")
        self.look("export")
        self.page.click("#sources .export summary")
        self.page.keyboard.press("Escape")

    def filters(self) -> None:
        self.page.click("#filters > button")
        self.page.fill("#f-days [data-day=since]", "2019-01-01")
        self.page.keyboard.press("Tab")
        expect(self.page.locator("#limits .chip").first).to_be_visible()
        self.page.click("#f-outlets input")
        expect(self.page.locator("ul.option-list")).to_be_visible()
        self.page.wait_for_timeout(250)  # Gradio fades the list in
        self.look("filters")
        self.page.keyboard.press("Escape")
        self.page.click("#filters > button")

    def dialogs(self) -> None:
        self.page.click("[data-act=talks]")
        self.look("talks")
        self.page.keyboard.press("Escape")
        self.page.locator("#chat [data-act=rate]").last.click()
        self.look("rating")
        self.page.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_state_in_every_dress(
    visit: Any, picture: Any, page_server: Any, language: str, theme: str, phone: bool
) -> None:
    reader = visit(
        f"?lang={language}", locale=language, color_scheme=theme, phone=phone, reduced_motion="reduce"
    )  # fmt: skip
    told: dict[str, list[str]] = {}

    def look(state: str) -> None:
        picture(reader.page, f"{'phone' if phone else 'desktop'}-{language}-{theme}-{state}")
        told[state] = faults(reader.page)
        if reader.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            told[state].append("the page is wider than the screen")

    walk = Walk(reader, look, phone=phone)
    walk.answers()
    walk.export_menu()
    walk.filters()
    walk.dialogs()
    for state, path in PAGES.items():
        reader.page.goto(page_server[0] + path)
        look(state)
    assert {state: found for state, found in told.items() if found} == {}


def test_axe_check_can_fail(visit: Any) -> None:
    reader = visit()
    reader.page.evaluate(
        "document.querySelector('#note').innerHTML = '<button></button><img src=\"data:,\">'"
    )
    assert any("button-name" in fault for fault in faults(reader.page))

"""A browser, and a reader who uses the page in it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

SCREENSHOTS = Path("build/screenshots")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


class Reader:
    """A page with its console and its requests watched."""

    def __init__(
        self, context: BrowserContext, base: str, query: str = "", *, greets: bool = True
    ) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("?")[0]))
        self.page.goto(base + query)
        if greets:
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

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not happened():
            assert time.monotonic() < deadline, "it didn't happen"
            self.page.wait_for_timeout(30)

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
        greets = options.pop("greets", True)
        screen = PHONE if options.pop("phone", False) else DESKTOP
        context = browser.new_context(**(screen | {"locale": "ar"} | options))
        contexts.append(context)
        readers.append(Reader(context, base, query, greets=greets))
        return readers[-1]

    yield open_page
    for context in contexts:
        context.close()
    for reader in readers:
        assert reader.complaints == []
        assert {
            url for url in reader.hosts if not url.startswith((base, "data:", "blob:"))
        } == set()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def picture() -> Callable[[Page, str], None]:
    """Save what a page shows; pictures are for people, no test compares them."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take

"""The pages beside the chat, in Chromium: list, timeline, article, adding; in both languages, themes and sizes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from rag.settings import Settings
from tests.serving.material import ARTICLES, BRIDGE, HOSTILE, LIBRARY
from tests.serving.page.beside import FORBIDDEN, Desk, inert

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


@pytest.mark.parametrize(
    "path", ["/corpus", "/corpus?q=evil&source=x", "/timeline", "/add", "/article/library"]
)
@pytest.mark.parametrize(
    ("language", "theme", "phone"), [("ar", "light", True), ("en", "dark", False)]
)
def test_every_page_in_every_dress(
    visit: Any, picture: Any, path: str, language: str, theme: str, phone: bool
) -> None:
    reader = visit(path, greets=False, phone=phone, locale=language, color_scheme=theme)
    page = reader.page
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    expect(page.locator("main h1")).to_be_visible()
    paper = {"light": "rgb(250, 249, 246)", "dark": "rgb(20, 23, 26)"}
    assert reader.style("body", "backgroundColor") == paper[theme]
    inert(page)
    found = Axe().run(page).response["violations"]
    assert [f["id"] for f in found if f["impact"] in ("serious", "critical")] == []
    name = re.sub(r"[^a-z]+", "-", path).strip("-")
    picture(page, f"{'phone' if phone else 'desktop'}-{language}-{theme}-{name}")


def test_hostile_check_can_fail(browser: Browser) -> None:
    """The payload works where nothing escapes it."""
    page = browser.new_page()
    page.set_content("<div id=x></div>")
    page.evaluate("html => document.getElementById('x').innerHTML = html", HOSTILE)
    page.wait_for_function("window.PWNED !== undefined")
    expect(page.locator(f"#x :is({FORBIDDEN})").first).to_be_attached()
    page.close()


def test_search_limits_and_order_are_in_the_address(visit: Any) -> None:
    reader = visit("/corpus", greets=False)
    page = reader.page
    expect(page.locator(".entry")).to_have_count(len(ARTICLES) - 1)  # two are one story
    page.click(".story summary")
    expect(page.locator(".story li")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("المكتبه")
    page.click(".limits > summary")
    page.check(".boxes input[value=ar]")
    page.select_option("select[name=sort]", "oldest")
    page.click("form.find .go")
    expect(page.locator(".entry").first).to_contain_text(LIBRARY.title)
    assert "since=" not in page.url
    assert "language=ar" in page.url
    expect(page.locator(".chip")).to_have_count(3)
    page.reload()
    expect(page.locator("#q")).to_have_value("المكتبه")
    page.click(".chip.all")
    expect(page.locator(".entry")).to_have_count(len(ARTICLES) - 1)


def test_it_works_without_a_script(browser: Browser, page_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(page_server[0] + "/corpus")
    page.fill("#q", "bridge")
    page.click("form.find .go")
    expect(page.locator(".entry").first).to_contain_text(BRIDGE.title)
    page.click(".entry h3 a >> nth=0")
    expect(page.locator("h1")).to_have_text(BRIDGE.title)
    expect(page.locator(".others li")).to_have_count(1)
    page.goto(page_server[0] + "/add")
    page.set_input_files(
        "input[type=file]", {"name": "a.md", "mimeType": "text/plain", "buffer": b"x"}
    )
    page.click(".way-in .go >> nth=0")
    expect(page.locator(".item")).to_have_count(2)  # the page asks again by itself
    context.close()


def test_an_article_leads_to_a_question_about_it(visit: Any) -> None:
    reader = visit("/corpus", greets=False)
    page = reader.page
    page.click(f".entry:has-text('{LIBRARY.title}') .act")
    page.wait_for_url("**/?about=library*")


def test_the_timeline_zooms_and_opens_a_bin(visit: Any, picture: Any) -> None:
    reader = visit("/timeline?lang=en", greets=False, locale="en")
    page = reader.page
    expect(page.locator("svg.plot a.bar").first).to_be_visible()
    page.click(".numbers th a:text-is('March 2019')")
    expect(page.locator(".way .trail a")).to_have_count(2)
    picture(page, "desktop-en-light-timeline-month")
    page.click(".numbers td a >> nth=0")
    expect(page.locator(".entry")).to_have_count(1)
    assert "since=2019-03-19&until=2019-03-19" in page.url
    page.go_back()
    page.locator("svg.plot a.bar.published").first.click()
    expect(page.locator(".entry")).to_have_count(1)


def test_theme_and_language_are_remembered(visit: Any) -> None:
    reader = visit("/corpus", greets=False)
    page = reader.page
    page.click("[data-act=theme]")
    page.click(".tools a")
    page.goto(page.url.split("?")[0].replace("/corpus", "/timeline"))
    assert page.evaluate("document.documentElement.lang") == "en"
    assert reader.style("body", "backgroundColor") == "rgb(20, 23, 26)"


def test_an_article_prints_without_its_bar(visit: Any) -> None:
    reader = visit("/article/library?s=10&e=20", greets=False, color_scheme="dark")
    reader.page.emulate_media(media="print")
    expect(reader.page.locator(".bar")).to_be_hidden()
    expect(reader.page.locator("#mark")).to_be_visible()
    assert reader.style("body", "backgroundColor") == "rgb(255, 255, 255)"

"""No serious fault that axe-core finds, in each language, theme and screen, in each state."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUESTIONS = ("ماذا قالت مديرة المكتبة؟", "سوق", "متى كان افتتاح؟", "differ", "fail")


def faults(page: Any) -> list[str]:
    page.wait_for_timeout(250)  # colours fade in
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    ("language", "theme", "phone"),
    [("ar", "light", False), ("en", "dark", False), ("ar", "dark", True), ("en", "light", True)],
)
def test_axe_finds_nothing_serious(
    visit: Any, picture: Any, language: str, theme: str, phone: bool
) -> None:
    reader = visit(
        f"?lang={language}&since=2019-01-01&language=ar", color_scheme=theme, phone=phone
    )
    page = reader.page
    name = f"{'phone' if phone else 'desktop'}-{language}-{theme}"
    found = {"empty": faults(page)}
    for question in QUESTIONS:
        reader.ask(question)
        found[question] = faults(page)
    page.click("#filters > button")
    found["filters"] = faults(page)
    picture(page, f"{name}-filters")
    page.click("#filters > button")
    page.click("[data-act=talks]")
    found["talks"] = faults(page)
    picture(page, f"{name}-talks")
    page.keyboard.press("Escape")
    page.locator("#chat [data-act=rate]").last.click()
    found["rating"] = faults(page)
    picture(page, f"{name}-rate")
    assert {state: told for state, told in found.items() if told} == {}


def test_axe_check_can_fail(visit: Any) -> None:
    reader = visit()
    reader.page.evaluate(
        "document.querySelector('#note').innerHTML = '<button></button><img src=\"data:,\">'"
    )
    assert any("button-name" in fault for fault in faults(reader.page))

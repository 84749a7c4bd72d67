"""How fast the page is, in Chromium: `python -m eval.measure_page URL`, with a server running there.

Prints milliseconds: first contentful paint and the question box ready, each in a fresh browser profile; the time
from Enter to the answer's sources; and the same with several readers who press Enter together, beside one alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
_QUESTION = "ما الذي جرى؟"
# In the page: the moment of Enter, and of the section of sources that comes with the answer.
_WATCH = """() => new Promise(done => {
  const before = document.querySelectorAll('#sources .turn').length;
  addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    const began = performance.now();
    new MutationObserver((_, observer) => {
      if (document.querySelectorAll('#sources .turn').length <= before) return;
      observer.disconnect();
      requestAnimationFrame(() => { window.took = performance.now() - began; });
    }).observe(document.querySelector('#sources'), { childList: true, subtree: true });
  }, { capture: true, once: true });
  window.took = 0;
  done();
})"""


def main(arguments: list[str]) -> dict[str, Any]:
    """The figures, as printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--question", default=_QUESTION, help="asked each time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--readers", type=int, default=10, help="who ask together")
    given = parser.parse_args(arguments)
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        opened = [_opened(browser, given.url) for _ in range(given.rounds)]
        page = opened[0][0]
        alone = [_answered([page], given.question)[0] for _ in range(given.rounds)]
        pages = [_opened(browser, given.url)[0] for _ in range(given.readers)]
        together = _answered(pages, given.question)
        browser.close()
    return {
        "first paint": _summary([paint for _, paint, _ in opened]),
        "box ready": _summary([ready for _, _, ready in opened]),
        "answer": _summary(alone),
        f"answer, {given.readers} readers at once": _summary(together),
    }


def _opened(browser: Browser, url: str) -> tuple[Page, float, float]:
    """A page in a profile of its own, and its first paint and readiness in milliseconds."""
    page = browser.new_context(locale="ar").new_page()
    page.goto(url)
    page.wait_for_selector("#chat .example", timeout=60_000)
    ready = float(page.evaluate("performance.now()"))
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return page, float(paint), ready


def _answered(pages: list[Page], question: str) -> list[float]:
    """Milliseconds from Enter to the answer in each page, all pressed one right after the other."""
    for page in pages:
        page.evaluate(_WATCH)
        page.fill("#ask textarea", question)
    for page in pages:
        page.keyboard.press("Enter")
    took = []
    for page in pages:
        page.wait_for_function("window.took > 0", timeout=120_000)
        took.append(float(page.evaluate("window.took")))
        page.wait_for_selector("#ask .submit-button", timeout=60_000)
    time.sleep(0.3)  # what follows the answer is over
    return took


def _summary(values: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values)),
        "least": round(min(values)),
        "most": round(max(values)),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), ensure_ascii=False, indent=1))

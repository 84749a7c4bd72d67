"""A desk for the adding pages, and what must hold of every page beside the chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from rag.serving.ingesting.receipts import Batch, Item, Receipt, Removed, Step
from tests.serving.material import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORBIDDEN = "img, iframe, style, object, embed, base"


class Desk:
    """Adds nothing, and tells of hostile files."""

    is_on = True
    endings = (".md", ".pdf")
    undone: list[str]

    def __init__(self) -> None:
        self.undone = []
        self.files: list[str] = []

    def add(self, files: Any, *, replace: bool = False, progress: Any = None) -> Receipt:
        self.files = [name for name, _ in files]
        progress(Step("embedding", 1, 2))
        items = (
            Item(
                self.files[0], "added", "library", f"عنوان {HOSTILE}", "2024-05-04", "text", HOSTILE, "ar",
                "park.md", 2, 230, (Removed(HOSTILE, 3, (HOSTILE,)),), (HOSTILE,),
            ),
            Item(HOSTILE, "refused", fault="unreadable", reason=HOSTILE),
        )  # fmt: skip
        return Receipt("add", "b-1", items, 26, 0.5)

    def undo(self, batch: str, *, progress: Any = None) -> Receipt:
        self.undone.append(batch)
        return Receipt("undo", None, (Item("park.md", "removed", "library", "عنوان"),), 25, 0.1)

    def remove(self, article_id: str, *, progress: Any = None) -> Receipt:
        return Receipt("remove", "b-2", (Item("x", "removed", article_id, "عنوان"),), 24, 0.1)

    def batches(self) -> list[Batch]:
        return [Batch("b-1", "add", "2026-01-02T03:04:05+00:00", 2, (HOSTILE, "خبر"))]


def inert(page: Page) -> None:
    expect(page.locator(f"main :is({FORBIDDEN}, script)")).to_have_count(0)
    assert page.evaluate("window.PWNED") is None
    links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    bad = [link for link in links if not re.match(r"/|#|https://news\.example/", link)]
    assert bad == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

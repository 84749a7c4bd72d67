"""Why lines of a text were left out: cleaning done once more, step by step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rag.indexing.furniture import classify
from rag.indexing.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.indexing.clean import Cleaned
    from rag.serving.inspecting.sources import Source

OUTSIDE: Final = "outside the story: menus, boxes, footers"
_KINDS: Final = {
    "label": "menu, button, tags or another label",
    "notice": "notice: cookies, newsletter, rights",
    "cross-reference": "link to another story",
    "caption": "caption of a picture or film",
    "source": "line that names the source",
    "stamp": "line that tells the day of publication",
    "embed": "embedded post",
}
_OTHER: Final = "furniture of the page"


def removed_lines(source: Source, page: Cleaned) -> dict[str, list[str]]:
    """The lines that are not in the article, by reason, in order."""
    found: dict[str, list[str]] = {}
    for line in source.outside:
        if line != page.title:
            found.setdefault(OUTSIDE, []).append(line)
    reasons = _reasons(source)
    left = Counter(page.removed)
    for line, reason in reasons:
        if left[line]:
            left[line] -= 1
            found.setdefault(reason, []).append(line)
    for line in left.elements():
        found.setdefault(_OTHER, []).append(line)
    return found


def _reasons(source: Source) -> list[tuple[str, str]]:
    page = Page(source.text)
    why: dict[int, str] = {}
    for reason, step in _steps(page, source):
        step()
        for n in page.out - why.keys():
            kind = classify(page.lines[n])
            why[n] = reason or _KINDS.get(kind or "", _OTHER)
    return [(page.lines[n], why[n]) for n in sorted(why)]


def _steps(page: Page, source: Source) -> list[tuple[str, Callable[[], None]]]:
    """The steps of `clean`, in its order; "" where the line itself tells the reason."""

    def find_title() -> None:
        page.find_title(source.meta.title or source.heading)

    if source.gently:
        return [("", page.mark_lines), ("", find_title)]
    return [
        ("", page.mark_lines),
        ("the opening of the story, which follows once more", page.mark_repeats),
        ('headline under "read also"', page.mark_references),
        ("after the end of the story", page.mark_tail),
        ("", find_title),
        ("around the headline: author, place, day, section", page.mark_head),
        ("agency behind the story", page.mark_agency),
        ("words of the story once more: tags", page.mark_last),
    ]

"""Plain text copied off a web page to the story it holds, with title, outlet and author taken apart.

A line is kept unless its shape, its place and the closed class of page words tell that it is
furniture: navigation, share buttons, bylines, captions, cross-references, notices, comment forms.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.indexing.credits import is_update
from rag.indexing.page import Page

_DERIVED_TITLE_CHARS = 90  # a line on a screen


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The story of a page. `text` is never empty where the page held any word.

    `title` is the headline, which `text` does not repeat; without one, `title_is_derived` and it is
    the beginning of the text. `removed` has the lines left out, in order, the headline not among
    them; `stamps` those of them that tell when the page was published, days of updates last.
    """

    text: str
    title: str = ""
    title_is_derived: bool = False
    source: str | None = None
    author: str | None = None
    removed: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()


def clean(text: str, *, title: str = "", gently: bool = False) -> Cleaned:
    """Leave out what is not story. What other pages hold plays no part: articles come and go.

    Args:
        text: lines of a page as `lines.normalise` leaves them: paragraphs, headings and furniture.
        title: the headline where it is known; its line is left out of the text.
        gently: people wrote the text: only unambiguous furniture goes, and nothing by its place.
    """
    page = Page(text)
    page.mark_lines()
    if not gently:
        page.mark_repeats()
        page.mark_references()
        page.mark_tail()
    page.find_title(title)
    if not gently:
        page.mark_head()
        page.mark_agency()
        page.mark_last()
    return _cleaned(page)


def derive_title(text: str) -> str:
    """The beginning of `text` as a title, cut at a word and marked with "…" where it is long."""
    line = text.strip().split("\n", 1)[0].strip()
    if len(line) <= _DERIVED_TITLE_CHARS:
        return line
    cut = line[: _DERIVED_TITLE_CHARS + 1].rpartition(" ")[0] or line[:_DERIVED_TITLE_CHARS]
    return cut.rstrip(" ,،؛;:–-") + "…"


def _cleaned(page: Page) -> Cleaned:
    story = [n for n in page.kept if n not in page.heading]
    removed = sorted(page.out)
    if not story:  # furniture throughout: better kept than lost
        story, removed = [*range(len(page.lines))], []
    text = _text(page.lines, story)
    return Cleaned(
        text=text,
        title=page.title or derive_title(text),
        title_is_derived=not page.title,
        source=page.source,
        author=page.author,
        removed=tuple(page.lines[n] for n in removed),
        stamps=tuple(sorted(page.stamps, key=is_update)),
    )


def _text(lines: list[str], numbers: list[int]) -> str:
    """The lines, a blank one between those that did not follow each other."""
    pieces: list[str] = []
    for before, n in zip([-1, *numbers], numbers, strict=False):
        pieces += ["\n" if n == before + 1 else "\n\n", lines[n]]
    return "".join(pieces[1:])

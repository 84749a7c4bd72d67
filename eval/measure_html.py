"""Measures the reading of web pages: `python -m eval.measure_html [--pages N] [--show]`.

The pages are made from invented parts in five languages and seven kinds of markup. Printed per
language and per kind: story paragraphs lost (not in the article character for character), lines
kept that are no story, titles and days of publication found. Exit status 1 where a paragraph is
lost or a day is wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from eval.html_pages import KINDS, LANGUAGES, HtmlPage, make_html_page
from rag.indexing.building import build_from_draft
from rag.indexing.webpage import read_webpage

PUBLISHED = date(2022, 5, 12)  # of every page whose markup or visible stamp tells a day


@dataclass
class Tally:
    """Counts over pages; `lost` and `kept` hold the lines that went wrong."""

    pages: int = 0
    paragraphs: int = 0
    titles: int = 0
    days: int = 0
    dated: int = 0
    wrong_days: int = 0
    lost: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def add(self, page: HtmlPage) -> None:
        """Read the page and compare."""
        article, _ = build_from_draft(read_webpage(page.data), "page")
        lines = [line for line in article.text.split("\n") if line.strip()]
        self.pages += 1
        self.paragraphs += len(page.story)
        self.titles += article.title == page.title
        self.dated += page.is_dated
        self.days += page.is_dated and article.published == PUBLISHED
        self.wrong_days += article.published not in (None, PUBLISHED)
        self.lost += [text for text in page.story if text not in lines]
        self.kept += [line for line in lines if line not in page.story]

    def __str__(self) -> str:
        return (
            f"{self.pages:4} pages  paragraphs lost {len(self.lost)} of {self.paragraphs}  "
            f"other lines kept {len(self.kept)}  titles {self.titles}  "
            f"days {self.days} of {self.dated}  wrong days {self.wrong_days}"
        )


def measure(pages: int) -> dict[str, Tally]:
    """Tallies by language and by kind over `pages` pages of each pair."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for language in LANGUAGES:
        for kind in KINDS:
            for seed in range(pages):
                page = make_html_page(kind, language, seed)
                tallies[language].add(page)
                tallies[kind].add(page)
    return dict(tallies)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3, help="pages per language and kind")
    parser.add_argument("--show", action="store_true", help="print the lines that went wrong")
    options = parser.parse_args()
    tallies = measure(options.pages)
    for name, tally in tallies.items():
        print(f"{name:8} {tally}")
        if options.show:
            print(*(f"    lost {n}x {line}" for line, n in Counter(tally.lost).items()), sep="\n")
            print(*(f"    kept {n}x {line}" for line, n in Counter(tally.kept).items()), sep="\n")
    return int(any(tally.lost or tally.wrong_days for tally in tallies.values()))


if __name__ == "__main__":
    raise SystemExit(main())

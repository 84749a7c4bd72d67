"""Measures cleaning by lines: `python -m eval.measure_cleaning SEEDS_DIR [--pages N] [--show]`.

SEEDS_DIR holds the pages that `seed_lines.json` labels by line number; the other pages are
synthetic. Precision: share of the removed lines that are furniture. Recall: share of the furniture
lines that were removed. Exit status 1 if a seed loses a story line or keeps a furniture line.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from eval.synthetic_pages import LANGUAGES, Line, make_page
from rag.indexing.clean import clean
from rag.indexing.lines import normalise, unwrap


@dataclass
class Tally:
    """Counts over pages; `lost` and `left` hold the lines that went wrong."""

    pages: int = 0
    titles: int = 0
    removed: int = 0
    furniture: int = 0
    lost: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def add(self, lines: list[Line]) -> None:
        """Clean the page that `lines` make and compare."""
        cleaned = clean(unwrap(normalise("\n\n".join(line.text for line in lines))))
        removed = Counter(line.strip() for line in cleaned.removed)
        expected = Counter(line.text.strip() for line in lines if line.role == "furniture")
        title = " ".join(line.text.strip() for line in lines if line.role == "title")
        self.pages += 1
        self.titles += cleaned.title == title if title else cleaned.title_is_derived
        self.removed += removed.total()
        self.furniture += expected.total()
        self.lost += (removed - expected).elements()
        self.left += (expected - removed).elements()

    def __str__(self) -> str:
        hits = self.furniture - len(self.left)
        precision = hits / self.removed if self.removed else 1.0
        recall = hits / self.furniture if self.furniture else 1.0
        return (
            f"{self.pages:4} pages  titles {self.titles / self.pages:.3f}  precision {precision:.3f}  "
            f"recall {recall:.3f}  story lines lost {len(self.lost)}  furniture left {len(self.left)}"
        )


def read_seeds(folder: Path) -> list[list[Line]]:
    """The labelled pages of `folder`."""
    labels = json.loads(Path(__file__).with_name("seed_lines.json").read_text(encoding="utf-8"))
    pages = []
    for name, roles in labels.items():
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        by_number = {n: role for role, numbers in roles.items() for n in numbers}
        labelled = [Line(text, by_number.get(n, "story")) for n, text in enumerate(lines, 1)]
        pages.append([line for line in labelled if line.text.strip()])
    return pages


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("--pages", type=int, default=40, help="synthetic pages per language")
    parser.add_argument("--show", action="store_true", help="print the lines that went wrong")
    options = parser.parse_args()
    tallies = {"seeds": Tally(), **{language: Tally() for language in LANGUAGES}}
    for page in read_seeds(options.seeds):
        tallies["seeds"].add(page)
    for language in LANGUAGES:
        for seed in range(options.pages):
            tallies[language].add(make_page(language, seed))
    for name, tally in tallies.items():
        print(f"{name:6} {tally}")
        if options.show:
            print(*(f"    lost {n}x {line}" for line, n in Counter(tally.lost).items()), sep="\n")
            print(*(f"    left {n}x {line}" for line, n in Counter(tally.left).items()), sep="\n")
    return int(bool(tallies["seeds"].lost or tallies["seeds"].left))


if __name__ == "__main__":
    raise SystemExit(main())

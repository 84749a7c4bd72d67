"""Web pages put together at random from invented parts: story lines and the furniture around them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

_PARTS: dict[str, dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("page_parts.json").read_text(encoding="utf-8")
)
LANGUAGES = tuple(_PARTS)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page and whether it belongs to the story: "title", "story" or "furniture"."""

    text: str
    role: str


def make_page(language: str, seed: int) -> list[Line]:
    """One page; the same language and seed give the same page."""
    return _Maker(language, random.Random(f"{language} {seed}")).page()  # noqa: S311 - no secret


class _Maker:
    def __init__(self, language: str, rng: random.Random) -> None:
        self._parts = _PARTS[language]
        self._rng = rng
        self._names = {name: rng.choice(self._parts[name]) for name in ("outlet", "author")}

    def page(self) -> list[Line]:
        title = Line(self._rng.choice(self._parts["headline"]), "title")
        around = self._some("byline", 0, 1) + self._some("stamp", 0, 1) + self._some("share", 0, 3)
        return [*self._some("top", 0, 4), title, *around, *self._story(), *self._tail()]

    def _some(self, part: str, least: int, most: int) -> list[Line]:
        count = min(self._rng.randint(least, most), len(self._parts[part]))
        chosen = self._rng.sample(self._parts[part], count)
        return [Line(text.format(**self._names), "furniture") for text in chosen]

    def _story(self) -> list[Line]:
        first, *others = self._parts["story"]
        lines = [Line(first, "story")]
        for text in sorted(self._rng.sample(others, self._rng.randint(3, 7)), key=others.index):
            if self._rng.random() < 0.25:
                lines.append(Line(self._rng.choice(self._parts["heading"]), "story"))
            elif self._rng.random() < 0.2:
                lines += self._some("middle", 1, 1)
            lines.append(Line(text, "story"))
        return lines

    def _tail(self) -> list[Line]:
        boxes = [self._some("section", 1, 1) + self._some("link", 1, 3), self._some("bottom", 1, 6)]
        self._rng.shuffle(boxes)
        return self._some("share", 0, 2) + [line for box in boxes for line in box]

"""A small drawing surface: shapes and text as SVG that stands alone, light or dark as its reader's screen.

Text is set as text nodes of an XML tree, so nothing that comes out of a corpus is ever mark-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

Anchor = Literal["start", "middle", "end"]

# Series colours after Okabe and Ito (2008), told apart by readers who confuse red and green.
STYLE = """
svg.plot{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic",sans-serif;
 --ink:#1c2430;--soft:#5c6675;--grid:#dfe3e8;--paper:#fff;--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#b0579a}
@media(prefers-color-scheme:dark){svg.plot{--ink:#e8ebf0;--soft:#a3adba;--grid:#39414d;--paper:#161b22;
 --s0:#56b4e9;--s1:#f08a4b;--s2:#2cc295;--s3:#e08bc8}}
svg.plot text{fill:var(--ink)}svg.plot .soft{fill:var(--soft)}svg.plot .paper{fill:var(--paper)}
svg.plot .grid{stroke:var(--grid)}svg.plot .axis{stroke:var(--soft)}
svg.plot .line{fill:none;stroke-width:2}svg.plot .dash{stroke-dasharray:5 4}
""" + "".join(
    f"svg.plot .f{i}{{fill:var(--s{i})}}svg.plot .l{i}{{stroke:var(--s{i})}}" for i in range(4)
)
SERIES = 4  # colours there are
_CHARACTER = 7.2  # pixels; mean width of a character at the size above, on the wide side


class Canvas:
    """Shapes at pixel places, the origin at the upper left."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": "plot",
                "viewBox": f"0 0 {width:g} {height:g}",
                "width": f"{width:g}",
                "height": f"{height:g}",
                "role": "img",
                "aria-label": _plain(title),
            },
        )
        ET.SubElement(self._root, "style").text = STYLE
        self.rect(0, 0, width, height, "paper")

    def rect(self, x: float, y: float, width: float, height: float, classes: str) -> None:
        """A filled box."""
        self._add("rect", classes, x=x, y=y, width=max(0.0, width), height=max(0.0, height))

    def line(self, start: tuple[float, float], end: tuple[float, float], classes: str) -> None:
        """A straight line."""
        self._add("line", classes, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def circle(self, x: float, y: float, radius: float, classes: str, title: str = "") -> None:
        """A dot; the title shows when the pointer rests on it."""
        dot = self._add("circle", classes, cx=x, cy=y, r=radius)
        if title:
            ET.SubElement(dot, "title").text = _plain(title)

    def path(self, points: Sequence[tuple[float, float]], classes: str) -> None:
        """Straight lines through the points."""
        element = ET.SubElement(self._root, "polyline", {"class": classes})
        element.set("points", " ".join(f"{x:.1f},{y:.1f}" for x, y in points))

    def text(
        self, x: float, y: float, text: str, anchor: Anchor = "start", classes: str = ""
    ) -> None:
        """A line of text; `y` is its base line."""
        element = self._add("text", classes, x=x, y=y)
        element.set("text-anchor", anchor)
        element.text = _plain(text)

    def turned(self, x: float, y: float, text: str) -> None:
        """Text that reads upwards, its middle at the place."""
        self.text(0, 0, text, "middle", "soft")
        self._root[-1].set("transform", f"translate({x:g},{y:g}) rotate(-90)")

    def to_text(self) -> str:
        """The drawing as an SVG element."""
        return ET.tostring(self._root, encoding="unicode")

    def _add(self, tag: str, classes: str, **places: float) -> ET.Element:
        element = ET.SubElement(self._root, tag, {"class": classes} if classes else {})
        for name, value in places.items():
            element.set(name, f"{value:.1f}")
        return element


def text_width(text: str) -> float:
    """Room that a line of text takes, in pixels, rather too much than too little."""
    return len(text) * _CHARACTER


def _plain(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return "".join(c if c.isprintable() else " " for c in text)

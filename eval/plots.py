"""The plots of the reports, each a function from numbers to SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.svg import SERIES, Canvas, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Span = tuple[float, float, float]  # value, low, high
Point = tuple[float, float]

_WIDTH, _SCALE_WIDTH, _ROW, _TOP, _RIGHT = 540.0, 420.0, 26.0, 44.0, 24.0
_LEFT, _BOTTOM, _SQUARE_HEIGHT = 64.0, 48.0, 330.0
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points, or dots alone; `dashed` for one to compare with. Areas of dots follow `sizes`."""

    points: Sequence[Point]
    dots: bool = False
    dashed: bool = False
    sizes: Sequence[float] = ()


def dot_plot(
    title: str, rows: Mapping[str, Mapping[str, Span]], scale: tuple[float, float] = (0.0, 1.0)
) -> str:
    """A row for each name, a dot with its interval for each series; what is off the scale lies on its edge."""
    series = list(dict.fromkeys(name for row in rows.values() for name in row))
    left = 24 + max((text_width(name) for name in rows), default=0)
    top = _TOP if len(series) > 1 else 14.0
    height = top + _ROW * len(rows) + 30
    canvas = Canvas(left + _SCALE_WIDTH + _RIGHT, height, title)
    _legend(canvas, left, series if len(series) > 1 else [])

    def x(value: float) -> float:
        part = (min(max(value, scale[0]), scale[1]) - scale[0]) / (scale[1] - scale[0])
        return left + _SCALE_WIDTH * part

    for tick in np.linspace(*scale, _TICKS + 1):
        canvas.line((x(tick), top - 8), (x(tick), height - 26), "grid")
        canvas.text(x(tick), height - 8, f"{tick:.2g}", "middle", "soft")
    if scale[0] < 0 < scale[1]:
        canvas.line((x(0), top - 8), (x(0), height - 26), "axis")
    for number, (name, spans) in enumerate(rows.items()):
        middle = top + _ROW * (number + 0.5)
        canvas.text(left - 12, middle + 4, name, "end")
        for place, (label, (value, least, most)) in enumerate(spans.items()):
            shade = series.index(label) % SERIES
            y = middle + (place - (len(spans) - 1) / 2) * 5
            canvas.line((x(least), y), (x(most), y), f"l{shade}")
            note = f"{name}, {label}: {value:.3f} ({least:.3f} to {most:.3f})"
            canvas.circle(x(value), y, 4.5 if place == 0 else 3.2, f"f{shade}", note)
    return canvas.to_text()


def curve_plot(
    title: str, curves: Mapping[str, Curve], labels: tuple[str, str], top: float = 1.0
) -> str:
    """Curves over [0, 1], up to `top`; `labels` name the axes, across and up."""
    canvas = Canvas(_WIDTH, _SQUARE_HEIGHT, title)
    frame = _Frame(canvas, 1.0, top)
    frame.axes(labels, across=[f"{t:.2g}" for t in np.linspace(0, 1, _TICKS + 1)])
    for number, curve in enumerate(curves.values()):
        shade = number % SERIES
        points = [frame.place(*point) for point in curve.points]
        if curve.dots:
            sizes = curve.sizes or [1.0] * len(points)
            for (px, py), size, (vx, vy) in zip(points, sizes, curve.points, strict=True):
                note = f"{labels[0]} {vx:.2f}, {labels[1]} {vy:.2f}"
                canvas.circle(px, py, 3 + 14 * size**0.5, f"f{shade}", note)
        else:
            canvas.path(points, f"line l{shade}" + (" dash" if curve.dashed else ""))
    _legend(canvas, _LEFT, list(curves))
    return canvas.to_text()


def histogram(title: str, values: Sequence[float], label: str, marks: Mapping[str, float]) -> str:
    """How many values fall where, from zero on, with named marks."""
    most = max([*values, *marks.values(), 1e-9])
    counts, edges = np.histogram(values, bins=30, range=(0, most))
    canvas = Canvas(_WIDTH, _SQUARE_HEIGHT, title)
    frame = _Frame(canvas, most, float(max(1, counts.max())))
    frame.axes((label, "questions"), across=[f"{t:.0f}" for t in np.linspace(0, most, _TICKS + 1)])
    for count, start, end in zip(counts, edges, edges[1:], strict=False):
        (x1, y), (x2, base) = frame.place(start, count), frame.place(end, 0)
        canvas.rect(x1 + 1, y, x2 - x1 - 2, base - y, "f0")
    for number, (name, value) in enumerate(marks.items()):
        (x, base) = frame.place(value, 0)
        canvas.line((x, _TOP), (x, base), "l1 dash")
        canvas.text(x, _TOP - 6 - 16 * number, f"{name} {value:.0f}", "middle")
    return canvas.to_text()


class _Frame:
    """A plotting area with its scales, from zero to `right` and to `top`."""

    def __init__(self, canvas: Canvas, right: float, top: float) -> None:
        self._canvas = canvas
        self.right, self.top = right, top

    def place(self, across: float, up: float) -> Point:
        """Pixel place of a value."""
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * across / self.right
        height = _SQUARE_HEIGHT - _TOP - _BOTTOM
        return x, _SQUARE_HEIGHT - _BOTTOM - height * min(up, self.top) / self.top

    def axes(self, labels: tuple[str, str], across: Sequence[str]) -> None:
        """Grid, tick labels and names."""
        for part, label in zip(np.linspace(0, 1, _TICKS + 1), across, strict=True):
            x, y = self.place(part * self.right, 0)
            self._canvas.text(x, y + 18, label, "middle", "soft")
            start, end = self.place(0, part * self.top), self.place(self.right, part * self.top)
            self._canvas.line(start, end, "grid" if part else "axis")
            self._canvas.text(start[0] - 8, start[1] + 4, f"{part * self.top:.3g}", "end", "soft")
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        self._canvas.text(middle, _SQUARE_HEIGHT - 8, labels[0], "middle", "soft")
        self._canvas.turned(16, (_TOP + _SQUARE_HEIGHT - _BOTTOM) / 2, labels[1])


def _legend(canvas: Canvas, left: float, names: Sequence[str]) -> None:
    x = left
    for number, name in enumerate(names):
        canvas.circle(x + 5, 18, 5, f"f{number % SERIES}")
        canvas.text(x + 15, 22, name)
        x += 32 + text_width(name)

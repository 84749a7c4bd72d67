"""The timeline drawn as SVG: published articles above the axis, mentioned times below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.render import Html
from rag.serving.ui.strings import DIRECTION, count
from rag.serving.ui.timelines.words import period, short_period

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.serving.ui.timelines.bins import Bin, Timeline

WIDTH, LANE, AXIS, EDGE = 1000, 130, 44, 22  # of the drawing, in its own units
_MOST_LABELS = 12  # 83 units each: "2019-03" takes 56
_LABEL_EDGE = 30  # half a label: the first and the last stay inside the drawing
_MOST_NUMBERS = 32  # beyond this many bins the bars stand too close for their numbers

_SVG = Html(
    '<svg class="plot" viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">'
    '<line class="axis" x1="0" x2="{width}" y1="{above}" y2="{above}"/>'
    '<line class="axis" x1="0" x2="{width}" y1="{below}" y2="{below}"/>{bars}{labels}</svg>'
)
_BAR = Html(
    '<a href="{href}" tabindex="-1" class="bar {lane}"><title>{words}</title>'
    '<rect class="hit" x="{left}" y="{top}" width="{wide}" height="{tall}"/>'
    '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="2"/>{number}</a>'
)
_NUMBER = Html('<text class="n" x="{}" y="{}">{}</text>')
_LABEL = Html('<text class="label" x="{}" y="{}">{}</text>')
_ZOOM = Html('<a href="{}" tabindex="-1"><title>{}</title>{}</a>')


def plot_html(
    timeline: Timeline,
    language: str,
    published: Callable[[Bin], str],
    named: Callable[[Bin], str],
    zoom: Callable[[Bin], str] | None,
) -> Html:
    """The drawing; the callables give the address behind a bar of each lane and behind a label.

    Its size is bounded by `timeline_bins.MOST_BINS`, whatever the number of articles. Time runs as the
    language is read.
    """
    drawing = _Drawing(timeline, language)
    bars = [
        part
        for place, each in enumerate(timeline.bins)
        for part in (
            drawing.bar(place, each.published, "published", published(each)),
            drawing.bar(place, each.named, "named", named(each)),
        )
    ]
    step = -(-len(timeline.bins) // _MOST_LABELS)
    labels = [
        drawing.label(place, zoom(each) if zoom else "")
        for place, each in enumerate(timeline.bins)
        if place % step == 0
    ]
    return _SVG.format(
        width=WIDTH,
        height=2 * (LANE + EDGE) + AXIS,
        above=EDGE + LANE,
        below=EDGE + LANE + AXIS,
        bars=Html().join(bars),
        labels=Html().join(labels),
    )


class _Drawing:
    """Places of bars and labels."""

    def __init__(self, timeline: Timeline, language: str) -> None:
        self._timeline = timeline
        self._language = language
        self._slot = WIDTH / len(timeline.bins)
        most = max(max(each.published, each.named) for each in timeline.bins)
        self._unit = LANE / max(1, most)

    def bar(self, place: int, number: int, lane: str, href: str) -> Html:
        """The bar of one bin in one lane; none where nothing is to be counted."""
        if not number:
            return Html()
        left = self._left(place)
        height = max(3.0, number * self._unit)
        wide = min(self._slot * 0.78, 46)
        is_above = lane == "published"
        y = EDGE + LANE - height if is_above else EDGE + LANE + AXIS
        text_y = y - 6 if is_above else y + height + 16
        middle = left + self._slot / 2
        shown = len(self._timeline.bins) <= _MOST_NUMBERS
        return _BAR.format(
            href=href,
            lane=lane,
            words=self._words(place, number, lane),
            left=_r(left),
            top=0 if is_above else EDGE + LANE + AXIS,
            wide=_r(self._slot),
            tall=LANE + EDGE,
            x=_r(middle - wide / 2),
            y=_r(y),
            w=_r(wide),
            h=_r(height),
            number=_NUMBER.format(_r(middle), _r(text_y), number) if shown else Html(),
        )

    def label(self, place: int, href: str) -> Html:
        """The name of a bin, a link where one can look closer."""
        each = self._timeline.bins[place]
        years = self._timeline.first.year != self._timeline.last.year
        words = short_period(each.first, self._language, self._timeline.unit, years=years)
        middle = self._left(place) + self._slot / 2
        middle = min(max(middle, _LABEL_EDGE), WIDTH - _LABEL_EDGE)
        label = _LABEL.format(_r(middle), EDGE + LANE + AXIS / 2 + 5, words)
        closer = tell(
            self._language, "closer", period=period(each.first, each.last, self._language)
        )
        return _ZOOM.format(href, closer, label) if href else label

    def _left(self, place: int) -> float:
        if DIRECTION[self._language] == "rtl":
            place = len(self._timeline.bins) - 1 - place
        return place * self._slot

    def _words(self, place: int, number: int, lane: str) -> str:
        each = self._timeline.bins[place]
        return tell(
            self._language,
            f"show_{lane}",
            period=period(each.first, each.last, self._language),
            articles=count(self._language, "articles", number),
        )


def _r(number: float) -> str:
    return f"{number:.1f}"

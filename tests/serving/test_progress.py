"""What a sync tells while it runs: rate, time left, bars on a terminal and lines elsewhere."""

import io

import pytest
from rich.console import Console

from rag.serving.commands.progress import EVERY_S, Pace, TerminalProgress, duration


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_left_is_reckoned_from_files_whose_texts_are_embedded():
    clock = Clock()
    pace = Pace(clock)
    pace.reading(50, 400)
    pace.embedding(500)
    clock.now += 10
    assert pace.rate() == pytest.approx(50)
    assert pace.left_s() is None  # nobody knows yet how many texts these fifty files have
    pace.reading(50, 400)
    pace.reading(60, 400)  # read ahead, not embedded: the reckoning stays
    assert pace.left_s() == pytest.approx((400 * 10 - 500) / 50)


def test_where_nothing_is_embedded_the_files_tell():
    clock = Clock()
    pace = Pace(clock)
    assert pace.left_s() is None
    clock.now += 5
    pace.reading(100, 300)
    assert pace.left_s() == pytest.approx(10)
    assert pace.words() == "20.0 files/s, about 10 s left"


def test_time_left_is_never_below_nothing():
    clock = Clock()
    pace = Pace(clock)
    pace.embedding(10)
    clock.now += 1
    pace.reading(5, 5)
    pace.embedding(100)
    assert pace.left_s() == 0.0


@pytest.mark.parametrize(
    ("seconds", "text"), [(40.4, "40 s"), (720, "12 min"), (3 * 3600 + 330, "3 h 05 min")]
)
def test_durations_are_told_in_units_that_fit(seconds, text):
    assert duration(seconds) == text


def test_without_a_terminal_there_is_a_line_now_and_then():
    clock, out = Clock(), io.StringIO()
    with TerminalProgress(Console(file=out, width=40), clock) as progress:
        progress.reading(1, 20)
        assert out.getvalue() == ""
        clock.now += EVERY_S
        progress.embedding(1200)
        clock.now += EVERY_S / 2
        progress.reading(2, 20)
    assert out.getvalue() == "read 1 of 20 files, 1,200 texts embedded; 120.0 texts/s\n"


def test_on_a_terminal_the_bar_shows_rate_and_time_left():
    clock, out = Clock(), io.StringIO()
    console = Console(file=out, width=120, force_terminal=True)
    with TerminalProgress(console, clock) as progress:
        progress.reading(2, 20)
        clock.now += 2
        progress.embedding(100)
        progress.reading(2, 20)
        progress.embedding(0)
    assert "50.0 texts/s, about 18 s left" in out.getvalue()

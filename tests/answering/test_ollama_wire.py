"""A stream can be left at any time, whatever its source is waiting for."""

import threading
import time
from contextlib import closing

import pytest

from rag.answering.writers.ollama_wire import OverdueError, pumped


def _waiting(event):
    def source():
        yield "first"
        event.wait(20)
        yield "last"

    return source


def test_items_come_in_order_and_the_end_is_told():
    stopped = threading.Event()
    assert list(pumped(lambda: (n for n in range(1000)), stopped.set, 20)) == list(range(1000))
    assert stopped.is_set()


def test_an_error_of_the_source_is_the_readers():
    def source():
        yield 1
        raise ValueError("broken")

    items = pumped(source, lambda: None, 20)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_who_waits_gets_a_beat_and_may_leave():
    event = threading.Event()
    with closing(pumped(_waiting(event), event.set, 20, beat_s=0.05)) as items:
        assert [next(items) for _ in range(3)] == ["first", None, None]
        assert not event.is_set()
    assert event.is_set()


def test_a_source_that_is_never_silent_is_overdue_all_the_same():
    def source():
        while True:
            yield 1
            time.sleep(0.01)

    with pytest.raises(OverdueError):
        list(pumped(source, lambda: None, 0.3))


def test_a_source_ahead_of_a_reader_who_left_ends():
    ended = threading.Event()

    def source():
        try:
            while True:
                yield 1
        finally:
            ended.set()

    with closing(pumped(source, lambda: None, 20)) as items:
        next(items)
    assert ended.wait(2)

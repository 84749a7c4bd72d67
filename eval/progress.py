"""Progress on stderr: a moving line on a terminal, nothing but the last state elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import TaskID

T = TypeVar("T")


def each(items: Sequence[T], label: str) -> Iterator[T]:
    """The items one by one, counted."""
    with _bar(MofNCompleteColumn(), BarColumn(20)) as bar:
        yield from bar.track(items, description=label)


class IndexingProgress:
    """What `sync` reports to: files read, then texts embedded."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task
        self._texts = 0

    def reading(self, done: int, total: int) -> None:
        """`done` of `total` files have been read."""
        self._bar.update(self._task, description=f"reading, file {done} of {total}")

    def embedding(self, done: int) -> None:
        """`done` more texts have been embedded."""
        self._texts += done
        self._bar.update(self._task, description=f"indexing, {self._texts} texts embedded")


@contextmanager
def indexing_progress() -> Iterator[IndexingProgress]:
    """A line for as long as an index is built."""
    with _bar() as bar:
        yield IndexingProgress(bar, bar.add_task("indexing", total=None))


def _bar(*columns: MofNCompleteColumn | BarColumn) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        *columns,
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )

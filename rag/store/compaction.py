"""Merging segments: small ones into one, and those with many deleted chunks into one without them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np

from rag.store.segments import Segment, SegmentWriter, State

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FULL = 65_536  # chunks at which a segment is finished, and no longer merged with others
MOST_GONE = 0.2  # share of deleted chunks at which a segment is written anew without them
_BLOCK = 4096  # chunks copied together


def compact(folder: Path, state: State, gone: NDArray[np.int64]) -> NDArray[np.int64]:
    """Merge what should be merged; changes `state` and returns the keys still in segments and deleted.

    The folders of segments that were merged stay, for `drop_unlisted`. The order of chunks stays. A segment is merged with the one after it while it has at most twice that one's chunks,
    so that each chunk is copied some log2(`FULL`) times at most.
    """
    sizes = {name: _sizes(folder / name, gone) for name in state.segments}
    runs: list[list[str]] = []
    for name in state.segments:
        runs.append([name])
        while len(runs) > 1 and _belong_together(runs[-2], runs[-1], sizes):
            last = runs.pop()
            runs[-1] += last
    names = []
    for run in runs:
        kept, dead = _total(run, sizes)
        if len(run) == 1 and dead <= MOST_GONE * (kept + dead):
            names += run
            continue
        if kept:
            names.append(_merge(folder, state, run, gone))
        for name in run:
            gone = np.setdiff1d(gone, Segment(folder / name).columns["key"], assume_unique=True)
    state.segments = names
    return gone


def drop_unlisted(folder: Path, state: State) -> None:
    """Remove the folders of segments that were merged or never finished; other generations keep their links."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in state.segments:
            shutil.rmtree(path)


def _sizes(folder: Path, gone: NDArray[np.int64]) -> tuple[int, int]:
    """Chunks kept and chunks deleted."""
    keys = Segment(folder).columns["key"]
    dead = int(np.isin(keys, gone).sum())
    return len(keys) - dead, dead


def _total(run: list[str], sizes: dict[str, tuple[int, int]]) -> tuple[int, int]:
    return sum(sizes[name][0] for name in run), sum(sizes[name][1] for name in run)


def _belong_together(one: list[str], other: list[str], sizes: dict[str, tuple[int, int]]) -> bool:
    first, second = _total(one, sizes)[0], _total(other, sizes)[0]
    return first <= 2 * second and first + second <= FULL


def _merge(folder: Path, state: State, run: list[str], gone: NDArray[np.int64]) -> str:
    """Write one segment of several without what is deleted; its name."""
    name = f"{state.next_segment:06d}"
    state.next_segment += 1
    writer = SegmentWriter(folder / name, state.dimension)
    for part in run:
        _copy(Segment(folder / part), writer, gone)
    writer.finish()
    return name


def _copy(segment: Segment, writer: SegmentWriter, gone: NDArray[np.int64]) -> None:
    first = np.concatenate([[0], np.cumsum(segment.columns["sentences"], dtype=np.int64)])
    alive = ~np.isin(segment.columns["key"], gone)
    for start in range(0, len(segment), _BLOCK):
        end = min(start + _BLOCK, len(segment))
        chunks = np.flatnonzero(alive[start:end]) + start
        own = np.repeat(alive[start:end], segment.columns["sentences"][start:end])
        sentences = np.flatnonzero(own) + first[start]
        vectors = (
            segment.chunks.rows[chunks].astype(np.float32),
            segment.sentences.rows[sentences].astype(np.float32),
        )
        writer.add(segment.columns[chunks], segment.spans[sentences], vectors)

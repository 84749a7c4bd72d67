"""Which articles a filter lets pass, told by columns in memory: some 16 bytes an article, and no row is read."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.records import Filters

    Row = tuple[int, str | None, str | None, str | None]  # key, day, source and language

_UNDATED = 0


class FacetColumns:
    """Day, source and language of every article of a generation, which never changes."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """From rows in any order."""
        self._sources: dict[str | None, int] = {}
        self._languages: dict[str | None, int] = {}
        told = np.array([self._numbers(row) for row in rows], np.int64).reshape(-1, 4)
        told = told[np.argsort(told[:, 0])]
        self._keys = np.ascontiguousarray(told[:, 0])
        self._day, self._source, self._language = told[:, 1:].T.astype(np.int32, order="C")

    def _numbers(self, row: Row) -> tuple[int, int, int, int]:
        key, day, source, language = row
        sources, languages = self._sources, self._languages
        return (
            key,
            _ordinal(day),
            sources.setdefault(source, len(sources)),
            languages.setdefault(language, len(languages)),
        )

    def allowed(self, filters: Filters) -> NDArray[np.int64]:
        """Keys, in order, of the articles that the filters but for ids let pass; an undated one fits no date filter."""
        passing = np.ones(len(self._keys), np.bool_)
        if filters.since or filters.until:
            passing &= self._day != _UNDATED
        if filters.since:
            passing &= self._day >= filters.since.toordinal()
        if filters.until:
            passing &= self._day <= filters.until.toordinal()
        if filters.sources:
            passing &= _one_of(self._source, self._sources, filters.sources)
        if filters.languages:
            passing &= _one_of(self._language, self._languages, filters.languages)
        return self._keys[passing]


def _one_of(
    column: NDArray[np.int32], numbers: dict[str | None, int], names: Sequence[str]
) -> NDArray[np.bool_]:
    return np.isin(column, [numbers[name] for name in names if name in numbers])


@cache
def _ordinal(day: str | None) -> int:
    return date.fromisoformat(day).toordinal() if day else _UNDATED

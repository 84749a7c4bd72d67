"""Articles read lately, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.records import Article, DateMention

    Told = tuple[Article, tuple[DateMention, ...]]


class RecentArticles:
    """Articles with their date mentions by key, those used last; for one thread at a time.

    `read` gets what is not kept, all keys at once; `characters` bounds the texts kept.
    """

    def __init__(self, read: Callable[[Sequence[int]], dict[int, Told]], characters: int) -> None:
        self._read = read
        self._room = characters
        self._kept: OrderedDict[int, Told] = OrderedDict()

    def get(self, keys: Sequence[int]) -> dict[int, Told]:
        """The articles of these keys."""
        distinct = dict.fromkeys(keys)
        found = {key: self._kept[key] for key in distinct if key in self._kept}
        for key in found:
            self._kept.move_to_end(key)
        read = self._read([key for key in distinct if key not in found])
        for key, told in read.items():
            self._kept[key] = told
            self._room -= len(told[0].text)
        while self._room < 0:
            self._room += len(self._kept.popitem(last=False)[1][0].text)
        return found | read

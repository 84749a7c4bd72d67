"""What an epoch adds and takes away: rows by kind, and in how many chunks each stem stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS = ("articles", "chunks", "sentences")
TOKENS = "tokens"


class Tally:
    """Counts of what is new and of what is gone."""

    def __init__(self) -> None:
        self.new: Counter[str] = Counter()
        self._gone: Counter[str] = Counter()
        self._stems: Counter[str] = Counter()
        self._touched: set[str] = set()

    def article(self) -> None:
        """An article is new."""
        self.new["articles"] += 1

    def chunk(self, stems: Sequence[str], sentences: int) -> None:
        """A chunk is new."""
        self.new.update(chunks=1, sentences=sentences, tokens=len(stems))
        self._stems.update(set(stems))
        self._touched.update(stems)

    def gone_articles(self, number: int) -> None:
        """That many articles are gone."""
        self._gone["articles"] += number

    def gone_chunk(self, stems: Sequence[str], sentences: int) -> None:
        """A chunk is gone."""
        self._gone.update(chunks=1, sentences=sentences, tokens=len(stems))
        self._stems.subtract(set(stems))
        self._touched.update(stems)

    def touched(self) -> list[str]:
        """Stems whose frequency may have changed, in order."""
        return sorted(self._touched)

    def frequency(self, stem: str, before: int) -> int:
        """How many chunks hold a stem now."""
        return before + self._stems[stem]

    def total(self, before: Mapping[str, int], tokens: int) -> dict[str, int]:
        """Rows by kind, and tokens, as they are now."""
        known = {**before, TOKENS: tokens}
        return {
            kind: known.get(kind, 0) + self.new[kind] - self._gone[kind]
            for kind in (*KINDS, TOKENS)
        }

    def join(self, other: Tally) -> None:
        """Take over what another has counted."""
        self.new.update(other.new)
        self._gone.update(other._gone)
        self._stems.update(other._stems)
        self._touched |= other._touched

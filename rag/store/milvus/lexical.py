"""The lexical leg on Milvus: the server brings candidates, BM25 is computed here, from stems and statistics.

So scores are those of the local store's index (tantivy's formula, Robertson & Zaragoza 2009, with field
lengths in eight bits as Lucene has them), whatever statistics the server keeps by segment.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from rag.store.milvus.collections import K1, B
from rag.store.milvus.connection import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.store.milvus.connection import Connection, Row

_TIES = 64  # looked at beyond the limit, as the local store does
_MORE = (
    4  # candidates asked for, as a multiple of the limit: the server weighs a little differently
)
_MOST_CANDIDATES = 16_000
_WINDOW = 8_000  # keys looked at together
_EXACT_LENGTHS = 40  # from here lengths are rounded down to three binary digits
_FREE = 24

Hits = list[tuple[int, float]]


class Bm25:
    """BM25 of a text of stems for the stems of a question, over an index with these statistics."""

    def __init__(self, chunks: int, tokens: int, frequencies: dict[str, int]) -> None:
        self._mean = np.float32(tokens / chunks) if chunks else np.float32(1)
        self._weights = {
            stem: np.float32(math.log(1 + (chunks - found + 0.5) / (found + 0.5)))
            * np.float32(1 + K1)
            for stem, found in frequencies.items()
            if found
        }

    def rarest_first(self) -> list[str]:
        """The stems that the index has, those that weigh most first."""
        return sorted(self._weights, key=lambda stem: (-float(self._weights[stem]), stem))

    def most(self, stems: Sequence[str]) -> float:
        """What a text can get for these stems at the most."""
        return float(sum(self._weights[stem] for stem in stems))

    def score(self, text: str) -> float:
        """Score of one chunk's stems, joined by blanks; 0 where none is asked for."""
        words = text.split(" ")
        counts = Counter(word for word in words if word in self._weights)
        length = np.float32(K1) * (
            np.float32(1 - B) + np.float32(B) * np.float32(rounded_length(len(words))) / self._mean
        )
        total = np.float32(0)
        for stem, weight in self._weights.items():
            if counts[stem]:
                found = np.float32(counts[stem])
                total += weight * (found / (found + length))
        return float(total)


def rounded_length(words: int) -> int:
    """A field's length as eight bits keep it (Lucene's SmallFloat): exact up to 40, then rounded down."""
    if words < _EXACT_LENGTHS:
        return words
    rest = words - _FREE
    shift = rest.bit_length() - 4
    return _FREE + ((rest >> shift) << shift)


class Lexical:
    """Searches the chunks of one generation as an epoch sees them."""

    def __init__(
        self, connection: Connection, collection: str, last: int, *, full_text: bool
    ) -> None:
        self._connection, self._collection, self._last = connection, collection, last
        self._full_text = full_text

    def search(self, bm25: Bm25, limit: int, expression: str, level: str) -> Hits:
        """The `limit` best chunk keys with their score, and what ties with the last; best first, ties by key."""
        stems = bm25.rarest_first()
        if not stems:
            return []
        brought = self._ranked if self._full_text else self._listed
        found = (
            (int(row["key"]), bm25.score(row["stems"]))
            for row in brought(bm25, stems, limit, expression, level)
        )
        hits = sorted((hit for hit in found if hit[1] > 0), key=lambda hit: (-hit[1], hit[0]))
        if len(hits) <= limit:
            return hits
        last = hits[limit - 1][1]
        return [hit for hit in hits[: limit + _TIES] if hit[1] >= last]

    def _ranked(
        self, bm25: Bm25, stems: Sequence[str], limit: int, expression: str, level: str
    ) -> Iterator[Row]:
        """Candidates by the server's own full-text index."""
        del bm25
        hits = self._connection.call(
            "search", self._collection, data=[" ".join(stems)], anns_field="terms", filter=expression,
            limit=min(_MORE * limit + _TIES, _MOST_CANDIDATES), output_fields=["stems"],
            search_params={"metric_type": "BM25"}, consistency_level=level,
        )  # fmt: skip
        for hit in hits[0]:
            yield {"key": hit["id"], "stems": hit["entity"]["stems"]}

    def _listed(
        self, bm25: Bm25, stems: Sequence[str], limit: int, expression: str, level: str
    ) -> Iterator[Row]:
        """Every chunk with one of the stems, rarest first, until those unseen can't be among the best.

        For servers without full text. The bound is that of Turtle & Flood's "max score" (1995).
        """
        best: list[float] = []
        for number, stem in enumerate(stems):
            if len(best) >= limit and sorted(best)[-limit] > bm25.most(stems[number:]):
                return
            unseen = f"array_contains(codes, {code(stem)})"
            if number:
                unseen += f" and not array_contains_any(codes, [{','.join(str(code(s)) for s in stems[:number])}])"
            for row in self._windows(f"{expression} and {unseen}", level):
                best.append(bm25.score(row["stems"]))
                yield row

    def _windows(self, expression: str, level: str) -> Iterator[Row]:
        for at in range(0, self._last, _WINDOW):
            keys = f"key >= {at} and key < {at + _WINDOW}"
            yield from self._connection.rows(
                self._collection, f"{keys} and {expression}", ("key", "stems"), level
            )


def bm25_of(
    stems: Sequence[str],
    chunks: int,
    tokens: int,
    frequencies: Callable[[Sequence[str]], dict[str, int]],
) -> Bm25:
    """BM25 for the distinct stems of a question."""
    return Bm25(chunks, tokens, frequencies(list(dict.fromkeys(stems))))

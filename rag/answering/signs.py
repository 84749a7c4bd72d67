"""What two aligned texts show of whether one holds the other: figures in a fixed order.

Nothing is decided here: `rag.answering.holding` weighs the figures.
"""

from __future__ import annotations

from itertools import combinations
from math import log
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.contradiction import denied, exchanged, misnamed
from rag.answering.polarity import negations, opposed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.answering.alignment import Alignment

SIGNS = (
    "read",  # the reader's log-odds that the quotation supports the statement, by 10
    "cosine",
    "middle_lowest",  # nearness of the statement's least supported word (layer 10)
    "middle_low",  # mean of its two lowest
    "middle_mean",
    "last_low",
    "last_mean",
    "name_lowest",  # nearness of the least supported name
    "names_lacking",
    "shift_lowest",  # nearness in context of words that both spell alike
    "shift_mean",
    "own_place",  # how much nearer words are to their own counterparts than to each other's
    "gap",  # the quotation's least taken up word beside the statement's least supported one
    "backward_mean",  # nearness of the quotation's words to the statement
    "inverted",  # share of pairs of words that stand the other way round
    "opposed",
    "denied",
    "exchanged",
    "misnamed",
    "negations",  # difference in number
    "length",  # log of the statement's words by the quotation's
)
_FEW = 2
_MOST_PAIRED = 14  # words whose pairs are compared
_ANCHOR = 0.45  # nearness from which a word counts as matched


def signs(
    pair: Alignment, whole: Sequence[float], named: NDArray[np.bool_], lacking: int
) -> list[float]:
    """The figures of `SIGNS` in their order; `whole` has the first two, of the texts as wholes.

    `named` tells which words of the statement stand in the article's title; `lacking` counts names that
    stand nowhere.
    """
    if not len(pair.claim.words) or not len(pair.quote.words):
        return [*whole] + [0.0] * (len(SIGNS) - len(whole))
    spelt = named | pair.same.any(axis=1)
    middle, last = (np.maximum(layer.max(axis=1), spelt) for layer in pair.meant)
    name_near = [float(middle[n]) for n, is_name in enumerate(pair.claim.is_name) if is_name]
    shift = _shift(pair)
    return [
        *whole,
        float(middle.min()),
        _low(middle),
        float(middle.mean()),
        _low(last),
        float(last.mean()),
        min(name_near, default=1.0),
        float(min(lacking, _FEW)),
        float(shift.min()),
        float(shift.mean()),
        _own_place(pair, _matched(pair)),
        _gap(pair, middle),
        float(pair.meant[0].max(axis=0).mean()),
        _inverted(_matched(pair)),
        *_rules(pair),
        log(len(pair.claim.words) / len(pair.quote.words)),
    ]


def _rules(pair: Alignment) -> list[float]:
    claim, quote = pair.claim.text, pair.quote.text
    return [
        float(opposed(claim, quote)),
        float(denied(pair)),
        float(exchanged(pair)),
        float(misnamed(pair)),
        float(min(abs(negations(claim) - negations(quote)), _FEW)),
    ]


def _low(values: NDArray[np.float32]) -> float:
    return float(np.sort(values)[:_FEW].mean())


def _shift(pair: Alignment) -> NDArray[np.float32]:
    """For each word that both spell alike, how near it is to itself in the other context."""
    own = np.where(pair.same, pair.meant[0], -1.0).max(axis=1)
    found = own[pair.same.any(axis=1)]
    return np.asarray(found if len(found) else [1.0], np.float32)


def _matched(pair: Alignment) -> list[tuple[int, int]]:
    """Words of the statement with a clear counterpart, as (statement, quotation) places; each place once."""
    scores = pair.meant[0] + pair.same
    found = []
    for i, row in enumerate(scores):
        j = int(row.argmax())
        if row[j] >= _ANCHOR and int(scores[:, j].argmax()) == i:
            found.append((i, j))
    return found[:_MOST_PAIRED]


def _own_place(pair: Alignment, matched: Sequence[tuple[int, int]]) -> float:
    near = pair.meant[0]
    gains = [
        near[i, j] + near[k, m] - near[i, m] - near[k, j]
        for (i, j), (k, m) in combinations(matched, 2)
    ]
    return float(min(gains, default=1.0))


def _inverted(matched: Sequence[tuple[int, int]]) -> float:
    turned = [j > m for (_, j), (_, m) in combinations(matched, 2)]
    return sum(turned) / len(turned) if turned else 0.0


def _gap(pair: Alignment, middle: NDArray[np.float32]) -> float:
    """Where the statement's least supported word stands, what the quotation says that nothing takes up."""
    worst = int(middle.argmin())
    beside = [pair.found[n][0] for n in (worst - 1, worst + 1) if 0 <= n < len(middle)]
    taken = np.maximum(pair.meant[0], pair.same).max(axis=0)
    window = {p + d for p in beside for d in (-1, 0, 1) if 0 <= p + d < len(taken)}
    return 1.0 - float(min((taken[p] for p in window), default=1.0))

"""The embedded default writer: the fewest sentences that answer, quoted as they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.phrases import attribution, quoted
from rag.answering.writers import Brief, Draft, Evidence
from rag.text.analysis import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.settings import Settings

# A further sentence comes along when it is at least this share as probable as the best one. On the
# public sets the first sentence holds the answer in three cases of four, one of the first three in nine
# of ten (`python -m eval.fit_evidence`); a higher share leaves the answer out, a lower one adds noise.
_FURTHER = 0.2
# Two quotations sharing this much of the shorter one's stems say the same.
_SAME = 0.6
_CLAUSE_END = re.compile(r"[،؛,;:](?=\s)")  # not inside 12,500 or 10:30


class ExtractiveWriter:
    """Deterministic; needs no model beyond the embedder."""

    name = "extractive"

    def __init__(self, settings: Settings) -> None:
        self._characters = settings.answer_characters
        self._sentences = settings.answer_sentences

    def write(self, brief: Brief) -> Draft:
        """One line a quotation: outlet and date, the quotation, its marker."""
        return self.quote(brief, self._choose(brief))

    def quote(self, brief: Brief, chosen: Sequence[Evidence]) -> Draft:
        """A line for each sentence chosen, in the given order."""
        return Draft(_lines(brief, chosen), chosen)

    def _choose(self, brief: Brief) -> list[Evidence]:
        if brief.differing:
            return list(brief.differing[: self._sentences])
        chosen: list[Evidence] = []
        room = self._characters
        best = [self._shortened(brief, e) for e in brief.evidence[:1]]
        for evidence in [*best, *brief.evidence[1:]]:
            if (
                len(chosen) == self._sentences
                or evidence.probability < _FURTHER * brief.evidence[0].probability
            ):
                break
            size = len(_line(brief, evidence, 1)) + 1
            if (chosen and size > room) or any(_same(evidence, other) for other in chosen):
                continue
            chosen.append(evidence)
            room -= size
        return _reading_order(chosen)

    def _shortened(self, brief: Brief, evidence: Evidence) -> Evidence:
        """The evidence, cut where a clause or word ends if it alone is over the limit."""
        over = len(_line(brief, evidence, 1)) - self._characters
        if over <= 0:
            return evidence
        head = evidence.quote[: max(1, len(evidence.quote) - over)]
        clause = max((end.start() for end in _CLAUSE_END.finditer(head)), default=0)
        cut = clause if clause > len(head) // 2 else head.rfind(" ")
        return replace(evidence, end=evidence.start + (cut if cut > 0 else len(head)))


def _reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Articles in order of their best sentence; within an article, as the article has them."""
    order: dict[str, int] = {}
    for number, evidence in enumerate(chosen):
        order.setdefault(evidence.passage.article.id, number)
    return sorted(chosen, key=lambda e: (order[e.passage.article.id], e.start))


def _lines(brief: Brief, chosen: Sequence[Evidence]) -> Iterator[str]:
    for number, evidence in enumerate(chosen, 1):
        yield _line(brief, evidence, number) + ("\n" if number < len(chosen) else "")


def _line(brief: Brief, evidence: Evidence, number: int) -> str:
    lead = attribution(evidence.passage.article, brief.language)
    quote = " ".join(evidence.quote.split())
    return f"{lead}: {quoted(quote, brief.language)} [{number}]"


def _same(one: Evidence, other: Evidence) -> bool:
    first, second = (set(stems(e.quote, e.passage.article.language)) for e in (one, other))
    return len(first & second) >= _SAME * max(1, min(len(first), len(second)))

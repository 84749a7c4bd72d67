"""The embedded default writer: the fewest sentences that answer, quoted as they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering.leaning import leans_back
from rag.answering.phrases import attribution, quoted
from rag.answering.writers import Brief, Draft, Evidence
from rag.text.analysis import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.settings import Settings

# A further sentence comes along when it is at least this share as probable as the best one: for a question that
# asks for one thing, and for one that asks for several (`Brief.wide`). Tuned on the development part of the
# project's questions: a lower share adds citations that do not answer, a higher one leaves answers out.
_FURTHER = {False: 0.35, True: 0.25}
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
        for evidence in self._candidates(brief):
            size = len(_line(brief, evidence, 1)) + 1
            if len(chosen) == self._sentences:
                break
            if (chosen and size > room) or any(_same(evidence, other) for other in chosen):
                continue
            chosen.append(evidence)
            room -= size
        return _reading_order(chosen)

    def _candidates(self, brief: Brief) -> Iterator[Evidence]:
        """The best sentence, the one that explains it, and those nearly as probable."""
        if not brief.evidence:
            return
        best = brief.evidence[0]
        yield self._shortened(brief, best)
        before = _before(best) if leans_back(best.quote) else None
        if before:
            yield before
        for evidence in brief.evidence[1:]:
            if evidence.probability < _FURTHER[brief.wide] * best.probability:
                return
            yield evidence

    def _shortened(self, brief: Brief, evidence: Evidence) -> Evidence:
        """The evidence, cut where a clause or word ends if it alone is over the limit."""
        over = len(_line(brief, evidence, 1)) - self._characters
        if over <= 0:
            return evidence
        head = evidence.quote[: max(1, len(evidence.quote) - over)]
        clause = max((end.start() for end in _CLAUSE_END.finditer(head)), default=0)
        cut = clause if clause > len(head) // 2 else head.rfind(" ")
        return replace(evidence, end=evidence.start + (cut if cut > 0 else len(head)))


def _before(evidence: Evidence) -> Evidence | None:
    """The sentence before, in the same paragraph of the same passage."""
    chunk = evidence.passage.chunk
    earlier = [s for s in chunk.sentences if s.end <= evidence.start]
    if not earlier or "\n" in evidence.passage.article.text[earlier[-1].end : evidence.start]:
        return None
    return replace(evidence, start=earlier[-1].start, end=earlier[-1].end)


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

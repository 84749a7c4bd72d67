"""Which sentences of the passages found speak of another time than the question: no writer is shown them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.time_fit import fitting_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Passage, TimeRange
    from rag.store import ScoredChunk


def other_times(
    time: TimeRange | None, ranked: Sequence[tuple[Passage, ScoredChunk]]
) -> dict[str, tuple[tuple[int, int], ...]]:
    """By chunk id, the spans of sentences that are not about `time`; empty where no time is asked for.

    The rule is that of the evidence (`time_fit.fits`), so that both writers rest on the same sentences.
    """
    if time is None:
        return {}
    found = {scored.chunk.id: _others(time, scored) for _, scored in ranked}
    return {chunk: spans for chunk, spans in found.items() if spans}


def _others(time: TimeRange, scored: ScoredChunk) -> tuple[tuple[int, int], ...]:
    fitting = set(fitting_sentences(time, scored))
    return tuple(
        (sentence.start, sentence.end)
        for number, sentence in enumerate(scored.chunk.sentences)
        if number not in fitting
    )

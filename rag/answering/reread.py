"""Evidence → the same sentences, weighed anew by what a reader makes of the best passages."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.answering.abstain import Calibration, log_odds
from rag.answering.evidence import Model
from rag.answering.reader import Text
from rag.answering.wording import spelt_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.answering.reader import Found, Reader
    from rag.answering.writers import Evidence
    from rag.records import Passage

FEATURES = ("odds", "is_read", "reader", "behind_best")
# Passages read for one question, each a pass of the encoder (about 30 ms for 250 tokens). Of the news sets that
# nothing was trained on (`eval/news.py`), .93 of the questions have their answer among the sentences found; the first
# three passages hold it for .92 of those, four for .95, five for .97.
READ = 4
_SCALE = 10.0  # of the reader's log-odds, which run from about -20 to 20


@dataclass(frozen=True, slots=True)
class ReadModel:
    """What weighs `FEATURES`, and the calibration that goes with it."""

    sentences: Model
    calibration: Calibration


@cache
def fitted_read_model() -> ReadModel:
    """The model in `evidence.json`, fitted by `eval/fit_reading.py` on titles the reader never saw."""
    data = json.loads(files("rag.answering").joinpath("evidence.json").read_text("utf-8"))["read"]
    coefficients = tuple(data["coefficients"][name] for name in FEATURES)
    return ReadModel(Model(data["intercept"], coefficients), Calibration(**data["calibration"]))


def reread(question: str, evidence: Sequence[Evidence], reader: Reader) -> list[Evidence]:
    """The evidence in the same order, with probabilities that know what the reader found."""
    model = fitted_read_model().sentences
    read = answers(question, evidence, reader)
    return [
        replace(
            e,
            probability=model.probability(f),
            prior=e.probability,
            is_read=bool(f[1]),
            answer=_place(e, read),
        )
        for e, f in zip(evidence, features(evidence, read), strict=True)
    ]


def _place(evidence: Evidence, read: Mapping[tuple[str, int], Found]) -> tuple[int, int] | None:
    """Where the answer found in a sentence stands in its article."""
    chunk = evidence.passage.chunk
    found = read.get((chunk.id, evidence.start))
    if found is None or found.start == found.end:
        return None
    return chunk.start + found.start, chunk.start + found.end


def answers(
    question: str, evidence: Sequence[Evidence], reader: Reader
) -> dict[tuple[str, int], Found]:
    """What the reader finds in each sentence of the passages it reads, by chunk id and the sentence's start."""
    chosen = _to_read(evidence)
    texts = [_text(passage) for passage in chosen]
    question = spelt_as(question, (f"{text.title} {text.text}" for text in texts))
    found = reader.read(question, texts)
    return {
        (passage.chunk.id, sentence.start): one
        for passage, row in zip(chosen, found, strict=True)
        for sentence, one in zip(passage.chunk.sentences, row, strict=True)
    }


def features(
    evidence: Sequence[Evidence], read: Mapping[tuple[str, int], Found]
) -> list[tuple[float, ...]]:
    """`FEATURES` of each sentence; those about reading are 0 where the passage was not read."""
    own = [read.get((e.passage.chunk.id, e.start)) for e in evidence]
    best = max((one.score for one in own if one is not None), default=0.0)
    return [
        (log_odds(e.probability), 0.0, 0.0, 0.0)
        if one is None
        else (log_odds(e.probability), 1.0, one.score / _SCALE, (one.score - best) / _SCALE)
        for e, one in zip(evidence, own, strict=True)
    ]


def _to_read(evidence: Sequence[Evidence]) -> list[Passage]:
    """Passages of the most probable sentences, best first."""
    ordered = sorted(evidence, key=lambda e: (-e.probability, e.passage.rank, e.start))
    passages = {e.passage.chunk.id: e.passage for e in ordered}
    return list(passages.values())[:READ]


def _text(passage: Passage) -> Text:
    chunk = passage.chunk
    spans = tuple((s.start - chunk.start, s.end - chunk.start) for s in chunk.sentences)
    return Text(passage.article.title, chunk.text, spans)

"""Evidence → the same sentences, weighed anew by what a reader makes of the best passages."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.answering.abstain import Calibration, log_odds
from rag.answering.evidence import Model
from rag.answering.reader import UNIT, Text, heading
from rag.answering.wording import spelt_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.answering.reader import Reader
    from rag.answering.writers import Evidence
    from rag.records import Passage

FEATURES = ("odds", "is_read", "reader", "behind_best")
# Passages read for one question, each a pass of the encoder (about 30 ms for 250 tokens). In the news sets that the
# reader never saw (`eval/news.py`), .93 of the questions have their answer among the sentences found; the first
# three passages hold it for .92 of those, four for .95, five for .97.
READ = 4


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
    weighed = features(evidence, scores(question, evidence, reader))
    return [
        replace(e, probability=model.probability(f), prior=e.probability, is_read=bool(f[1]))
        for e, f in zip(evidence, weighed, strict=True)
    ]


def scores(
    question: str, evidence: Sequence[Evidence], reader: Reader
) -> dict[tuple[str, int], float]:
    """The reader's score of each sentence of the passages it reads, by chunk id and the sentence's start."""
    chosen = _to_read(evidence)
    texts = [_text(passage) for passage in chosen]
    question = spelt_as(question, (f"{text.title} {text.text}" for text in texts))
    found = reader.read(question, texts)
    return {
        (passage.chunk.id, sentence.start): score
        for passage, row in zip(chosen, found, strict=True)
        for sentence, score in zip(passage.chunk.sentences, row, strict=True)
    }


def features(
    evidence: Sequence[Evidence], read: Mapping[tuple[str, int], float]
) -> list[tuple[float, ...]]:
    """`FEATURES` of each sentence; those about reading are 0 where the passage was not read."""
    own = [read.get((e.passage.chunk.id, e.start)) for e in evidence]
    best = max((score for score in own if score is not None), default=0.0)
    return [
        (log_odds(e.probability), 0.0, 0.0, 0.0)
        if score is None
        else (log_odds(e.probability), 1.0, score / UNIT, (score - best) / UNIT)
        for e, score in zip(evidence, own, strict=True)
    ]


def _to_read(evidence: Sequence[Evidence]) -> list[Passage]:
    """Passages of the most probable sentences, best first."""
    ordered = sorted(evidence, key=lambda e: (-e.probability, e.passage.rank, e.start))
    passages = {e.passage.chunk.id: e.passage for e in ordered}
    return list(passages.values())[:READ]


def _text(passage: Passage) -> Text:
    chunk = passage.chunk
    spans = tuple((s.start - chunk.start, s.end - chunk.start) for s in chunk.sentences)
    return Text(heading(passage.article), chunk.text, spans)

"""The public sets as the reader is trained on them, and what is kept from it.

Titles are split by hash: half of ARCD's and TyDi's are held out, 15 of 100 of SQuAD2's with the same titles of
XQuAD, which shares its articles, and half of NoMIRACL's questions. The Arabic sets are seen twice an epoch. What follows the reader (`fit_evidence`) is fitted
on held-out titles only, since a network is surer of what it has seen.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.embedding import Embedder

SQUAD, XQUAD, ARCD, TYDI, NOMIRACL = (
    "squad2-half-dev", "xquad", "arcd-train", "tydiqa-goldp-ar-dev", "nomiracl-dev",
)  # fmt: skip
_HELD_OUT = {SQUAD: 15, ARCD: 50, TYDI: 50}  # percent of titles
_SALT = {SQUAD: "t"}
_DRAWN = 0.5  # share of XQuAD's six times 1,190 questions seen in an epoch
_OWN_LANGUAGE = 0.55  # share of XQuAD questions asked in their passage's language
_NEGATIVES = 4  # near passages without the answer, kept for each question
_SEED = 1


@dataclass(slots=True)
class Example:
    """A question with a passage; `spans` of answers in it, none where it does not answer."""

    source: str
    language: str
    title: str
    question: str
    text: str
    spans: list[tuple[int, int]]
    negatives: list[tuple[str, str]] = field(default_factory=list)  # title and text


def held_titles(data: Path, source: str) -> set[str]:
    """Titles of a set that are kept from training."""
    split = SQUAD if source == XQUAD else source
    titles = {row["title"] for row in rows(data / split / "passages.jsonl")}
    return {t for t in titles if _bucket(_SALT.get(split, "") + t) < _HELD_OUT[split]}


def is_held(question_id: str) -> bool:
    """Whether a NoMIRACL question is kept from training."""
    return _bucket(question_id) >= 50


def _bucket(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100


def training_examples(data: Path, draw: int = _SEED) -> list[Example]:
    """All that the reader is trained on, without negatives; `draw` pairs XQuAD's languages anew."""
    arabic = [e for source in (ARCD, TYDI) for e in examples(data, source, held=False)]
    across = examples(data, XQUAD, held=False, draw=draw)
    drawn = random.Random(draw).sample(across, int(_DRAWN * len(across)))  # noqa: S311 - nothing secret
    rest = [*examples(data, SQUAD, held=False), *drawn]
    return [*rest, *_refusals(data / NOMIRACL), *arabic, *arabic]


def examples(data: Path, source: str, *, held: bool, draw: int = _SEED) -> list[Example]:
    """The examples of one set whose titles are held out, or those of the others."""
    titles = held_titles(data, source)
    found = _across_languages(data, draw) if source == XQUAD else _monolingual(data, source)
    return [e for e in found if (e.title in titles) == held]


def add_negatives(found: list[Example], embedder: Embedder) -> None:
    """Give each example the nearest passages of its set and language that do not hold its answer."""
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in found:
        if example.source != NOMIRACL:
            groups[example.source, example.language].append(example)
    for group in groups.values():
        titles = {e.text: e.title for e in group}
        texts = sorted(titles)
        passages = embedder.embed_passages(texts)
        nearest = np.argsort(
            -(embedder.embed_queries([e.question for e in group]) @ passages.T), axis=1
        )
        for example, row in zip(group, nearest, strict=True):
            near = [texts[i] for i in row[: _NEGATIVES + 2]]
            wrong = [t for t in near if not _answers(example, t)]
            example.negatives = [(titles[t], t) for t in wrong[:_NEGATIVES]]


def _answers(example: Example, text: str) -> bool:
    return text == example.text or any(example.text[s:e] in text for s, e in example.spans)


def _monolingual(data: Path, source: str) -> Iterator[Example]:
    passages = {row["id"]: row for row in rows(data / source / "passages.jsonl")}
    for row in rows(data / source / "questions.jsonl"):
        passage = passages[row["passage_id"]]
        title, text = passage["title"], passage["text"]
        spans = _spans(row, text) if row["answerable"] else []
        if bool(spans) == row["answerable"]:
            yield Example(source, row["lang"], title, row["question"], text, spans)


def _across_languages(data: Path, draw: int) -> Iterator[Example]:
    """Each question over its passage in every language; asked in that language or in another."""
    passages = {row["id"]: row for row in rows(data / XQUAD / "passages.jsonl")}
    translations: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows(data / XQUAD / "questions.jsonl"):
        translations[row["qid"]][row["lang"]] = row
    chance = random.Random(draw)  # noqa: S311 - nothing secret
    for _, by_language in sorted(translations.items()):
        for language, row in sorted(by_language.items()):
            passage = passages[row["passage_id"]]
            own = chance.random() < _OWN_LANGUAGE
            asked = row if own else by_language[chance.choice(sorted(by_language))]
            spans = _spans(row, passage["text"])
            if spans:
                yield Example(
                    XQUAD, language, passage["title"], asked["question"], passage["text"], spans
                )


def _refusals(folder: Path) -> Iterator[Example]:
    """Questions none of whose ten passages answers."""
    passages = {row["id"]: row for row in rows(folder / "passages.jsonl")}
    for row in rows(folder / "questions.jsonl"):
        if row["answerable"] or is_held(row["id"]):
            continue
        told = [(passages[i]["title"], passages[i]["text"]) for i in row["candidate_ids"]]
        for title, text in told[:3]:
            yield Example(NOMIRACL, row["lang"], title, row["question"], text, [], told[3:])


def _spans(row: dict[str, Any], text: str) -> list[tuple[int, int]]:
    found = {
        (a["start"], a["start"] + len(a["text"])) for a in row["answers"] if a["start"] is not None
    }
    exact = {a["text"] for a in row["answers"]}
    return sorted((s, e) for s, e in found if text[s:e] in exact)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]

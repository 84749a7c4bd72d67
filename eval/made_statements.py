"""Statements made by rule: sentences of XQuAD-R and NTREX beside their translation, and altered (`eval.perturb`)."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.perturb import Pool, shortened, spliced
from eval.reader_data import XQUAD, held_titles
from rag.records import Article

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rag.answering.word_vectors import WordReader, WordRow

PARAGRAPHS, DOCUMENTS, LINES = 90, 45, 10  # of XQuAD-R; of NTREX, and of each
LENGTHS = range(25, 321)  # characters of a sentence
CLAIMED = ("ar", "en", "ru", "fr")
QUOTED = (*CLAIMED, "tr")
Parallel = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A statement against a sentence; `group` is its article for statements written by hand, else empty."""

    claim: str
    quote: str
    article: Article
    held: bool
    group: str = ""


def parallel(data: Path, rng: random.Random, *, held: bool = True) -> list[Parallel]:
    """Paragraphs and documents whose languages have equally many sentences.

    Every other text is kept from what the reader learns of statements, as are the titles that it never sees.
    """
    unseen = held_titles(data, XQUAD)
    found = []
    for texts, most in ((_paragraphs(data), PARAGRAPHS), (_documents(data), DOCUMENTS)):
        half = [text for (title, text) in texts[int(held) :: 2] if held or title not in unseen]
        kept = [{code: rows for code, rows in t.items() if code in QUOTED} for t in half]
        even = [t for t in kept if len({len(rows) for rows in t.values()}) == 1 and len(t) > 1]
        found += rng.sample(even, min(most, len(even)))
    return [{code: rows[:LINES] for code, rows in t.items()} for t in found]


def _paragraphs(data: Path) -> list[tuple[str, Parallel]]:
    found: dict[str, tuple[str, Parallel]] = {}
    for row in _rows(data / "xquad-r" / "passages.jsonl"):
        _, texts = found.setdefault(row["para"], (row["title"], defaultdict(list)))
        texts[row["lang"]].append(row["text"].strip())
    return list(found.values())


def _documents(data: Path) -> list[tuple[str, Parallel]]:
    found: dict[str, Parallel] = defaultdict(dict)
    for row in _rows(data / "ntrex-news" / "passages.jsonl"):
        lines = [line.strip() for line in row["text"].split("\n")]
        found[row["id"].rsplit("-", 1)[-1]][row["lang"]] = lines
    return [("", text) for text in found.values()]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)


def made(texts: Sequence[Parallel], reader: WordReader, rng: random.Random) -> Iterator[Sample]:
    """Samples of parallel sentences and of what rules make of them."""
    known = sorted({s for t in texts for rows in t.values() for s in rows if len(s) in LENGTHS})
    rows = dict(zip(known, reader.read(known), strict=True))
    pool = Pool(rows.values())
    for text in texts:
        for at in range(len(next(iter(text.values())))):
            if all(len(sentences[at]) in LENGTHS for sentences in text.values()):
                yield from _of_sentence(text, at, rows, pool, rng)


def _of_sentence(
    text: Parallel, at: int, rows: dict[str, WordRow], pool: Pool, rng: random.Random
) -> Iterator[Sample]:
    mine = rng.choice([code for code in text if code in CLAIMED])
    theirs = rng.choice([code for code in text if code != mine])
    claim, sentences = text[mine][at], text[mine]
    quotes = [(text[theirs][at], theirs), (claim, mine)]
    held = {shortened(claim)} - {None}
    not_held = set(pool.altered(rows[claim]).values())
    if len(sentences) > 1:
        other = sentences[at + 1 if at + 1 < len(sentences) else at - 1]
        not_held |= {other, spliced(claim, other)}
    yield _sample(claim, *quotes[0], held=True)
    for quote, code in quotes:
        yield from (_sample(t, quote, code, held=True) for t in sorted(filter(None, held)))
        yield from (_sample(t, quote, code, held=False) for t in sorted(not_held))


def _sample(claim: str, quote: str, code: str, *, held: bool) -> Sample:
    return Sample(claim, quote, Article("set", quote, "", None, language=code), held)

"""Which stemming of Arabic ranks passages best under BM25: `python eval/measure_stemming.py SET_DIR...`.

A set is a folder with `passages.jsonl` (id, text, lang) and `questions.jsonl` (question, passage_id, lang,
answerable); rows of other languages are left out.
Prints nDCG@10 and MRR@10 over all answerable questions, for each way of stemming; one passage is relevant
to a question. BM25 with k1 = 1.2 and b = 0.75 (Robertson & Zaragoza 2009), idf as in Lucene.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import Stemmer

from rag.text.analysis import stems
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable

    Analyzer = Callable[[str], list[str]]

_K1, _B, _CUT = 1.2, 0.75, 10
_WORD = re.compile(r"\d+|[^\W\d_]+")
_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ف", "ب", "ك", "ل")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")  # of Larkey's light10
_SNOWBALL = Stemmer.Stemmer("arabic", 0)


def main(folders: list[str]) -> None:
    """One line a set and way of stemming."""
    for folder in map(Path, folders):
        passages, questions = _rows(folder / "passages.jsonl"), _rows(folder / "questions.jsonl")
        asked = [(q["question"], q["passage_id"]) for q in questions if q["answerable"]]
        for name, analyzer in ANALYZERS.items():
            ndcg, mrr = _measure({p["id"]: analyzer(p["text"]) for p in passages}, asked, analyzer)
            print(
                f"{folder.name:24} {name:18} nDCG@10 {ndcg:.4f}  MRR@10 {mrr:.4f}  (n = {len(asked)})"
            )


def _rows(path: Path) -> list[dict[str, str]]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["lang"] == "ar"]


def _none(text: str) -> list[str]:
    return _WORD.findall(fold_text(text))


def _articles(text: str) -> list[str]:
    return [_without_prefix(word, ("وال", "بال", "كال", "فال", "لل", "ال")) for word in _none(text)]


def _prefixes(text: str) -> list[str]:
    return [_without_prefix(word, _PREFIXES) for word in _none(text)]


def _light(text: str) -> list[str]:
    return [_without_suffix(stem) for stem in _prefixes(text)]


def _prefixes_then_snowball(text: str) -> list[str]:
    return [_SNOWBALL.stemWord(stem) for stem in _prefixes(text)]


def _snowball_and_word(text: str) -> list[str]:
    plain = _none(text)
    return plain + [f"={stem}" for stem in _SNOWBALL.stemWords(plain)]


def _without_prefix(word: str, prefixes: tuple[str, ...]) -> str:
    return next(
        (word[len(p) :] for p in prefixes if word.startswith(p) and len(word) >= len(p) + 3), word
    )


def _without_suffix(word: str) -> str:
    return next(
        (word[: -len(s)] for s in _SUFFIXES if word.endswith(s) and len(word) >= len(s) + 3), word
    )


ANALYZERS: dict[str, Analyzer] = {
    "none": _none,
    "article only": _articles,
    "prefixes": _prefixes,
    "light10": _light,
    "prefixes, Snowball": _prefixes_then_snowball,
    "word + Snowball": _snowball_and_word,
    "rag.text.analysis": stems,
}


def _measure(
    passages: dict[str, list[str]], asked: list[tuple[str, str]], analyzer: Analyzer
) -> tuple[float, float]:
    postings, average = _index(passages)
    ranks = [
        _rank(analyzer(question), gold, postings, (len(passages), average))
        for question, gold in asked
    ]
    found = [rank for rank in ranks if rank <= _CUT]
    ndcg = sum(1 / math.log2(rank + 1) for rank in found) / len(asked)
    return ndcg, sum(1 / rank for rank in found) / len(asked)


def _index(passages: dict[str, list[str]]) -> tuple[dict[str, list[tuple[str, int, int]]], float]:
    """Postings (passage, frequency, passage length) of each term, and the mean length in terms."""
    postings: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for key, terms in passages.items():
        for term, frequency in Counter(terms).items():
            postings[term].append((key, frequency, len(terms)))
    return postings, sum(map(len, passages.values())) / len(passages)


def _rank(
    terms: list[str],
    gold: str,
    postings: dict[str, list[tuple[str, int, int]]],
    size: tuple[int, float],
) -> float:
    """The gold passage's rank from 1, ties counted against it; infinite when no term is shared."""
    count, average = size
    scores: dict[str, float] = defaultdict(float)
    for term in terms:
        matches = postings.get(term, [])
        idf = math.log(1 + (count - len(matches) + 0.5) / (len(matches) + 0.5))
        for key, frequency, length in matches:
            scores[key] += (
                idf * frequency * (_K1 + 1) / (frequency + _K1 * (1 - _B + _B * length / average))
            )
    if gold not in scores:
        return math.inf
    return sum(score >= scores[gold] for score in scores.values())


if __name__ == "__main__":
    main(sys.argv[1:])

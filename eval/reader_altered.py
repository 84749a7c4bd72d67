"""Questions about something else: one name or year of a question changed, so that its passage no longer answers.

As SQuAD2's unanswerable questions, in every language of the sets and without a writer: a word that question and
title share, a capitalised word or a year is replaced by one of another question in the same language.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.text.folding import fold_text

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from eval.reader_data import Example

_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_SHORTEST = 3  # letters of a name
NAME, YEAR = "name", "year"


class Swaps:
    """The names and years of all questions by language, to draw others from."""

    def __init__(self, found: Sequence[Example], chance: random.Random) -> None:
        self._chance = chance
        self._known: dict[tuple[str, str], list[str]] = defaultdict(list)
        for example in found:
            for kind, start, end in _parts(example):
                self._known[_language(example), kind].append(example.question[start:end])

    def altered(self, example: Example) -> Example | None:
        """The example with another name or year in its question and no answer; None where there is none."""
        parts = list(_parts(example))
        if not parts:
            return None
        kind, start, end = self._chance.choice(parts)
        other = self._chance.choice(self._known[_language(example), kind])
        held = fold_text(f"{example.question} {example.title} {example.text}")
        if fold_text(other) in held:
            return None
        question = example.question[:start] + other + example.question[end:]
        return replace(example, question=question, spans=[], negatives=[])


def _language(example: Example) -> str:
    """Of the question, by its script: a question over a passage in another language keeps its own names."""
    first = next((c for c in example.question if c.isalpha()), "a")
    return "ar" if "\u0600" <= first <= "\u06ff" else "cyrillic" if "\u0400" <= first <= "\u04ff" else "other"  # fmt: skip


def _parts(example: Example) -> Iterator[tuple[str, int, int]]:
    """Kind and place of each name or year in the question."""
    titled = {w for w in _WORD.findall(fold_text(example.title)) if len(w) >= _SHORTEST}
    for number, match in enumerate(_WORD.finditer(example.question)):
        word = match.group()
        if _YEAR.fullmatch(word):
            yield YEAR, *match.span()
        elif len(word) >= _SHORTEST and _is_name(word, first=number == 0, titled=titled):
            yield NAME, *match.span()


def _is_name(word: str, *, first: bool, titled: set[str]) -> bool:
    if fold_text(word) in titled:
        return True
    return not first and word[0].isupper() and not word.isupper()

"""A sentence made false by rule, in Arabic, English, Russian or French: one word of it is changed at a time."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.word_vectors import fitted_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rag.answering.word_vectors import WordRow

_DENY = {
    "en": (r"\b(was|were|is|are|has|had|have|will|would|can|could|should|must)\b(?! not)", r"\1 not"),
    "ru": (r"(?<=[а-я] )(?=[а-я]{3,}(?:ал|ил|ел|ала|ила|али|или|ает|ает|ают|ует|уют|ит|ят)\b)", "не "),
    "fr": (r"\b(est|sont|était|étaient|sera|seront|peut|doit|fait)\b", r"n'\1 pas"),
    "ar": (r"(?<=[\u0600-\u06ff] )(?=ي[\u0600-\u06ff]{3,})", "لا "),
}  # fmt: skip
_AFFIRM = {
    "en": r" not\b|n't\b",
    "ru": r"\bне ",
    "fr": r"\b(?:ne |n')(?=\w+ pas)|(?<=\w) pas\b",
    "ar": r"(?<!\w)(?:لم|لا|لن) ",
}
_NEIGHBOURS = slice(8, 60)  # of a word, by nearness; nearer ones may say the same
_LETTERS = 3
_APART = 3  # words between two names that are exchanged


class Pool:
    """Words of many sentences, for a word that might stand where another does."""

    def __init__(self, rows: Iterable[WordRow], seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a sample, no secret
        words: dict[str, list[str]] = defaultdict(list)
        stems: dict[str, list[str]] = defaultdict(list)
        vectors: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
        for row in rows:
            for word, vector in zip(row.words, row.vectors, strict=True):
                words[row.language].append(row.text[word.start : word.end])
                stems[row.language].append(word.stem)
                vectors[row.language].append(vector)
        self._words, self._stems = dict(words), dict(stems)
        self._near = {code: _middle(np.array(v), code) for code, v in vectors.items()}

    def altered(self, row: WordRow) -> dict[str, str]:
        """Kind of error -> the sentence with it, for those kinds that it can be made to show."""
        made = {
            "negation": self._negated(row),
            "relation": self._replaced(row, names=False),
            "name": self._replaced(row, names=True),
            "role": self._exchanged(row),
        }
        return {kind: text for kind, text in made.items() if text and text != row.text}

    def _negated(self, row: WordRow) -> str | None:
        if row.language not in _DENY:
            return None
        affirmed, count = re.subn(_AFFIRM[row.language], "", row.text)
        if count:
            return affirmed if count <= 2 else None
        return re.sub(_DENY[row.language][0], _DENY[row.language][1], row.text, count=1)

    def _replaced(self, row: WordRow, *, names: bool) -> str | None:
        places = [
            n
            for n in self._plain(row)
            if fitted_words().is_name(row.vectors[n], row.language) == names
        ]
        if not places or row.language not in self._near:
            return None
        place = self._random.choice(places)
        near = self._near[row.language] @ _middle(row.vectors[place : place + 1], row.language)[0]
        own = {row.words[place].stem, *(w.stem for w in row.words)}
        found = [i for i in (-near).argsort()[:400] if self._stems[row.language][i] not in own]
        kept = list(dict.fromkeys(self._words[row.language][i] for i in found))[_NEIGHBOURS]
        word = row.words[place]
        return (
            row.text[: word.start] + self._random.choice(kept) + row.text[word.end :]
            if kept
            else None
        )

    def _plain(self, row: WordRow) -> list[int]:
        return [n for n, w in enumerate(row.words) if w.text.isalpha() and len(w.text) >= _LETTERS]

    def _exchanged(self, row: WordRow) -> str | None:
        """Two names in each other's place, where words enough stand between for them not to be a list."""
        names = [
            n for n in self._plain(row) if fitted_words().is_name(row.vectors[n], row.language)
        ]
        pairs = [
            (a, b)
            for a in names
            for b in names
            if b - a > _APART and row.words[a].stem != row.words[b].stem
        ]
        if not pairs:
            return None
        a, b = (row.words[n] for n in self._random.choice(pairs))
        text = row.text
        return "".join((
            text[: a.start], text[b.start : b.end], text[a.end : b.start], text[a.start : a.end], text[b.end :],
        ))  # fmt: skip


def _middle(vectors: NDArray[np.float32], language: str) -> NDArray[np.float32]:
    half = vectors.shape[1] // 2
    return fitted_words().centred(vectors, language, slice(None, half))


def shortened(text: str) -> str | None:
    """The sentence up to its last comma, if most of it stands before that."""
    head = re.split(r"[,،;؛](?=\s)", text)
    kept = ",".join(head[:-1])
    return kept if len(kept.split()) >= max(5, len(text.split()) // 2) else None


def spliced(text: str, other: str) -> str:
    """The first half of one sentence and the second half of another."""
    one, two = text.split(), other.split()
    return " ".join(one[: (len(one) + 1) // 2] + two[len(two) // 2 :])

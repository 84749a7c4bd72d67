"""Which word of a quotation says what a word of a statement says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.reading import read_sentence
from rag.answering.word_vectors import WordRow, fitted_words
from rag.text.analysis import Word, words
from rag.text.language import detect_language
from rag.text.names import name_keys, same_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Least agreement of two spellings of a name, within a script or across: of names in parallel news .77 to
# .86 are found so, and .4% of random words confused (`eval/measure_names.py`).
SAME_NAME = 0.85
_SHORTEST_NAME = 3  # letters; shorter words spell too much alike
_MOST_WORDS = 80  # of a sentence; bounds a hostile one
_DIMENSION = 384


@dataclass(frozen=True)
class Side:
    """The content words of one of two texts; `vectors` is None without a word reader."""

    text: str
    language: str
    words: tuple[Word, ...]
    vectors: NDArray[np.float32] | None

    @classmethod
    def of(cls, text: str, language: str | None = None) -> Side:
        """A text whose words are not read."""
        language = language or detect_language(text)
        found = tuple(w for w in words(text, language) if w.is_content)
        return cls(text, language, found[:_MOST_WORDS], None)

    @classmethod
    def of_row(cls, row: WordRow) -> Side:
        """A text that has been read."""
        return cls(row.text, row.language, row.words[:_MOST_WORDS], row.vectors[:_MOST_WORDS])

    @cached_property
    def is_name(self) -> tuple[bool, ...]:
        """Which words are names: by the fitted probe, without vectors by capitals inside the sentence."""
        return tuple(self._names(number) for number in range(len(self.words)))

    def _names(self, number: int) -> bool:
        word = self.words[number]
        if word.text[0].isdecimal():
            return False
        if self.vectors is not None:
            return self._probed(number)
        inside = any(c.isalnum() for c in self.text[: word.start])
        return inside and self.text[word.start].isupper()

    def _probed(self, number: int) -> bool:
        return self.vectors is not None and fitted_words().is_name(
            self.vectors[number], self.language
        )


class Alignment:
    """The words of a statement against those of a quotation."""

    def __init__(self, claim: Side, quote: Side) -> None:
        self.claim, self.quote = claim, quote
        self.is_cross = claim.language != quote.language

    @cached_property
    def same(self) -> NDArray[np.bool_]:
        """Whether two words are spelt alike, or as one name, shape (claim words, quote words)."""
        table = np.zeros((len(self.claim.words), len(self.quote.words)), np.bool_)
        spelt = [_original(self.quote, w) for w in self.quote.words]
        keys = [name_keys(s) if len(s) >= _SHORTEST_NAME else frozenset() for s in spelt]
        for i, word in enumerate(self.claim.words):
            own = _original(self.claim, word)
            mine = name_keys(own) if len(own) >= _SHORTEST_NAME else frozenset()
            for j, other in enumerate(self.quote.words):
                table[i, j] = word.stem == other.stem or (
                    bool(mine & keys[j]) and same_name(own, spelt[j]) >= SAME_NAME
                )
        return table

    @cached_property
    def meant(self) -> NDArray[np.float32]:
        """Cosines of the words in their contexts, middle and last layer, shape (2, claim, quote)."""
        if self.claim.vectors is None or self.quote.vectors is None:
            return np.stack([self.same.astype(np.float32)] * 2)
        layers = []
        for layer in (slice(None, _DIMENSION), slice(_DIMENSION, None)):
            one, other = (
                fitted_words().centred(side.vectors, side.language, layer)
                for side in (self.claim, self.quote)
                if side.vectors is not None
            )
            layers.append(one @ other.T)
        return np.stack(layers).astype(np.float32)

    def best(self, number: int) -> tuple[int, float]:
        """The quotation's word nearest to a word of the claim, and how near, in [-1, 1]."""
        if not len(self.quote.words):
            return -1, 0.0
        scores = np.maximum(self.meant[0, number], self.same[number])
        place = int(scores.argmax())
        return place, float(scores[place])

    @cached_property
    def found(self) -> tuple[tuple[int, float], ...]:
        """`best` of every word of the claim."""
        return tuple(self.best(number) for number in range(len(self.claim.words)))


def title_stems(title: str, language: str | None) -> frozenset[str]:
    """Stems of an article's title."""
    return read_sentence(title, language).stems


def _original(side: Side, word: Word) -> str:
    return side.text[word.start : word.end]

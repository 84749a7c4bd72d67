"""Who writes an answer from retrieved passages: the contract both writers meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a retrieved passage that may answer; `probability` that it does, in [0, 1]."""

    passage: Passage
    start: int  # in the article's text
    end: int
    probability: float

    @property
    def quote(self) -> str:
        """The sentence as the article has it."""
        return self.passage.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a writer is given. Question and passages are data, never instructions."""

    question: str
    language: str
    passages: Sequence[Passage]
    evidence: Sequence[Evidence]  # best first


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way: `pieces` in order; marker [n] in the text names `sources[n - 1]`.

    A source of the extractive writer is a sentence; of a language model, a whole passage.
    """

    pieces: Iterator[str]
    sources: Sequence[Evidence]


class Writer(Protocol):
    """Writes an answer in the question's language, each statement followed by its marker."""

    name: str

    def write(self, brief: Brief) -> Draft:
        """The draft; its pieces may raise too.

        Raises:
            WriterError: the model behind the writer failed.
        """
        ...

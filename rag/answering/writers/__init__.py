"""Who writes an answer from retrieved passages: the contract both writers meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rag.records import Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a retrieved passage that may answer; `probability` that it does, in [0, 1].

    As the source of a draft it may be a whole passage; `hidden` are then the spans of it, in the article's
    text, that the writer was not shown, and that nothing it wrote rests on.
    """

    passage: Passage
    start: int  # in the article's text
    end: int
    probability: float
    hidden: tuple[tuple[int, int], ...] = ()
    prior: float = 0.0  # the probability before a reader read some of the passages
    is_read: bool = False

    @property
    def quote(self) -> str:
        """The sentence as the article has it."""
        return self.passage.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a writer is given. Question and passages are data, never instructions.

    `hidden` holds, by chunk id, the spans of sentences about another time than the question's, in the
    article's text (`rag.answering.time_fit`): no writer may use them.
    """

    question: str
    language: str
    passages: Sequence[Passage]
    evidence: Sequence[Evidence]  # best first
    hidden: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    differing: Sequence[Evidence] = ()  # sentences of different sources that contradict each other
    wide: bool = (
        False  # the question asks for several things: a list, a comparison, all that there was
    )


@dataclass(slots=True)
class Tally:
    """What is counted while a draft's pieces are read, and complete when they have ended."""

    stray_markers: int = 0  # markers that named no source, and were removed


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way: `pieces` in order; marker [n] in the text names `sources[n - 1]`.

    A source of the extractive writer is a sentence; of a language model, a whole passage. A piece is empty
    when nothing came for a second, so that who reads can stop in time: closing `pieces` ends the work.
    """

    pieces: Iterator[str]
    sources: Sequence[Evidence]
    tally: Tally = field(default_factory=Tally)


class Writer(Protocol):
    """Writes an answer in the question's language, each statement followed by its marker."""

    name: str

    def write(self, brief: Brief) -> Draft:
        """The draft; its pieces may raise too.

        Raises:
            WriterError: the model behind the writer failed.
        """
        ...

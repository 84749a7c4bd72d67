"""The questions people wrote answers for: read, checked against the articles, refused loudly.

A line of the file is one `Question`. Loading fails with *every* fault at once, each with its question
and its remedy, because a wrong gold answer spoils all figures without a sound.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from eval.goldfaults import faults_of
from rag.errors import ShawahidError
from rag.records import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rag.records import Article

    Lookup = Callable[[str], Article | None]

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Time = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]
Expect = Literal["answered", "not_found", "ambiguous"]
Split = Literal["dev", "held_out"]

_SPLITS = 3  # one question in three is held out


class GoldsetError(ShawahidError):
    """The question file can't be used; one line for every fault."""


class _Strict(BaseModel):
    # A misspelt name ("must_nt") would switch a check off unseen, hence no unknown fields.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Quote(_Strict):
    """A sentence that answers, copied from its article to the letter."""

    article: Text
    quote: Text


class Earlier(_Strict):
    """A turn of the conversation before the question."""

    question: Text
    answer: str


class Telling(_Strict):
    """A value by its wordings (any one will do), and every article that gives it."""

    articles: Annotated[tuple[Text, ...], Field(min_length=1)]
    wordings: Annotated[tuple[Text, ...], Field(min_length=1)]


class Question(_Strict):
    """One line of the file. `must`: facts, each a list of wordings of which one has to be stated.

    `events`: what an ambiguous question may mean, each by its date; an answer asks back and lists
    them, or answers for each. `disagree`: the values of sources that differ; an answer shows all.
    """

    id: Text
    question: Text
    language: Text
    kind: Text
    answerable: bool
    time: Time | None
    articles: tuple[Text, ...]
    quotes: tuple[Quote, ...]
    must: tuple[tuple[Text, ...], ...]
    must_not: tuple[Text, ...]
    accept_not_found: bool = False
    note: str | None = None
    history: tuple[Earlier, ...] = ()
    expect: Expect | None = None
    events: tuple[Telling, ...] = ()
    disagree: tuple[Telling, ...] = ()

    @property
    def facts(self) -> tuple[tuple[str, ...], ...]:
        """All that has to be stated: `must`, then every event's date, then every differing value."""
        return self.must + tuple(told.wordings for told in self.events + self.disagree)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the product takes it."""
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)

    @property
    def split(self) -> Split:
        """See `split_of`."""
        return split_of(self.id)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quote with every place `[start, end)` at which it stands in its article."""

    article: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A question ready to be judged by."""

    question: Question
    quotations: tuple[Quotation, ...]


def split_of(question_id: str) -> Split:
    """Whether tuning may look at a question: one in three, by a digest of its id, is held out."""
    digest = hashlib.sha256(question_id.encode("utf-8")).digest()
    return "dev" if int.from_bytes(digest[:8], "big") % _SPLITS else "held_out"


def load_goldset(path: Path, lookup: Lookup) -> tuple[Gold, ...]:
    """The questions in file order, checked against the articles that `lookup` finds by id.

    Raises:
        GoldsetError: the file is missing or empty, or anything in it is wrong; names every fault.
    """
    questions = read_questions(path)
    repeated = [q for q, count in Counter(q.id for q in questions).items() if count > 1]
    faults = [
        f"{q}: this id stands on more than one line; give each question its own" for q in repeated
    ]
    for question in questions:
        faults += [f"{question.id}: {fault}" for fault in faults_of(question, lookup)]
    if faults:
        raise GoldsetError(_message(path, faults))
    return tuple(Gold(question, _locate(question, lookup)) for question in questions)


def read_questions(path: Path) -> list[Question]:
    """The lines of the file, checked for form only.

    Raises:
        GoldsetError: the file is missing or empty, or a line is no question; names every line.
    """
    try:
        # Not splitlines: U+2028 and its like may stand raw inside a JSON string.
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldsetError(
            f"{path} can't be read ({error}); name the file with --questions"
        ) from None
    questions: list[Question] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except ValidationError as error:
                faults += [f"line {number}: {fault}" for fault in _form_faults(error)]
    if faults:
        raise GoldsetError(_message(path, faults))
    if not questions:
        raise GoldsetError(f"{path} holds no question; expected one JSON object a line")
    return questions


def occurrences(text: str, wanted: str) -> tuple[tuple[int, int], ...]:
    """Every `[start, end)` at which `wanted` stands in `text`, overlapping ones included."""
    spans = []
    start = text.find(wanted)
    while start != -1:
        spans.append((start, start + len(wanted)))
        start = text.find(wanted, start + 1)
    return tuple(spans)


def _message(path: Path, faults: Sequence[str]) -> str:
    noun = "fault" if len(faults) == 1 else "faults"
    return "\n  ".join([f"{path} has {len(faults)} {noun}:", *faults])


def _form_faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        name = ".".join(map(str, fault["loc"])) or "the line"
        if fault["type"] == "extra_forbidden":
            yield f"unknown field {name!r}; known are {', '.join(Question.model_fields)}"
        elif fault["type"] == "missing":
            yield f"field {name!r} is missing; add it (null, false or [] are allowed where they fit)"
        else:
            yield f"{name}: {fault['msg']}; found {fault['input']!r}; correct the value"


def _locate(question: Question, lookup: Lookup) -> tuple[Quotation, ...]:
    located = []
    for quote in question.quotes:
        article = lookup(quote.article)
        if article is not None:
            located.append(Quotation(quote.article, occurrences(article.text, quote.quote)))
    return tuple(located)

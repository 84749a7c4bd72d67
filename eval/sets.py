"""Public question sets on disk: a folder with `passages.jsonl` and `questions.jsonl`.

A passage is `{id, title, text, lang}`, a question `{id, question, lang, answers: [{text}], passage_id,
answerable}`. In parallel sets both carry `para` (or `doc`), equal across translations, and a question may
carry `qid`. Other fields are passed over. The files are read line by line.

A title that the set asks as a question (headlines over news) is left out of the corpus written: it would
be found to the letter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SEED = 7  # of the sample that --limit takes; fixed, so that the same questions are asked again


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """`passage_id`: where the answer stands, None where the set does not tell. `parallel`: see `gold`."""

    id: str
    question: str
    language: str
    answers: tuple[str, ...]
    passage_id: str | None
    answerable: bool
    para: str | None
    qid: str | None


@dataclass(frozen=True, slots=True)
class PublicSet:
    """The questions of a set, and which passages each language has by paragraph."""

    name: str
    folders: tuple[Path, ...]
    questions: tuple[SetQuestion, ...]
    languages: tuple[str, ...]
    _by_para: dict[tuple[str, str], set[str]]
    _by_qid: dict[tuple[str, str], set[str]]

    def gold(self, question: SetQuestion, language: str) -> set[str]:
        """Passages of a language that answer the question; empty where the set does not tell.

        In another language: the passage of the same question there, else those of the same paragraph.
        """
        if not question.answerable:
            return set()
        if question.language == language:
            return {question.passage_id} if question.passage_id else set()
        if question.qid is not None and (language, question.qid) in self._by_qid:
            return self._by_qid[language, question.qid]
        return self._by_para.get((language, question.para), set()) if question.para else set()

    def sample(self, language: str, limit: int | None) -> list[SetQuestion]:
        """The questions of a language, or `limit` drawn at random, in file order.

        In sets whose languages run in parallel the same numbers of line are drawn for each.
        """
        questions = [q for q in self.questions if q.language == language]
        if limit is None or limit >= len(questions):
            return questions
        drawn = np.random.default_rng(_SEED).choice(len(questions), limit, replace=False)
        return [questions[i] for i in sorted(drawn)]


def open_set(folder: Path) -> PublicSet:
    """Read the questions and the places of the passages; texts of passages stay on disk.

    Raises:
        UsageError: a file is missing, empty or not as the module says; names the line.
    """
    questions = tuple(_question(row) for row in _rows(folder / "questions.jsonl", _QUESTION_FIELDS))
    by_para: dict[tuple[str, str], set[str]] = defaultdict(set)
    languages: dict[str, None] = {}
    for row in _rows(folder / "passages.jsonl", _PASSAGE_FIELDS):
        languages[row["lang"]] = None
        para = _para(row)
        if para is not None:
            by_para[row["lang"], para].add(row["id"])
    by_qid: dict[tuple[str, str], set[str]] = defaultdict(set)
    for question in questions:
        if question.qid is not None and question.passage_id is not None:
            by_qid[question.language, question.qid].add(question.passage_id)
    if not questions or not languages:
        raise UsageError(f"{folder} holds no questions or no passages; name a folder with both")
    return PublicSet(
        folder.resolve().name, (folder,), questions, tuple(languages), dict(by_para), dict(by_qid)
    )


class Pool(NamedTuple):
    """Several sets as one, `members` apart as well; `left_out` are names of sets."""

    all: PublicSet
    members: tuple[PublicSet, ...]
    left_out: tuple[str, ...]


def pool(sets: Sequence[PublicSet], language: str) -> Pool:
    """The passages of a language of all sets as one corpus, with the questions of that language.

    A set that asks the questions of an earlier one again, over other cuts of the same texts, is left
    out: its passages would be right too, and not counted as such.

    Raises:
        UsageError: fewer than two sets have passages of the language, or two use one passage id.
    """
    asked: set[str] = set()
    taken: list[PublicSet] = []
    left_out: list[str] = []
    for public in sets:
        questions = {q.question for q in public.questions if q.language == language}
        if language not in public.languages:
            continue
        if questions and len(questions & asked) > len(questions) / 2:
            left_out.append(public.name)
            continue
        taken.append(public)
        asked |= questions
    if len(taken) < 2:
        raise UsageError(
            f"{len(taken)} of the sets given can be pooled in {language!r}, expected two or more; "
            f"name more folders, or leave --pool out"
        )
    # The paragraphs of one set are not those of another: no gold across languages.
    questions_in = [q for p in taken for q in p.questions if q.language == language]
    folders = tuple(folder for p in taken for folder in p.folders)
    everything = PublicSet("pool", folders, tuple(questions_in), (language,), {}, {})
    return Pool(everything, tuple(taken), tuple(left_out))


def write_corpus(public: PublicSet, language: str, folder: Path) -> int:
    """Write the passages of a language as a corpus of one JSON-lines file; returns how many.

    An article's id is its passage's.

    Raises:
        UsageError: two passages have the same id.
    """
    asked = {question.question for question in public.questions}
    seen: set[str] = set()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as out:
        for row in _passages(public, language):
            if row["id"] in seen:
                raise UsageError(f"two passages have the id {row['id']!r}; expected one of each id")
            seen.add(row["id"])
            article = {
                "id": row["id"],
                "title": "" if row["title"] in asked else row["title"],
                "text": row["text"],
                "language": language,
            }
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    return len(seen)


def _passages(public: PublicSet, language: str) -> Iterator[dict[str, Any]]:
    for source in public.folders:
        for row in _rows(source / "passages.jsonl", _PASSAGE_FIELDS):
            if row["lang"] == language:
                yield row


_PASSAGE_FIELDS = ("id", "title", "text", "lang")
_QUESTION_FIELDS = ("id", "question", "lang", "answers", "passage_id", "answerable")


def _rows(path: Path, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    row = json.loads(line)
                    missing = [name for name in fields if name not in row]
                    if missing:
                        raise UsageError(
                            f"{path}, line {number} has no {', '.join(missing)}; add that"
                        )
                    yield row
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"{path} can't be read as JSON lines ({error}); name another folder"
        ) from None


def _question(row: dict[str, Any]) -> SetQuestion:
    return SetQuestion(
        id=row["id"],
        question=row["question"],
        language=row["lang"],
        answers=tuple(answer["text"] for answer in row["answers"]),
        passage_id=row["passage_id"],
        answerable=row["answerable"],
        para=_para(row),
        qid=row.get("qid"),
    )


def _para(row: dict[str, Any]) -> str | None:
    para = row.get("para", row.get("doc"))
    return None if para is None else str(para)

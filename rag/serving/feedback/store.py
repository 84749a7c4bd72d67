"""What readers say of answers, kept in an SQLite file beside the index; nothing leaves the machine."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from rag.errors import FeedbackError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer, Turn
    from rag.settings import Settings

Verdict = Literal["right", "wrong", "wrong_source", "missing"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FILE_NAME = "feedback.sqlite3"
COMMENT_CHARACTERS = 2000
MOST_RATINGS = 50_000  # beyond this none is taken until the file is exported and moved away
_ANSWER_CHARACTERS = 20_000
_HISTORY_TURNS = 6
_VERSION = 1
_WAIT_S = 5.0  # for another process that writes the file

_TABLE = """CREATE TABLE IF NOT EXISTS ratings (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, verdict TEXT NOT NULL, comment TEXT NOT NULL,
    question TEXT NOT NULL, record TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Rating:
    """One verdict. `record` holds status, language, text, writer, citations, near misses, history, as JSON types."""

    id: int
    at: str  # ISO 8601, UTC, to the second
    verdict: Verdict
    comment: str
    question: str
    record: dict[str, Any]


def feedback_file(settings: Settings) -> Path:
    """The file of the setting, else `feedback.sqlite3` beside the index's folder."""
    return settings.feedback_file or Path(settings.index).absolute().parent / FILE_NAME


class FeedbackStore:
    """Ratings in one file. Several threads and processes may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(
        self, verdict: Verdict, answer: Answer, history: Sequence[Turn] = (), comment: str = ""
    ) -> int:
        """Keep a verdict on an answer; returns its number.

        Raises:
            FeedbackError: the file can't be written, is no file of ratings, or is full.
        """
        row = (
            datetime.now(UTC).isoformat(timespec="seconds"),
            verdict,
            comment.strip()[:COMMENT_CHARACTERS],
            answer.question,
            json.dumps(_record(answer, history), ensure_ascii=False),
        )
        try:
            with closing(self._open()) as db, db:
                (count,) = db.execute("SELECT count(*) FROM ratings").fetchone()
                if count >= MOST_RATINGS:
                    raise FeedbackError(
                        f"{self._path} holds {count} ratings, the most that are kept; export them with "
                        "`shawahid feedback export` and move the file away"
                    )
                added = db.execute(
                    "INSERT INTO ratings (at, verdict, comment, question, record) VALUES (?, ?, ?, ?, ?)",
                    row,
                )
                return int(added.lastrowid or 0)
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise self._unusable(error) from None

    def ratings(self) -> list[Rating]:
        """All ratings, oldest first; none where there is no file.

        Raises:
            FeedbackError: the file can't be read or is no file of ratings.
        """
        if not self._path.exists():
            return []
        try:
            with closing(self._open()) as db:
                rows = db.execute(
                    "SELECT id, at, verdict, comment, question, record FROM ratings ORDER BY id"
                ).fetchall()
            return [
                Rating(number, at, verdict, comment, question, json.loads(record))
                for number, at, verdict, comment, question, record in rows
            ]
        except (sqlite3.Error, OSError, ValueError) as error:
            raise self._unusable(error) from None

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=_WAIT_S)
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise FeedbackError(
                f"{self._path} has version {version}, this program writes {_VERSION}; "
                "name another file by SHAWAHID_FEEDBACK_FILE"
            )
        db.execute(_TABLE)
        db.execute(f"PRAGMA user_version = {_VERSION}")

    def _unusable(self, error: Exception) -> FeedbackError:
        return FeedbackError(
            f"the ratings in {self._path} can't be used: {error}; make the file writable, or name another "
            "by SHAWAHID_FEEDBACK_FILE"
        )


def _record(answer: Answer, history: Sequence[Turn]) -> dict[str, Any]:
    return {
        "status": answer.status,
        "language": answer.language,
        "text": answer.text[:_ANSWER_CHARACTERS],
        "writer": answer.writer,
        "confidence": round(answer.confidence, 4),
        "citations": [
            {"article": c.article.id, "quote": c.quote, "start": c.start, "end": c.end}
            for c in answer.citations
        ],
        "near_misses": [{"article": n.article.id, "why": n.why} for n in answer.near_misses],
        "history": [
            {"question": turn.question, "answer": turn.answer}
            for turn in list(history)[-_HISTORY_TURNS:]
        ],
    }

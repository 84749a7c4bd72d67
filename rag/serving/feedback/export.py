"""Ratings as questions of the evaluation, for a person to review: what the reader's verdict settles is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.serving.feedback.store import Rating, Verdict

KIND = "feedback"
_SHOWN_CHARACTERS = 300  # of the answer, in the note
_TO_DO: dict[Verdict, str] = {
    "right": "state its facts in must",
    "wrong": "find what the articles say; fill articles, quotes and must, or set answerable to false",
    "wrong_source": "put the right articles and quotes in place of those cited, and the facts in must",
    "missing": "add the articles and quotes that are missing, and all facts in must",
}


def question_row(rating: Rating) -> dict[str, Any]:
    """A line in the format of `eval/questions.jsonl`; its note says what is left to do.

    Quotations that were cited are kept as gold only where the verdict does not put them in doubt.
    """
    record = rating.record
    row: dict[str, Any] = {
        "id": f"{KIND}-{rating.id}",
        "question": rating.question,
        "language": record["language"],
        "kind": KIND,
        "answerable": _is_answerable(rating),
        "time": None,
        "articles": [],
        "quotes": [],
        "must": [],
        "must_not": [],
        "note": _note(rating),
    }
    if rating.verdict == "right":
        row["expect"] = "answered" if record["status"] == "partial" else record["status"]
    if rating.verdict in ("right", "missing") and record["status"] != "ambiguous":
        quoted = {c["article"]: None for c in record["citations"]}
        row["articles"] = list(quoted)
        row["quotes"] = [
            {"article": c["article"], "quote": c["quote"]} for c in record["citations"]
        ]
    if rating.verdict == "right" and record["status"] == "ambiguous":
        row["events"] = [
            {"articles": [n["article"]], "wordings": [n["why"]]} for n in record["near_misses"]
        ]
    if record["history"]:
        row["history"] = record["history"]
    return row


def _is_answerable(rating: Rating) -> bool:
    said_no = rating.record["status"] == "not_found"
    return not said_no if rating.verdict == "right" else True


def _note(rating: Rating) -> str:
    record = rating.record
    cited = ", ".join(dict.fromkeys(c["article"] for c in record["citations"])) or "nothing"
    answer = " ".join(record["text"].split())[:_SHOWN_CHARACTERS]
    parts = [
        f"To review ({rating.at}): a reader called the answer {rating.verdict.replace('_', ' ')}",
        f"comment: {' '.join(rating.comment.split())}" if rating.comment else "",
        f"it was {record['status']}, cited {cited}, and read: {answer}",
        _TO_DO[rating.verdict],
    ]
    return "; ".join(part for part in parts if part)

"""Search results with the reasons for each: rows of JSON, and the same for a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.records import Passage

_FIELD = "explain"
_BEFORE, _PUBLISHED = "before", "published"  # `rag.answering.explain.DateMatch.where`


def explained(
    question: str, passages: Sequence[Passage], today: date | None = None
) -> dict[str, Any]:
    """`passages` as the contract has them, each with "explain", and "explain" for the question itself."""
    # Imported here: the command line prints rows of other commands without what reads a question.
    from rag.answering.explain import asked, explain
    from rag.answering.understand import understand

    query = understand(question, (), today or datetime.now(UTC).date())
    rows = [{**p.to_dict(), _FIELD: explain(query, p).to_dict()} for p in passages]
    return {_FIELD: asked(query), "passages": rows}


def question_text(row: dict[str, Any]) -> str:
    """What was understood of the question, in lines."""
    shown = row[_FIELD]
    time = shown["time"]
    lines = [
        ("words", ", ".join(shown["words"])),
        ("time", _range(time["first"], time["last"]) if time else ""),
        ("towns", ", ".join(shown["towns"])),
    ]
    return "\n".join(f"{name}: {value}" for name, value in lines if value)


def passage_text(shown: dict[str, Any]) -> str:
    """The reasons for one passage, in lines; reasons that there are none of are left out."""
    lines = [
        ("scores", " · ".join(f"{leg} {score:.3f}" for leg, score in shown["legs"].items())),
        ("dates", " · ".join(map(_date, shown["dates"]))),
        ("names", " · ".join(map(_word, shown["names"]))),
        ("words", " · ".join(map(_word, shown["words"]))),
    ]
    return "\n".join(f"   {name}: {value}" for name, value in lines if value)


def _date(match: dict[str, Any]) -> str:
    time = _range(match["first"], match["last"])
    if match["where"] == _PUBLISHED:
        return f"published {time}"
    place = " earlier in the paragraph" if match["where"] == _BEFORE else ""
    return f"“{match['text']}”{place} ({time})"


def _range(first: str | None, last: str | None) -> str:
    return str(first) if first == last else f"{first or '…'} to {last or '…'}"


def _word(match: dict[str, Any]) -> str:
    likeness = "" if match["likeness"] == 1 else f" ({match['likeness']:.2f})"
    same = match["asked"] == match["found"]
    return match["asked"] if same else f"{match['asked']} = {match['found']}{likeness}"

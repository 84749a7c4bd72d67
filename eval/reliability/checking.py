"""Whether an answer as JSON is right in what can be checked without judging it: its quotations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STATUSES = frozenset({"answered", "partial", "not_found", "ambiguous"})
_CITING = STATUSES - {"not_found"}
_MARKER = re.compile(r"\[(\d+)\]")


def fault_of(answer: Mapping[str, Any], texts: Mapping[str, str]) -> str | None:
    """One line about what is wrong with an answer, or None.

    Checked: the status is one of the four; a refusal cites nothing, any other answer something;
    every marker of the text has its citation; every quotation and passage stands in its article at
    its offsets, character for character. `texts` holds the text of every article by its id.
    """
    return next(_faults(answer, texts), None)


def _faults(answer: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    status, citations = answer.get("status"), answer.get("citations", [])
    if status not in STATUSES:
        yield f"status {status!r}"
    if not str(answer.get("text", "")).strip():
        yield "no text"
    if bool(citations) != (status in _CITING):
        yield f"{status} with {len(citations)} citations"
    markers = {citation["marker"] for citation in citations}
    unknown = [m for m in _MARKER.findall(answer.get("text", "")) if int(m) not in markers]
    if citations and unknown:
        yield f"marker [{unknown[0]}] has no citation"
    shown = [(citation, citation["quote"]) for citation in citations]
    shown += [(passage, passage["text"]) for passage in answer.get("passages", [])]
    for place, text in shown:
        if fault := _place_fault(place, text, texts):
            yield fault


def _place_fault(place: Mapping[str, Any], shown: str, texts: Mapping[str, str]) -> str | None:
    text = texts.get(place["article_id"])
    if text is None:
        return f"no article {place['article_id']!r}"
    if text[place["start"] : place["end"]] != shown:
        return f"differs from {place['article_id']}[{place['start']}:{place['end']}]"
    return None

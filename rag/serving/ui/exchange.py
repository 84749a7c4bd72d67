"""One turn of a conversation, as the page keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rag.records import Filters

if TYPE_CHECKING:
    from rag.records import Answer


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; `text` holds the pieces until there is an answer."""

    number: int
    question: str
    filters: Filters = field(default_factory=Filters)
    text: str = ""
    answer: Answer | None = None
    state: Literal["asking", "writing", "answered", "stopped", "failed"] = "asking"
    trouble: str = ""  # one sentence in the reader's language
    seconds: float = 0.0
    followups: tuple[str, ...] = ()  # questions to ask next
    lost: int = 0  # quotations that a kept answer had and the articles no longer hold
    is_restored: bool = False  # came back from the browser

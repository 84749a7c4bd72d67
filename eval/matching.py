"""Whether a text states a fact: compared folded, and never in the middle of a longer number or word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.text.folding import ARABIC_LETTERS, fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

# Arabic writes conjunction, preposition and article onto the word: "and to-the-capital" is one token.
_PROCLITICS = r"(?<!\w)[وف]?(?:[بكل]?ال|لل|[بكلس])?"
_YEAR_DIGITS = (
    4  # from here on a dot before or after is taken for a date's (03.2020), not a decimal point
)
_ARABIC = re.compile(f"[{ARABIC_LETTERS}]")


def fold(text: str) -> str:
    """The text as it is compared: folded, runs of blanks made one."""
    return " ".join(fold_text(text).split())


def holds(folded: str, alternative: str) -> bool:
    """Whether a folded text holds one wording of a fact.

    A number must stand whole ("15" is in neither "115", "15.5" nor "2,015"); a word must begin where a
    word begins (Arabic proclitics may precede) but may go on, for endings differ by case and number.
    Scripts without letter case other than Arabic are matched anywhere. An empty wording is never held.
    """
    pattern = pattern_of(alternative)
    return pattern is not None and pattern.search(folded) is not None


def holds_any(folded: str, alternatives: Iterable[str]) -> bool:
    """Whether a folded text holds at least one wording."""
    return any(holds(folded, alternative) for alternative in alternatives)


@lru_cache(maxsize=4096)
def pattern_of(alternative: str) -> re.Pattern[str] | None:
    """What finds a wording in a folded text; None for an empty one."""
    wanted = fold(alternative)
    if not wanted:
        return None
    return re.compile(_left(wanted) + re.escape(wanted) + _right(wanted))


def _left(wanted: str) -> str:
    first = wanted[0]
    if first.isdigit():
        whole = r"(?<!\d)"
        return whole if _run(wanted) >= _YEAR_DIGITS else whole + r"(?<!\d[.,])"
    if _ARABIC.match(first):
        return _PROCLITICS
    return r"(?<![^\W\d_])" if first.lower() != first.upper() else ""


def _right(wanted: str) -> str:
    if not wanted[-1].isdigit():
        return ""
    return r"(?!\d)" if _run(wanted[::-1]) >= _YEAR_DIGITS else r"(?!\d)(?![.,]\d)"


def _run(text: str) -> int:
    return len(text) - len(text.lstrip("0123456789"))

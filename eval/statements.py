"""Which statements of an answer's text carry a citation marker.

A statement is a sentence with at least one letter or digit, as in ALCE (Gao et al. 2023); a line that
ends in a colon is a label. A marker after the full stop belongs to the sentence before it.
"""

from __future__ import annotations

import re

from rag.text.sentences import split_sentences

_ONE_MARKER = r"[\[［]\s*\d{1,3}(?:\s*[,،;]\s*\d{1,3})*\s*[\]］]"
_MARKER = re.compile(_ONE_MARKER)
_AFTER_STOP = re.compile(rf"([.!?؟۔。…»”“’\"]+)((?:\s*{_ONE_MARKER})+)")
_WORD = re.compile(r"[^\W_]")


def count_statements(text: str) -> tuple[int, int]:
    """How many statements carry a marker, and how many there are."""
    cited = total = 0
    for line in text.splitlines():
        moved = _AFTER_STOP.sub(r"\2\1", line)
        sentences = [moved[start:end] for start, end in split_sentences(moved)]
        stated = [sentence for sentence in sentences if _is_statement(sentence)]
        total += len(stated)
        cited += sum(_MARKER.search(sentence) is not None for sentence in stated)
    return cited, total


def _is_statement(sentence: str) -> bool:
    words = _MARKER.sub("", sentence)
    return bool(_WORD.search(words)) and not words.rstrip().endswith((":", "："))

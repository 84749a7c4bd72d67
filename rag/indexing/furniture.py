"""Tells what single lines of a copied web page are, by shape and the closed class of page words."""

from __future__ import annotations

import re
from typing import Literal

from rag.indexing import furniture_words as fw
from rag.indexing.credits import is_stamp
from rag.indexing.lines import begins_with, count_words, ends_in_stop, is_prose, key, label_end
from rag.indexing.notice_words import NOTICES, SUFFICIENT

Kind = Literal["label", "notice", "cross-reference", "caption", "source", "stamp", "embed"]

_MAX_LABEL_WORDS = 10
_MAX_SOURCE_WORDS = 7
_MAX_HANDLE_WORDS = 15
_MAX_REFERENCE_WORDS = 30  # a headline with its label
_MAX_NOTICE_WORDS = 70
_NOTICE_GROUPS = 2
_BAR = re.compile(r"\s*[|•·]\s*")
_MIN_BAR_PARTS = 3
_MAX_BAR_WORDS = 3
_MAX_COUNT_PARTS = 2  # "1,204" readers; more numbers are a date or a table's row
_YEAR = re.compile(r"(?:1[89]|20)\d\d")  # a heading in chronologies
_HANDLE = re.compile(r"\(@\w+\)|@\w+\s*·|\bpic\.twitter\.com/|^https?://\S+$")

# First word of a phrase -> numbers of the groups, and the phrases, that begin with it.
_NOTICES_BY_WORD: dict[str, list[tuple[int, str]]] = {}
for _group, _phrases in enumerate(NOTICES):
    for _phrase in _phrases:
        _NOTICES_BY_WORD.setdefault(_phrase.split()[0], []).append((_group, _phrase))


def classify(line: str) -> Kind | None:
    """What kind of page furniture the line is, whatever stands around it; None: story or undecided."""
    folded = key(line)
    if not folded or folded in fw.FOOTERS or _is_bar(line):
        return "label"
    tokens = folded.split()
    count = len(tokens)
    if count <= _MAX_NOTICE_WORDS and _is_notice(folded, tokens):
        return "notice"
    if count > _MAX_REFERENCE_WORDS:
        return None
    return _by_label(line, count) or (None if is_prose(line) else _by_shape(line, folded, count))


def _by_label(line: str, count: int) -> Kind | None:
    """By a label in front that a colon or the like sets off, whatever follows it."""
    if label_end(line, fw.CROSS_REFERENCES) is not None:
        return "cross-reference"
    if label_end(line, fw.CAPTIONS) is not None or label_end(line, fw.CAPTION_LABELS) is not None:
        return "caption"
    if label_end(line, fw.TAG_LABELS) is not None and not ends_in_stop(line):
        return "label"
    if count <= _MAX_SOURCE_WORDS and label_end(line, fw.SOURCES) is not None:
        return "source"
    return None


def _by_shape(line: str, folded: str, count: int) -> Kind | None:
    """By the words that a line, which is no paragraph, is made of or begins with."""
    if begins_with(folded, fw.EMBEDS) or (count <= _MAX_HANDLE_WORDS and _HANDLE.search(line)):
        return "embed"
    if count <= _MAX_LABEL_WORDS and (_is_label(folded) or begins_with(folded, fw.BUTTONS)):
        return "label"
    if is_stamp(line):
        return "stamp"
    if begins_with(folded, fw.CAPTIONS):
        return "caption"
    return None


def _is_bar(line: str) -> bool:
    """Whether the line is a row of links: three or more short parts between upright bars or dots."""
    parts = _BAR.split(line.strip(" |•·"))
    return len(parts) >= _MIN_BAR_PARTS and all(
        0 < count_words(part) <= _MAX_BAR_WORDS and not ends_in_stop(part) for part in parts
    )


def _is_label(folded: str) -> bool:
    """Whether a folded line is made of label words and their glue, numbers aside, or a mere count."""
    if _YEAR.fullmatch(folded):
        return False
    tokens = [token for token in folded.split() if not token.isdigit()]
    if not tokens:
        return len(folded.split()) <= _MAX_COUNT_PARTS
    is_known = all(token in fw.LABELS or token in fw.GLUE for token in tokens)
    return is_known and any(token in fw.LABELS for token in tokens)


def _is_notice(folded: str, tokens: list[str]) -> bool:
    padded = f" {folded} "
    likely = [_NOTICES_BY_WORD[token] for token in _NOTICES_BY_WORD.keys() & tokens]
    found = {n for phrases in likely for n, phrase in phrases if f" {phrase} " in padded}
    is_plain = bool(found & SUFFICIENT) and len(tokens) <= _MAX_REFERENCE_WORDS
    return is_plain or len(found) >= _NOTICE_GROUPS


def is_section(folded: str) -> bool:
    """Whether a folded line names sections of a site, as navigation bars do."""
    known = (fw.SECTIONS, fw.GLUE, fw.LABELS)
    return bool(folded) and all(any(token in k for k in known) for token in folded.split())


def is_lone_reference(line: str) -> bool:
    """Whether the line announces other stories that follow on the next lines."""
    return key(line) in fw.CROSS_REFERENCES

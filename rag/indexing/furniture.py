"""Tells what single lines of a copied web page are, by shape and the closed class of page words."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from rag.indexing import furniture_words as fw
from rag.indexing.lines import WORD, ends_in_stop, is_prose, key, words
from rag.text.dates import find_dates

Kind = Literal[
    "label",
    "section",
    "notice",
    "cross-reference",
    "caption",
    "byline",
    "source",
    "timestamp",
    "embed",
]

MAX_LABEL_WORDS = 10
MAX_BYLINE_WORDS = 7
MAX_REFERENCE_WORDS = 30  # a headline with its label
MAX_NOTICE_WORDS = 70
NOTICE_CUES = 2
_TIMESTAMP_WORDS = 14

_MAX_NAME_WORDS = 4
_SENTENCE_ENDS = (".", "?", "!", "؟", "…")
_LABEL_MARKS = ":|–—>»-/…"
_MAX_PHRASE_WORDS = 6
_AND = frozenset({"and", "et", "ve", "и", "de", "van", "von", "bin", "al", "el"})
_DASH = re.compile(r"\s+[_|–—/-]\s+")
_BAR = re.compile(r"\s*[|•·]\s*")
_MIN_BAR_PARTS = 3
_MAX_BAR_WORDS = 3
_MAX_COUNT_PARTS = 2  # "1,204" readers; more numbers are a date or a table's row
_YEAR = re.compile(r"(?:1[89]|20)\d\d")  # a heading in chronologies
_DIGIT = re.compile(r"\d")
_OPENING_AGENCY = re.compile(r"[^().:]{2,40}\(([^()]{2,30})\)\s*[-–—:]")
_CLOSING_AGENCY = re.compile(r"\(([^()]{2,30})\)")
_STAMP_WORDS = frozenset(word for phrase in fw.TIMESTAMPS for word in phrase.split())
_BESIDE_DATES = fw.LABELS | fw.GLUE | fw.TIME_WORDS | fw.SECTIONS | _STAMP_WORDS
_HANDLE = re.compile(r"\(@\w+\)|@\w+\s*·|\bpic\.twitter\.com/|^https?://\S+$")


def classify(line: str) -> Kind | None:
    """What kind of page furniture the line is, whatever stands around it; None: story or undecided."""
    folded = key(line)
    if not folded or folded in fw.FOOTERS or _is_bar(line):
        return "label"
    count = len(folded.split())
    if count <= MAX_NOTICE_WORDS and _notice_cues(folded, count):
        return "notice"
    if _is_embed(line, folded, count):
        return "embed"
    if count > MAX_REFERENCE_WORDS:
        return None
    return _by_label(line, count) or (
        None if is_prose(line) else _by_beginning(line, folded, count)
    )


def _by_label(line: str, count: int) -> Kind | None:
    """By a label in front that a colon or the like sets off, whatever follows it."""
    if _has_label(line, fw.CROSS_REFERENCES):
        return "cross-reference"
    if _has_label(line, fw.CAPTIONS | fw.CAPTION_LABELS):
        return "caption"
    if _has_label(line, fw.TAG_LABELS) and not ends_in_stop(line):
        return "label"
    if count <= MAX_BYLINE_WORDS and _has_label(line, fw.SOURCES):
        return "source"
    return None


def _by_beginning(line: str, folded: str, count: int) -> Kind | None:
    if count <= MAX_LABEL_WORDS and (is_label(folded) or _begins(folded, fw.BUTTONS)):
        return "label"
    if count <= _TIMESTAMP_WORDS and _begins(folded, fw.TIMESTAMPS) and _DIGIT.search(line):
        return "timestamp"
    if _begins(folded, fw.CAPTIONS) and not ends_in_stop(line):
        return "caption"
    return None


def _is_bar(line: str) -> bool:
    """Whether the line is a row of links: three or more short parts between upright bars or dots."""
    parts = _BAR.split(line.strip(" |•·"))
    return len(parts) >= _MIN_BAR_PARTS and all(
        0 < len(words(part)) <= _MAX_BAR_WORDS and not ends_in_stop(part) for part in parts
    )


def is_label(folded: str) -> bool:
    """Whether a folded line is made of label words and their glue, numbers aside, or a mere count."""
    if _YEAR.fullmatch(folded):
        return False
    tokens = [token for token in folded.split() if not token.isdigit()]
    known = fw.LABELS | fw.GLUE
    if not tokens:
        return len(folded.split()) <= _MAX_COUNT_PARTS
    return all(token in known for token in tokens) and any(token in fw.LABELS for token in tokens)


def is_section(folded: str) -> bool:
    """Whether a folded line names sections of a site, as navigation bars do."""
    tokens = folded.split()
    return bool(tokens) and all(t in fw.SECTIONS or t in fw.GLUE or t in fw.LABELS for t in tokens)


def is_lone_reference(line: str) -> bool:
    """Whether the line announces other stories that follow on the next lines."""
    return key(line) in fw.CROSS_REFERENCES


def is_desk(line: str) -> bool:
    """Whether the line names a desk or "agencies" and nothing else."""
    return key(line) in fw.DESKS


def byline(line: str) -> str | None:
    """The author that a byline names, or None where the line is none."""
    if len(words(line)) > MAX_BYLINE_WORDS or ends_in_stop(line):
        return None
    label = _label(line, fw.BYLINES, need_mark=False)
    if label is None:
        return None
    name = line[label:].strip(" :،,–—-_|")
    return name if name and _looks_like_a_name(name) else None


class Dateline(NamedTuple):
    """Whether a line is a dateline, and the outlet it names if that can't be a person."""

    found: bool = False
    outlet: str | None = None


def dateline(line: str) -> Dateline:
    """What a "city – outlet" or "outlet – desk" line tells."""
    parts = [part.strip() for part in _DASH.split(line)]
    if len(parts) != 2 or not all(1 <= len(words(p)) <= _MAX_NAME_WORDS for p in parts):
        return Dateline()
    if line.endswith(_SENTENCE_ENDS):
        return Dateline()
    first, second = parts
    if key(second) in fw.DESKS:
        return Dateline(found=True, outlet=first)
    if key(first) in fw.DESKS:
        return Dateline(found=True, outlet=second)
    tokens = key(second).split()
    is_outlet = len(tokens) == 1 or any(token in fw.OUTLET_NOUNS for token in tokens)
    return Dateline(found=True, outlet=second if is_outlet else None)


def source_of(line: str) -> str | None:
    """The outlet named after "source:", or None."""
    label = _label(line, fw.SOURCES, need_mark=True)
    return line[label:].strip(" :،,–—-_|.") or None if label is not None else None


def opening_agency(line: str) -> str | None:
    """The agency of a paragraph that opens with "City (Agency) -"."""
    match = _OPENING_AGENCY.match(line)
    return match[1].strip() if match and _is_agency_like(match[1]) else None


def closing_agency(line: str) -> str | None:
    """The agency that a line of its own names in brackets."""
    match = _CLOSING_AGENCY.fullmatch(line.strip())
    return match[1].strip() if match and _is_agency_like(match[1]) else None


def _is_agency_like(name: str) -> bool:
    return not _DIGIT.search(name) and 1 <= len(words(name)) <= _MAX_NAME_WORDS


def is_date_line(line: str) -> bool:
    """Whether the line holds the date of a day and nothing but what stands beside dates."""
    if len(words(line)) > _TIMESTAMP_WORDS or ends_in_stop(line) or not _DIGIT.search(line):
        return False
    mentions = find_dates(line, None)
    if not any(m.certainty == "explicit" and m.first == m.last for m in mentions):
        return False
    for mention in reversed(mentions):
        line = f"{line[: mention.start]} {line[mention.end :]}"
    return all(token in _BESIDE_DATES or not token.isalpha() for token in key(line).split())


def is_update(line: str) -> bool:
    """Whether a date's line tells of a later change rather than of publication."""
    return _begins(key(line), fw.UPDATES)


def _looks_like_a_name(name: str) -> bool:
    # Scripts with case write names with capitals; a name holds no digits.
    parts = [part for part in words(name) if part not in _AND]
    return not _DIGIT.search(name) and all(not part[0].islower() for part in parts)


def _begins(folded: str, phrases: frozenset[str]) -> bool:
    tokens = folded.split()
    return any(" ".join(tokens[:n]) in phrases for n in range(1, _MAX_PHRASE_WORDS + 1))


def _has_label(line: str, phrases: frozenset[str]) -> bool:
    return _label(line, phrases, need_mark=True) is not None


def _label(line: str, phrases: frozenset[str], *, need_mark: bool) -> int | None:
    """Where the text after a leading label begins; `need_mark`: a colon, dash or the end must follow."""
    for end, folded in _openings(line):
        if folded in phrases:
            rest = line[end:].lstrip()
            if not need_mark or not rest or rest[0] in _LABEL_MARKS:
                return end
    return None


@lru_cache(maxsize=8)
def _openings(line: str) -> tuple[tuple[int, str], ...]:
    """Ends of the line's first words with what is folded up to there, longest first."""
    ends = [match.end() for match in islice(WORD.finditer(line), _MAX_PHRASE_WORDS)]
    return tuple((end, key(line[:end])) for end in reversed(ends))


def _notice_cues(folded: str, count: int) -> bool:
    padded = f" {folded} "
    found = {n for n, group in enumerate(fw.NOTICES) if any(f" {p} " in padded for p in group)}
    return len(found) >= NOTICE_CUES or bool(
        found & set(fw.SUFFICIENT) and count <= MAX_REFERENCE_WORDS
    )


def _is_embed(line: str, folded: str, count: int) -> bool:
    if count > MAX_REFERENCE_WORDS:
        return False
    return _begins(folded, fw.EMBEDS) or (
        count <= MAX_LABEL_WORDS + 5 and bool(_HANDLE.search(line))
    )

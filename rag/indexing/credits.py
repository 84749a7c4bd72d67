"""Who wrote a story, for which outlet and when, as lines of its page tell."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.indexing import furniture_words as fw
from rag.indexing.lines import begins_with, count_words, ends_in_stop, key, label_end, words
from rag.text.dates import find_dates

_MAX_BYLINE_WORDS = 7
_MAX_NAME_WORDS = 4
_MAX_DATE_WORDS = 14
_MAX_CITY_WORDS = 4  # "PORTSEA, Northland, May 12 (Wire) -"
_STRAY = " :،,–—-_|/"
_SENTENCE_ENDS = (".", "?", "!", "؟", "…")
_PARTICLES = frozenset({"and", "et", "ve", "и", "de", "van", "von", "bin", "al", "el"})
_DASH = re.compile(r"\s+[_|–—/-]\s+")
_DIGIT = re.compile(r"\d")
_OPENING_AGENCY = re.compile(r"([^().:]{2,40})\(([^()]{2,30})\)\s*[-–—:]")
_CLOSING_AGENCY = re.compile(r"\(([^()]{2,30})\)")
_STAMP_WORDS = frozenset(word for phrase in fw.TIMESTAMPS for word in phrase.split())
_BESIDE_DATES = fw.LABELS | fw.GLUE | fw.TIME_WORDS | fw.SECTIONS | _STAMP_WORDS


class Dateline(NamedTuple):
    """What a "city – outlet" or "outlet – desk" line tells.

    `sure`: it can't be a headline; `outlet` is None where the line may as well name a person.
    """

    outlet: str | None
    sure: bool


def byline(line: str, *, marked: bool = False) -> str | None:
    """The author that a byline names, or None where the line is none.

    `marked`: a colon or dash must set the label off, as where the line might be a headline.
    """
    if ends_in_stop(line):
        return None
    end, limit = label_end(line, fw.MARKED_BYLINES), _MAX_BYLINE_WORDS
    if end is None and not marked:
        end, limit = label_end(line, fw.BYLINES, marked=False), 2 * _MAX_NAME_WORDS
    name = line[end:].strip(_STRAY) if end is not None else ""
    return name if 0 < count_words(name) <= limit and _looks_like_a_name(name) else None


def _looks_like_a_name(name: str) -> bool:
    # Scripts with case write names with capitals; a name holds no digits.
    parts = [part for part in words(name) if part not in _PARTICLES]
    return not _DIGIT.search(name) and not any(part[0].islower() for part in parts)


def dateline(line: str) -> Dateline | None:
    """What the line tells as a dateline, or None where it is none."""
    parts = [part.strip() for part in _DASH.split(line)]
    if len(parts) != 2 or line.endswith(_SENTENCE_ENDS) or _DIGIT.search(line):
        return None
    if not all(1 <= count_words(part) <= _MAX_NAME_WORDS for part in parts):
        return None
    first, second = parts
    if key(second) in fw.DESKS:
        return Dateline(first, sure=True)
    if key(first) in fw.DESKS:
        return Dateline(second, sure=True)
    tokens = key(second).split()
    is_named_so = any(token in fw.OUTLET_NOUNS for token in tokens)
    outlet = second if is_named_so or len(tokens) == 1 else None
    return Dateline(outlet, sure=is_named_so or " _ " in line)


def is_desk(line: str) -> bool:
    """Whether the line names a desk or "agencies" and nothing else."""
    return key(line) in fw.DESKS


def source_of(line: str) -> str | None:
    """The outlet named after "source:", or None."""
    end = label_end(line, fw.SOURCES)
    return None if end is None else line[end:].strip(_STRAY + ".") or None


def opening_agency(line: str) -> str | None:
    """The agency of a paragraph that opens with "City (Agency) -"."""
    match = _OPENING_AGENCY.match(line)
    if not match or not _is_agency_like(match[2]):
        return None
    city = words(match[1])
    is_city = len(city) <= _MAX_CITY_WORDS and not any(part[0].islower() for part in city)
    return match[2].strip() if is_city else None


def closing_agency(line: str) -> str | None:
    """The agency that a line of its own names in brackets."""
    match = _CLOSING_AGENCY.fullmatch(line.strip())
    return match[1].strip() if match and _is_agency_like(match[1]) else None


def _is_agency_like(name: str) -> bool:
    is_short = 1 <= count_words(name) <= _MAX_NAME_WORDS
    return is_short and not _DIGIT.search(name) and key(name) not in fw.END_MARKS


def is_date_line(line: str) -> bool:
    """Whether the line holds the date of a day and nothing but what stands beside dates."""
    if count_words(line) > _MAX_DATE_WORDS or ends_in_stop(line) or not _DIGIT.search(line):
        return False
    mentions = find_dates(line, None)
    if not any(m.certainty == "explicit" and m.first == m.last for m in mentions):
        return False
    for mention in reversed(mentions):
        line = f"{line[: mention.start]} {line[mention.end :]}"
    return all(token in _BESIDE_DATES or not token.isalpha() for token in key(line).split())


def is_stamp(line: str) -> bool:
    """Whether the line says when the page was published or updated, in so many words."""
    if not begins_with(key(line), fw.TIMESTAMPS) or not _DIGIT.search(line):
        return False
    has_label = label_end(line, fw.TIMESTAMPS) is not None and count_words(line) <= _MAX_DATE_WORDS
    return (has_label and not ends_in_stop(line)) or is_date_line(line)


def is_update(line: str) -> bool:
    """Whether a date's line tells of a later change rather than of publication."""
    return begins_with(key(line), fw.UPDATES)

"""Lines of a plain text: normalised, unwrapped, and told apart by their shape."""

from __future__ import annotations

import re
from functools import lru_cache, wraps
from itertools import islice, pairwise
from typing import TYPE_CHECKING, TypeVar

from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable, Set

_T = TypeVar("_T")

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"\n{3,}")

_CLOSERS = "\"'»”’)]}›“ \u00a0\u202f\u200e\u200f\u202c\u2069"
_STOPS = (".", "۔", "。", "।")
_ELLIPSES = ("..", "…")

_WRAP_WIDTHS = range(50, 101)  # the longest line of text that an editor or mailer wrapped
_MIN_WRAPPED_LINES = 3
_WRAPPED_SHARE = 0.9  # of the breaks; a list or a verse may stand among wrapped paragraphs

# Python's \w leaves out combining marks, Arabic vowel signs among them.
WORD = re.compile(r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")

_MAX_PHRASE_WORDS = 6
_RECENT_LINES, _COMMON_LENGTH = 512, 4000  # of the lines that functions remember; 4 MB at most
_MARK = re.compile(r"\s*(?::|/\s|[|»>…]|$)|\s+[–—-]\s")

PROSE_WORDS = 5  # a shorter line with a full stop may be a label or a name
LONG_WORDS = (
    21  # 95 % of Arabic and Russian news headlines are shorter; no line of prose is a headline
)


def normalise(text: str) -> str:
    r"""The text as it is stored; offsets refer to this.

    Line breaks become ``\n``; control characters and a byte-order mark go; trailing spaces go; more
    than one blank line becomes one. Letters stay as they are: no Unicode normalisation form is applied.
    """
    text = _CONTROLS.sub("", _BREAKS.sub("\n", text.removeprefix("\ufeff")))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", text).strip("\n")


def unwrap(text: str) -> str:
    """Joins the lines of paragraphs if the text was wrapped at a fixed width; other texts stay.

    Wrapped text shows by its breaks: the next line's first word would not have fitted on the line.
    """
    paragraphs = [paragraph.split("\n") for paragraph in text.split("\n\n")]
    long = [lines for lines in paragraphs if len(lines) >= _MIN_WRAPPED_LINES]
    width = max((len(line) for lines in long for line in lines), default=0)
    breaks = [_is_wrapped(a, b, width) for lines in long for a, b in pairwise(lines)]
    if width not in _WRAP_WIDTHS or sum(breaks) < _WRAPPED_SHARE * len(breaks):
        return text
    return "\n\n".join(_joined(lines, width) for lines in paragraphs)


def _is_wrapped(line: str, following: str, width: int) -> bool:
    first, _, _ = following.strip().partition(" ")
    return len(line) + 1 + len(first) > width


def _joined(lines: list[str], width: int) -> str:
    pieces = lines[:1]
    for before, line in pairwise(lines):
        wrapped = len(before) <= width and _is_wrapped(before, line, width)
        pieces += [" ", line.strip()] if wrapped else ["\n", line]
    return "".join(pieces)


def words(line: str) -> list[str]:
    """Runs of letters and digits with the marks on them."""
    return WORD.findall(line)


def _remembered(function: Callable[[str], _T]) -> Callable[[str], _T]:
    """Keeps results for the last lines of common length: every step of cleaning asks the same of them."""
    recent = lru_cache(maxsize=_RECENT_LINES)(function)

    @wraps(function)
    def remembering(line: str) -> _T:
        return recent(line) if len(line) <= _COMMON_LENGTH else function(line)

    return remembering


@_remembered
def count_words(line: str) -> int:
    """`len(words(line))`."""
    return len(words(line))


@_remembered
def key(line: str) -> str:
    """The folded words of the line, for comparing."""
    return " ".join(WORD.findall(fold_text(line)))


def ends_in_stop(line: str) -> bool:
    """Whether the line ends a sentence with a full stop (not an ellipsis), quotes aside."""
    bare = line.rstrip(_CLOSERS)
    return bare.endswith(_STOPS) and not bare.endswith(_ELLIPSES)


def ends_in_ellipsis(line: str) -> bool:
    """Whether the line breaks off or leads over to the next."""
    return line.rstrip(_CLOSERS).endswith(_ELLIPSES)


def is_prose(line: str) -> bool:
    """Whether the line's shape is that of a story paragraph rather than a headline or label."""
    count = count_words(line)
    if ends_in_ellipsis(line):
        return count >= 2 * LONG_WORDS  # shorter ones are teasers, cut off by the page
    return count >= LONG_WORDS or (count >= PROSE_WORDS and ends_in_stop(line))


def begins_with(folded: str, phrases: Set[str]) -> bool:
    """Whether a folded line begins with one of the folded phrases."""
    tokens = folded.split(" ", _MAX_PHRASE_WORDS)
    return any(" ".join(tokens[:n]) in phrases for n in range(1, _MAX_PHRASE_WORDS + 1))


def label_end(line: str, phrases: Set[str], *, marked: bool = True) -> int | None:
    """Where a leading phrase ends, or None; `marked`: a colon, a dash or the line's end must follow it."""
    for end, folded in _openings(line):
        if folded in phrases and (not marked or _MARK.match(line, end)):
            return end
    return None


@lru_cache(maxsize=8)
def _openings(line: str) -> tuple[tuple[int, str], ...]:
    """Ends of the line's first words with what is folded up to there, longest first."""
    ends = [match.end() for match in islice(WORD.finditer(line), _MAX_PHRASE_WORDS)]
    return tuple((end, key(line[:end])) for end in reversed(ends))

"""One form for all spellings of a text, with the way back to the original's offsets.

Folding goes character by character (NFKC, case, marks, look-alikes, digits, punctuation; see `_fold_once`) except for
three rules that look at neighbours: words split by tatweel and punctuation are closed up, `и` with a
combining breve is the letter `й`, and a run of white space is one space. `й` stays apart from `и`, as Russian
stemming needs it; `ё` becomes `е`, `ї` becomes `і`, and every Latin, Greek, Cyrillic, Arabic and Hebrew mark goes.
Marks of other scripts (Devanagari, kana) are letters there and stay.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARABIC_LETTERS = (  # for a regex class: letters and presentation forms; no marks, digits, tatweel
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u0870-\u0887\u08a0-\u08c8\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe80-\ufefc"
)
_JOINERS = (
    "\u0640\u200d"  # tatweel and zero-width joiner: both keep a letter's joined form before a dot
)
_INVISIBLE = (
    "\u0610-\u061a\u064b-\u065f\u0670\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
)
_SPLITTERS = (
    r".\-_*·•+~^=|/\\,،…‐-―@#$&"  # no quotes, colons or brackets: «الـ"بي بي سي"» is no split word
)
_FILL = rf"[{_JOINERS}{_INVISIBLE}]{{0,16}}"  # bounded, as is all below: a hostile text costs linear time
_SPLIT_WORD = re.compile(
    rf"(?<=[{ARABIC_LETTERS}{_INVISIBLE}])"
    rf"(?:[{_JOINERS}]{_FILL}(?:[{_SPLITTERS}]{_FILL}){{1,3}}"
    rf"|[{_SPLITTERS}][{_INVISIBLE}]{{0,4}}(?:[{_SPLITTERS}][{_INVISIBLE}]{{0,4}})?[{_JOINERS}]{_FILL})"
    rf"(?=[{ARABIC_LETTERS}])"
)
_STEM_BEFORE = re.compile(
    rf"([{ARABIC_LETTERS}]?)[{_INVISIBLE}]*[{ARABIC_LETTERS}][{_INVISIBLE}]*$"
)
_LAST_MARK = re.compile(rf"[^{_INVISIBLE}]")
_SHORT_I = re.compile("[иИ]\u0306")
_SPACES = re.compile("  +")

_LOOK_ALIKES = {
    "ا": "أإآٱٲٳٵ",
    "و": "ؤٶۄۅۆۇۈۉۊۋۏ",
    "ي": "ىئیېۍێےۓٸؠؽؾؿۑ",
    "ه": "ةہۂۀھەۃۿ",
    "ك": "کڪګڬڮ",
    "ف": "ڤڥڢڡ",
    "ق": "ڨڧ",
    "ن": "ںڹڻڼ",
    "-": "‐‑‒–—―−﹘﹣－⁃־",
    '"': "“”„‟«»‹›″〝〞〟＂״",
    "'": "‘’‚‛ʼʻʽʾʿʹ′‵`´＇׳ˈ",
    ",": "،、﹐﹑，٬",
    ".": "٫۔。",
    ";": "؛⁏",
    "?": "؟⸮",
    "%": "٪",
    "*": "٭",
    "/": "⁄∕؍",
    "(": "﴿",
    ")": "﴾",
    "ae": "æ",
    "oe": "œ",
    "o": "ø",
    "l": "ł",
    "d": "đð",
    "th": "þ",
    "i": "ı",
    "h": "ħ",
    "й": "Й",
}
_REPLACED = {variant: plain for plain, variants in _LOOK_ALIKES.items() for variant in variants}
_KEPT = frozenset("й")
_DROPPED_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u08ca-\u08ff\u180b-\u180d\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
_LONG = 300  # characters from which arrays are faster than str.translate
_LONGEST_CHAIN = (
    6  # decomposing, dropping and replacing settle after four rounds for all of Unicode 15
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, the `[start, end)` it came from in the original.

    `starts` and `ends` have shape (len(text),) and never decrease; characters of one ligature share theirs.
    """

    text: str
    starts: NDArray[np.int32] = field(repr=False, compare=False)
    ends: NDArray[np.int32] = field(repr=False, compare=False)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest span of the original that holds all characters behind `text[start:end]`.

        An empty span maps to an empty one before the character at `start` (at the end: after the last one).

        Raises:
            IndexError: not `0 <= start <= end <= len(text)`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(
                f"span {start}:{end} is not inside a folded text of {len(self.text)} characters"
            )
        if start < end:
            return int(self.starts[start]), int(self.ends[end - 1])
        if start < len(self.text):
            return (int(self.starts[start]),) * 2
        return (int(self.ends[-1]) if self.text else 0,) * 2


def fold_text(text: str) -> str:
    """The folded form of any string, lone surrogates and NUL included; folding it again changes nothing."""
    return _one_space(_translated(_prepared(text)))


def fold(text: str) -> Folded:
    """`fold_text(text)` with the map back to the original."""
    prepared = _prepared(text)
    folded = _translated(prepared)
    starts = np.repeat(np.arange(len(text), dtype=np.int32), _lengths(_code_points(prepared)))
    if "  " in folded:
        spaces = _code_points(folded) == ord(" ")
        repeated = np.zeros(len(folded), dtype=bool)
        repeated[1:] = spaces[1:] & spaces[:-1]
        folded, starts = _one_space(folded), starts[~repeated]
    ends = starts + 1
    if "\u0306" in text:
        ends[np.isin(starts, [m.start() for m in _SHORT_I.finditer(text)])] += 1
    return Folded(folded, starts, ends)


def close_split_words(text: str) -> str:
    """`text` with tatweel instead of the marks that split an Arabic word («إطـ.ـلاق»); the length stays.

    The shape decides: up to three marks between Arabic letters, touching a tatweel or joiner. Where the mark
    touches the next letter directly, the part before it has two letters at least, so that abbreviations with
    a tatweel («هـ.ش», «1441هـ.») and sentence ends stay.
    """
    if "\u0640" not in text and "\u200d" not in text:
        return text
    return _SPLIT_WORD.sub(_closed_up, text)


def _closed_up(run: re.Match[str]) -> str:
    before = _STEM_BEFORE.search(run.string, max(0, run.start() - 12), run.start())
    if before is None:
        return run.group()
    joined_after = _LAST_MARK.findall(run.group())[-1] in _JOINERS
    return "\u0640" * len(run.group()) if joined_after or before.group(1) else run.group()


def _prepared(text: str) -> str:
    """`text` after the rules that look at neighbours, but for spaces; the length stays."""
    text = close_split_words(text)
    return _SHORT_I.sub("й\u0306", text) if "\u0306" in text else text


def _one_space(text: str) -> str:
    return _SPACES.sub(" ", text) if "  " in text else text


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _translated(text: str) -> str:
    """`text.translate(_TABLE)`; with arrays, five times as fast, where it is long and holds no ligature."""
    if len(text) < _LONG or text.isascii():
        return text.translate(_TABLE)
    points = _code_points(text)
    lengths = _lengths(points)
    if lengths.max() > 1:
        return text.translate(_TABLE)
    kept = points if lengths.min() == 1 else points[lengths == 1]
    return _SINGLES[kept].tobytes().decode("utf-32-le", "surrogatepass")


def _lengths(points: NDArray[np.uint32]) -> NDArray[np.int8]:
    """How many characters each code point folds to; those that fold to one are in `_SINGLES` afterwards."""
    lengths: NDArray[np.int8] = _LENGTHS[points]
    if lengths.size and lengths.min() < 0:
        for point in np.unique(points[lengths < 0]).tolist():
            folded = _TABLE[point]
            _SINGLES[point] = ord(folded) if len(folded) == 1 else 0
            _LENGTHS[point] = len(folded)  # last: another thread reads what it allows
        lengths = _LENGTHS[points]
    return lengths


class _FoldTable(dict[int, str]):
    """For str.translate: what a code point folds to, worked out when first met."""

    def __missing__(self, point: int) -> str:
        folded = chr(point)
        for _ in range(_LONGEST_CHAIN):
            again = "".join(map(_fold_once, folded))
            if again == folded:
                break
            folded = again
        self[point] = folded
        return folded


def _fold_once(character: str) -> str:
    if character in _REPLACED or character in _KEPT:
        return _REPLACED.get(character, character)
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"} or character == "\u0640" or _DROPPED_MARKS.match(character):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character).casefold())
    unmarked = unicodedata.normalize("NFC", _DROPPED_MARKS.sub("", parts))
    return "" if unmarked == " " else unmarked  # a space left over: the spacing form of a mark


_TABLE = _FoldTable()
_LENGTHS: NDArray[np.int8] = np.full(0x110000, -1, dtype=np.int8)
_SINGLES: NDArray[np.uint32] = np.zeros(0x110000, dtype="<u4")  # zeros take no memory until written

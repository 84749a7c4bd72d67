"""Sentences of a text as spans, by the shape of what stands around each full stop.

A newline always ends a sentence; the Arabic comma and semicolon never do. Lists of abbreviations hold closed
classes alone (titles, units, references); initials and dotted abbreviations are told by shape.
"""

from __future__ import annotations

import re
from functools import cache

from rag.text.analysis import function_words
from rag.text.folding import ARABIC_LETTERS, close_split_words, fold_text

LIMIT = 600  # characters; a longer sentence is cut at a weaker mark

_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_QUOTES = "\"'«»“”„‘’‹›"
_NO_BREAK = "\xa0\u202f\u2009"  # French sets one before », others after an abbreviation or ordinal
_MARK = re.compile(
    rf"(?<![.!?؟…۔])(?P<marks>[.!?؟…۔]++)(?:[{_NO_BREAK}][»”]|[{_QUOTES})\]}}\u200f\u200e]|\[\d{{1,3}}\])*+(?=\s|$)"
    rf"|(?<=[{ARABIC_LETTERS}]{{3}})\.(?=[{ARABIC_LETTERS}]{{3}})"  # no space after the full stop
    r"|؟(?=\w)|[。！？]+[」』”）]*"
)
_NEXT_WORD = re.compile(rf"[\s{_QUOTES}(\[{{–—\-•*¿¡\u200e\u200f]*([.…]|\w*(?:-\w+)*)")
_LAST_TOKEN = re.compile(rf"[^\s{_QUOTES}(\[{{]*$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,3}")  # U.S  z.B  т.е  ج.م.ع
_SPACED_DOTTED = re.compile(r"(?:^|\s)[^\W\d_]\.$")  # before the «э» of «н. э.»
_DOUBLED = re.compile(r"([A-Z])\1")  # EE. UU.
# Letters of the languages that write ordinals as «3.»
_ORDINAL_LETTERS = re.compile("[äößåøæğışčřžőű]", re.IGNORECASE)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BEFORE_NAMES = _set(
    "dr mr mrs ms messrs prof st ste gen gens sen sens rep reps gov govs capt cpt col lt sgt cpl maj cmdr adm hon "
    "rev fr pres supt insp det ed eds mt ft approx mme mlle mm sr sra srta dra ud uds sig dott avv ing hr frl bzw "
    "ggf evtl sog vgl alb av cad sok mah bkz doc yrd ул пер пл просп им проф акад св тов см ср вул дж англ нем "
    "лат греч исп"
)
_BEFORE_NUMBERS = _set(
    "no nos nr num p pp fig figs vol vols sec ch art ca cf abs bd tel рис табл стр гл ст ум род ок тел jan feb "
    "mar apr jun jul aug sep sept oct nov dec"
)
_OFTEN_LAST = _set("jr inc ltd co corp dept est etc al esq bros usw vb cia vs")
_ORDINAL_DIGITS = 2
# Characters read before a full stop, and around it to tell the language
_LOOK_BACK, _LOOK_AROUND = 40, 1000
# In the order in which they are cut at
_WEAK_MARKS = (r"[؛;:](?=\s)", r"[،,](?=\s)", r"\s[-–—](?=\s)")


def split_sentences(text: str, limit: int | None = LIMIT) -> list[tuple[int, int]]:
    """Spans of the sentences, in order, without the white space around them; none is empty or crosses a newline.

    Every character that is no white space is in exactly one span. Closing quotes and brackets belong to the
    sentence before. Sentences over `limit` characters are cut further by `split_long`; None: they are not.
    """
    closed = close_split_words(text)
    spans = []
    for line in _LINE.finditer(closed):
        start = line.start()
        for end in [*_sentence_ends(closed, start, line.end()), line.end()]:
            spans += _stripped(text, start, end)
            start = end
    return spans if limit is None else split_long(text, spans, limit)


def split_long(
    text: str, spans: list[tuple[int, int]], limit: int = LIMIT
) -> list[tuple[int, int]]:
    """The spans, those over `limit` characters cut at the weaker mark nearest to their middle, again and again.

    Weaker marks are semicolon and colon, then comma, then a dash between spaces; a stronger kind is preferred where
    it leaves neither part under a quarter. A span without any is left whole.
    """
    short: list[tuple[int, int]] = []
    for start, end in spans:
        cut = _weak_cut(text, start, end) if end - start > limit else None
        if cut is None:
            short.append((start, end))
        else:
            parts = _stripped(text, start, cut) + _stripped(text, cut, end)
            short += split_long(text, parts, limit)
    return short


def _sentence_ends(text: str, start: int, end: int) -> list[int]:
    return [mark.end() for mark in _MARK.finditer(text, start, end) if _is_end(text, start, mark)]


def _stripped(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span without white space at its ends, in a list; an empty list when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [(start, end)] if start < end else []


def _weak_cut(text: str, start: int, end: int) -> int | None:
    middle, quarter = (start + end) // 2, (end - start) // 4
    kinds = [[m.end() for m in re.finditer(kind, text[start:end])] for kind in _WEAK_MARKS]
    for near in (quarter, end - start):
        for cuts in kinds:
            found = [start + cut for cut in cuts if abs(start + cut - middle) <= near]
            if found:
                return min(found, key=lambda cut: abs(cut - middle))
    return None


def _is_end(text: str, line_start: int, mark: re.Match[str]) -> bool:
    marks = mark["marks"]
    if marks is None:
        return True
    following = _NEXT_WORD.match(text, mark.end(), mark.endpos)
    word = following.group(1) if following else ""
    if word[:1].islower() or word[:1] in {".", "…"} or text[mark.start() - 1 : mark.start()] == "(":
        return False
    if marks == ".":
        return not _is_abbreviated(text, line_start, mark.start(), word)
    # Without capitals two or three dots are a pause
    return not set(marks) <= {".", "…"} or word[:1].isupper()


def _is_abbreviated(text: str, line_start: int, stop: int, next_word: str) -> bool:
    """Whether the full stop at `stop` belongs to a number or an abbreviation that goes on with `next_word`."""
    token_at = _LAST_TOKEN.search(text, max(line_start, stop - _LOOK_BACK), stop)
    token = token_at.group() if token_at else ""
    before = text[max(line_start, stop - len(token) - _LOOK_BACK) : stop - len(token)].rstrip()
    if token.isdecimal():
        return not before or _is_ordinal(text, token, stop, next_word)
    if token.isalpha() and (len(token) == 1 or _DOUBLED.fullmatch(token)):
        return _is_initial(token, before, next_word)
    name = fold_text(token)
    if name in _OFTEN_LAST or _DOTTED.fullmatch(token):
        return not _opens_sentence(next_word)
    if before[-1:].isdecimal():  # a unit
        return False
    return name in _BEFORE_NAMES or (name in _BEFORE_NUMBERS and next_word[:1].isdecimal())


def _is_ordinal(text: str, number: str, stop: int, next_word: str) -> bool:
    if text[stop + 1 : stop + 2] in _NO_BREAK and len(text) > stop + 1:
        return True
    around = text[max(0, stop - _LOOK_AROUND) : stop + _LOOK_AROUND]
    return (
        len(number) <= _ORDINAL_DIGITS
        and bool(_ORDINAL_LETTERS.search(around))
        and not _opens_sentence(next_word)
    )


def _is_initial(letter: str, before: str, next_word: str) -> bool:
    if before[-1:].isdecimal():  # «2020 م.», «1990 г.», «5 m.»
        return letter.islower() and next_word[:1].isdecimal()
    if letter.islower() and _SPACED_DOTTED.search(before):
        return False
    if letter.isascii() and next_word > "\u0590":
        return False
    return not (letter.lower() != letter.upper() and _opens_sentence(next_word))


def _opens_sentence(word: str) -> bool:
    """Whether a word is the end of the text or a capitalised function word, which no abbreviation governs."""
    first, _, joined = word.partition("-")
    if joined[:1].isupper():  # «M. El-Khazen»
        return False
    return not word or (first[1:].islower() and fold_text(first) in _openers())


@cache
def _openers() -> frozenset[str]:
    return frozenset().union(*map(function_words, ("en", "de", "fr", "es", "it", "tr", "ru", "uk")))

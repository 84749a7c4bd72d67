"""Bytes of a file to text: Unicode first, then the Windows code pages that old news archives use.

Nothing is replaced silently: bytes that no rule explains are refused.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from rag.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODE_PAGES = ["cp1256", "cp1251", "cp1252", "cp1254"]  # Arabic, Cyrillic, Western, Turkish
_REMEDY = "save it as UTF-8"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MAX_CONTROLS = 0.01  # of all characters; texts copied off pages hold stray ones
_FEW_CONTROLS = 3  # which a short text may hold too
_MIN_WHOLE = (
    0.3  # characters whole in UTF-8 for each fault; letters of code pages hardly ever look so
)
_WORD = re.compile(r"[^\W\d_]+")
_ICELANDIC = re.compile(r"[ðþýÐÞÝ]")  # where Turkish has ğ ş ı Ğ Ş İ
_USUAL_SIGNS = frozenset(
    "“”„‘’‚«»–—…•·،؛؟ـ€£©®™°№%\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u200c\u200d\u200e\u200f"
)
_MAX_ODD = 0.1  # of the characters beyond ASCII; UTF-8 read as a code page has a third and more
_MAX_MIXED = 0.05  # of the words with letters beyond ASCII


def decode(data: bytes) -> str:
    """The text in `data`, without a byte-order mark.

    UTF-8, anything with a byte-order mark, else one of four Windows code pages: charset-normalizer
    ranks them, and the first one is taken that makes plausible words.

    Raises:
        ArticleError: the content is binary, or in an encoding that can't be told.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if b"\0" in data:
        raise ArticleError(f"holds binary data, expected text; {_REMEDY} or remove it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(data, error.start)
        text = _from_code_page(data)
    if len(_CONTROLS.findall(text)) > max(_FEW_CONTROLS, _MAX_CONTROLS * len(text)):
        raise ArticleError(f"holds binary data, expected text; {_REMEDY} or remove it")
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"is marked as {encoding} but breaks its rules at byte {error.start}; {_REMEDY}"
        ) from error


def _refuse_broken_utf8(data: bytes, at: int) -> None:
    """A code page explains any bytes: text that is UTF-8 but for a few faults would come out garbled."""
    text = data.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    whole = sum(c > "\x7f" for c in text) - faults
    if whole > _MIN_WHOLE * faults:
        raise ArticleError(
            f"breaks the rules of UTF-8 at byte {at}, expected one encoding throughout; {_REMEDY}"
        )


def _from_code_page(data: bytes) -> str:
    ranked = from_bytes(data, cp_isolation=_CODE_PAGES, preemptive_behaviour=False)
    for encoding in dict.fromkeys([*(match.encoding for match in ranked), *_CODE_PAGES]):
        text = _decoded(data, encoding)
        if text is not None and _is_plausible(text):
            return text
    raise ArticleError(f"is in an unknown encoding, expected UTF-8; {_REMEDY}")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        # The two pages differ in six letters; with one of them and no æ, the text is Turkish.
        if encoding == "cp1252" and _ICELANDIC.search(text) and "æ" not in text.lower():
            return data.decode("cp1254")
    except UnicodeDecodeError:
        return None
    return text


def _is_plausible(text: str) -> bool:
    """Whether letters beyond ASCII keep to one script in a word, and few odd signs stand among them."""
    foreign = [c for c in text if c > "\x7f"]
    odd = sum(not (c.isalpha() or c.isspace() or c in _USUAL_SIGNS) for c in foreign)
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    mixed = sum(len({_script(c) for c in word}) > 1 for word in words)
    return odd <= _MAX_ODD * len(foreign) and mixed <= _MAX_MIXED * len(words)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ", 1)[0]

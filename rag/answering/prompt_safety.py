"""Untrusted text made fit for a prompt: one line, nothing hidden, nothing that could pass for structure.

Only the copy shown to a model is changed; quotations are checked against the original.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# The prompt's own marks are `<...>` lines and `[n]`; so are models' control tokens (<|im_end|>,
# <start_of_turn>, [INST]), which a server reads as such wherever they stand. Without these four
# characters none can be written. Tokenizers fold compatibility forms to ASCII, so these go as well.
_MARKS = str.maketrans(
    "<>[]＜＞［］﹤﹥❮❯⟨⟩〈〉【】〔〕⟦⟧﹇﹈",
    "‹›()‹›()‹›‹›‹›‹›()()()()",
)
_RULE = re.compile(r"([=\-#`~*_|+^])\1{2,}")  # lines of signs that frame a text: ===, ---, ```
_SWITCH = re.compile(r"/(?=(?:no_?)?think\b)", re.IGNORECASE)  # Qwen's in-text switches of thinking

_ZWNJ = "\u200c"
_STRAY_ZWNJ = re.compile(f"(?<![\u0620-\u06ff]){_ZWNJ}|{_ZWNJ}(?![\u0620-\u06ff])")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})
_SEEN_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2"
)  # Arabic signs with a glyph
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

_FENCE_BYTES = 8


def as_data(text: str, limit: int | None = None) -> str:
    """`text` as one line of harmless, visible characters; at most the first `limit` of them are read.

    HTML comments, controls, bidirectional and zero-width characters are dropped (the Persian
    zero-width non-joiner stays between Arabic letters, where it is spelling); angle and square
    brackets become other brackets.
    """
    shown = "".join(filter(_is_seen, text[:limit]))
    shown = _STRAY_ZWNJ.sub("", _BLANKS.sub("", shown))
    shown = _without_comments(shown).translate(_MARKS)
    shown = _SWITCH.sub("/ ", _RULE.sub(r"\1", shown))
    return " ".join(shown.split())


def new_fence(texts: Iterable[str]) -> str:
    """A random token for the fences of one request that occurs in none of `texts`."""
    known = "\n".join(texts)
    while (fence := secrets.token_hex(_FENCE_BYTES)) in known:
        pass
    return fence


def _without_comments(text: str) -> str:
    """Linear in the text, unlike a lazy pattern over many openings that nothing closes."""
    kept, place = [], 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[place:start])
        place = end + 3
    return " ".join([*kept, text[place:]])


def _is_seen(character: str) -> bool:
    if character.isspace() or character == _ZWNJ or character in _SEEN_FORMATS:
        return True
    return unicodedata.category(character) not in _HIDDEN_CATEGORIES

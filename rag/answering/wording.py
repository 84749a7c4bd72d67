"""A question in the words and spelling of written language, for the models; it is shown and matched as typed.

The embedding model and the reader learnt from edited text. A question in dialect, without its hamzas or in
Eastern digits is further from the passage that answers it than the same question written out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670])*")  # with its marks

# Written word: what the dialects say for it. Question words, relatives, negations and demonstratives only.
_DIALECTS = {
    "من": "مين منو منهو شكون",
    "ماذا": "شو ايش شنو شنوه شنوة وش اش آش اشنو",
    "أين": "وين فين وينه",
    "متى": "امتى ايمتى إيمتى إمتى وقتاش فوقاش شوقت",
    "لماذا": "ليش ليه علاش علاه لاش",
    "كم": "قديش اديش قداش شحال بقداش",
    "كيف": "شلون كيفاش ازاي إزاي",
    "الذي": "اللي يلي",
    "ليس": "مش مو موش ماشي",
    "هذا": "هاد هاذا هيدا ده",
    "هذه": "هاي هادي هيدي دي",
    "الآن": "هلق هلأ دلوقتي دابا توا",
    "أيضا": "كمان برضه برضو حتا",
}
_WRITTEN = {
    fold_text(said): word for word, all_said in _DIALECTS.items() for said in all_said.split()
}


def written(question: str, language: str) -> str:
    """The question with digits of one kind and, in Arabic, written forms of the dialects' function words."""
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in question)
    if language != "ar":
        return digits
    return _WORD.sub(_as_written, digits)


def _as_written(match: re.Match[str]) -> str:
    folded = fold_text(match.group())
    if folded in _WRITTEN:
        return _WRITTEN[folded]
    joined, rest = folded[:1], folded[1:]
    return f"{joined}{_WRITTEN[rest]}" if joined == "و" and rest in _WRITTEN else match.group()


def spelt_as(question: str, texts: Iterable[str]) -> str:
    """The question with each word that the texts spell otherwise ("كاس" for "كأس") spelt as they mostly do."""
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    spellings: dict[str, str] = {}
    for word, _ in reversed(counts.most_common()):
        spellings[fold_text(word)] = word
    return _WORD.sub(
        lambda m: (
            m.group() if m.group() in counts else spellings.get(fold_text(m.group()), m.group())
        ),
        question,
    )

"""Does a passage in another script spell the names of the question? There no word matches by its letters."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from rag.text.folding import fold_text
from rag.text.names import name_keys, same_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.answering.understand import Query

_SHORTEST = 3  # letters; shorter words spell too much alike
_LEAST = 0.8  # of `same_name`, as where sentences are weighed (`evidence`)
_MOST_WORDS = 600  # of a passage; bounds a hostile one
_CACHED = 2048  # passages
_WORD = re.compile(rf"[^\W\d_]{{{_SHORTEST},}}")


def names_asked(query: Query) -> tuple[str, ...]:
    """Words that the question capitalises inside a sentence; none in scripts without capitals."""
    text = query.topic
    return tuple(
        text[word.start : word.end]
        for word in query.content
        if word.start and word.end - word.start >= _SHORTEST and text[word.start].isupper()
    )


def share_spelt(names: Sequence[str], text: str) -> float:
    """The share of the names that the text spells, in whatever script; 0 where there are no names."""
    if not names:
        return 0.0
    spellings = _spellings(text)
    return sum(_is_spelt(name, spellings) for name in names) / len(names)


def _is_spelt(name: str, spellings: Mapping[str, Sequence[str]]) -> bool:
    return any(
        same_name(name, other) >= _LEAST
        for key in name_keys(name)
        for other in spellings.get(key, ())
    )


@lru_cache(_CACHED)
def _spellings(text: str) -> Mapping[str, Sequence[str]]:
    """Key -> words of the text that have it, folded."""
    found: dict[str, list[str]] = {}
    distinct = dict.fromkeys(match.group() for match in _WORD.finditer(fold_text(text)))
    for word in islice(distinct, _MOST_WORDS):
        for key in name_keys(word):
            found.setdefault(key, []).append(word)
    return found

"""A sentence of one source read for comparing it with another's: what it counts, when, of what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.answering.disagree_words import counting, estimates, reporting
from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.numbers import numbers

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from rag.records import Article, DateMention
    from rag.text.analysis import Word

_CACHED = 2048
_BESIDE_REPORT = (
    2  # content words next to a reporting word that belong to it ("the governor's office said")
)
_BEFORE_NUMBER, _BEHIND_THING = (
    3,
    2,
)  # words among which an estimate's word stands ("40 cars at least")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an article, `article.text[start:end]`, and the story that the article is a copy of."""

    article: Article
    start: int
    end: int
    story: str

    @property
    def text(self) -> str:
        """The sentence as the article has it."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Count:
    """A number with the stem of what is counted and the stems beside the two; offsets in the sentence."""

    value: Decimal
    thing: str
    beside: frozenset[str]
    is_exact: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Telling:
    """`said` has the content words in order, without numbers, dates and what belongs to reporting or counting."""

    text: str
    said: tuple[Word, ...]
    counts: tuple[Count, ...]
    dates: tuple[DateMention, ...]
    names: frozenset[str]  # capitalised words inside the sentence, folded

    @property
    def stems(self) -> frozenset[str]:
        """Stems of `said`."""
        return frozenset(word.stem for word in self.said)


def read_telling(told: Told) -> Telling:
    """Read a sentence; readings are cached."""
    return _read(told.text, told.article.language or "", told.article.published)


@lru_cache(_CACHED)
def _read(text: str, language: str, published: date | None) -> Telling:
    dates = find_dates(text, anchor=published, language=language)
    every = words(text, language)
    in_dates = [w for w in every if any(d.start <= w.start < d.end for d in dates)]
    found = [
        n for n in numbers(text) if not any(d.start < n.end and n.start < d.end for d in dates)
    ]
    spans = [(n.start, n.end) for n in found]
    plain = [w for w in every if w not in in_dates]
    told = _without_reports(plain, spans, language)
    idle = counting(language)
    said = [w for w in told if w.is_content and w.stem not in idle and not _inside(w, spans)]
    counts = [
        _count(n.value, (n.start, n.end), plain, said, language)
        for n in found
        if not _is_range(text, n.start, n.end)
    ]
    names = frozenset(w.text for w in said if w is not every[0] and text[w.start].isupper())
    return Telling(text, tuple(said), tuple(c for c in counts if c), tuple(dates), names)


def _inside(word: Word, spans: list[tuple[int, int]]) -> bool:
    return any(start <= word.start < end or start < word.end <= end for start, end in spans)


def _is_range(text: str, start: int, end: int) -> bool:
    """Whether the number is part of a score or range ("2-1", "5–7", "3:0") or a share of a hundred."""
    after, before = text[end : end + 2].lstrip(), text[max(0, start - 2) : start].rstrip()
    return after[:1] in set("-–—:/%٪") or before[-1:] in set("-–—:/")


def _without_reports(plain: list[Word], spans: list[tuple[int, int]], language: str) -> list[Word]:
    """The words but those of reporting and the content words next to them, up to a number."""
    cues = reporting(language)
    content = [w for w in plain if w.is_content or w.stem in cues]
    gone: set[int] = set()
    for place, word in enumerate(content):
        if word.stem not in cues:
            continue
        gone.add(word.start)
        for side in (content[place + 1 :], content[:place][::-1]):
            for near in side[:_BESIDE_REPORT]:
                if _inside(near, spans):
                    break
                gone.add(near.start)
    return [w for w in plain if w.start not in gone]


def _count(
    value: Decimal,
    span: tuple[int, int],
    plain: list[Word],
    said: list[Word],
    language: str,
) -> Count | None:
    """None where no noun follows the number at once."""
    start, end = span
    after = [w for w in plain if w.start >= end]
    before = [w for w in plain if w.end <= start]
    if not after or not after[0].is_content or after[0].stem[0].isdecimal():
        return None
    thing = after[0]
    near = [w for w in said if w.end <= start][-1:] + [w for w in said if w.start > thing.start][:1]
    hedges = estimates(language)
    around = before[-_BEFORE_NUMBER:] + after[1 : 1 + _BEHIND_THING]
    is_exact = not any(w.stem in hedges for w in around)
    return Count(value, thing.stem, frozenset(w.stem for w in near), is_exact, start, end)

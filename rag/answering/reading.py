"""What is read off a passage once: its words, and which of them are numbers, dates and names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.language import dominant_script
from rag.text.names import name_keys, same_name
from rag.text.numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.records import Article, Chunk
    from rag.text.analysis import Word

_CACHED_CHUNKS = 2048
_SHORTEST_NAME = 3  # letters; shorter words spell too much alike
_NAME_WORDS = 64  # distinct words of a sentence that are compared as names; bounds a hostile one


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """Stems of a sentence; `counts`, `dates` and `names` are those of numbers, in dates, and capitalised."""

    text: str
    stems: frozenset[str]
    counts: frozenset[str]
    dates: frozenset[str]
    names: frozenset[str]
    length: int  # words
    spelt: tuple[str, ...]  # distinct words as written that may be compared as names


@dataclass(frozen=True, slots=True)
class ChunkReading:
    """A chunk's sentences in order, and its article's title."""

    script: str
    title: SentenceReading
    sentences: tuple[SentenceReading, ...]


@lru_cache(_CACHED_CHUNKS)
def read_chunk(chunk: Chunk, article: Article) -> ChunkReading:
    """Read a chunk and its article's title."""
    sentences = tuple(
        read_sentence(article.text[s.start : s.end], article.language) for s in chunk.sentences
    )
    return ChunkReading(
        dominant_script(chunk.text), read_sentence(article.title, article.language), sentences
    )


def read_sentence(text: str, language: str | None) -> SentenceReading:
    """Read one sentence."""
    read = words(text, language)
    dates = [(m.start, m.end) for m in find_dates(text, language=language)]
    counts = [(n.start, n.end) for n in numbers(text)]
    in_dates = {w.stem for w in read if any(s <= w.start < e for s, e in dates)}
    in_counts = {w.stem for w in read if any(s <= w.start < e for s, e in counts)} - in_dates
    names = {w.stem for w in read[1:] if text[w.start].isupper()}
    stems = frozenset(w.stem for w in read)
    return SentenceReading(
        text,
        stems,
        frozenset(in_counts),
        frozenset(in_dates),
        frozenset(names),
        len(read),
        _spelt(text, read),
    )


def _spelt(text: str, read: Sequence[Word]) -> tuple[str, ...]:
    long = (text[w.start : w.end] for w in read if w.end - w.start >= _SHORTEST_NAME)
    return tuple(islice(dict.fromkeys(long), _NAME_WORDS))


def names_word(question: str, word: Word, reading: SentenceReading, least: float) -> bool:
    """Whether the sentence spells the question's `word` as a name, in whatever script.

    `least` is the least `same_name`: it trades spellings found against words confused.
    """
    asked = question[word.start : word.end]
    if word.end - word.start < _SHORTEST_NAME:
        return False
    spelt = _spellings(reading.spelt)
    return any(
        same_name(asked, other) >= least for key in name_keys(asked) for other in spelt.get(key, ())
    )


@lru_cache(_CACHED_CHUNKS)
def _spellings(spelt: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Key -> words that have it."""
    found: dict[str, list[str]] = defaultdict(list)
    for original in spelt:
        for key in name_keys(original):
            found[key].append(original)
    return {key: tuple(values) for key, values in found.items()}

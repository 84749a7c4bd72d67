"""Why a passage was found: what each leg made of it, and which dates, names and words of it match the question."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rag.answering.evidence import CROSS_SCRIPT_NAME, SAME_SCRIPT_NAME
from rag.answering.time_fit import event_times, fits
from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.language import dominant_script
from rag.text.names import name_keys, same_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.answering.understand import Query
    from rag.records import Article, DateMention, Passage
    from rag.text.analysis import Word

_SHORTEST_NAME = 3  # letters
PUBLISHED, BEFORE, HERE = "published", "before", "here"


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A time that fits the question's.

    `where`: "here" named in the passage, "before" named earlier in the paragraph, "published" the
    article's own date, shown where no time named fits; then `text` is empty. `start` and `end`
    are offsets in the article's text.
    """

    text: str
    first: str | None
    last: str | None
    where: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the question and how the passage, or its title, writes it. `likeness` is in [0, 1]."""

    asked: str
    found: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """`legs`: score by leg, "fused" the one that ranks. `words` match by stem, `names` as spellings of a name.

    A word that matches by stem is a name where the question writes it with a capital inside the sentence.
    """

    legs: dict[str, float]
    dates: tuple[DateMatch, ...]
    names: tuple[WordMatch, ...]
    words: tuple[WordMatch, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        shown = asdict(self)
        shown["legs"] = {leg: round(score, 4) for leg, score in self.legs.items()}
        return shown


def explain(query: Query, passage: Passage) -> Explanation:
    """Why the passage was found for the query."""
    article = passage.article
    mentions = find_dates(article.text, anchor=article.published, language=article.language)
    dates = tuple(dict.fromkeys(_dates(query, passage, mentions)))
    named = tuple(match for match in dates if match.where != PUBLISHED)
    names, by_stem = _word_matches(query, passage)
    return Explanation(
        {**passage.legs, "fused": passage.score},
        named or dates,
        tuple(names),
        tuple(by_stem),
    )


def asked(query: Query) -> dict[str, Any]:
    """What was understood of the question: its time, towns and words of content."""
    time = query.time
    return {
        "language": query.language,
        "kind": query.kind,
        "time": None if time is None else {"first": _iso(time.first), "last": _iso(time.last)},
        "towns": [town.name for town in query.towns],
        "words": [query.topic[word.start : word.end] for word in query.content],
    }


def _dates(query: Query, passage: Passage, mentions: Sequence[DateMention]) -> Iterator[DateMatch]:
    """The times by which sentences of the passage are taken to be about the question's time."""
    time, article, chunk = query.time, passage.article, passage.chunk
    if time is None:
        return
    for sentence in chunk.sentences:
        if not fits(time, article, mentions, sentence.start, sentence.end):
            continue
        times = event_times(article, mentions, sentence.start, sentence.end)
        times += [m for m in mentions if m.is_open and sentence.start <= m.start < sentence.end]
        fitting = [m for m in times if time.overlaps(m.first, m.last)]
        yield from (_named(article, m, chunk.start) for m in fitting)
        if not times and article.published is not None:
            day = article.published.isoformat()
            yield DateMatch("", day, day, PUBLISHED)


def _named(article: Article, mention: DateMention, chunk_start: int) -> DateMatch:
    return DateMatch(
        article.text[mention.start : mention.end],
        _iso(mention.first),
        _iso(mention.last),
        HERE if mention.start >= chunk_start else BEFORE,
        mention.start,
        mention.end,
    )


def _word_matches(query: Query, passage: Passage) -> tuple[list[WordMatch], list[WordMatch]]:
    """Matches as names, and by stem; the first of each word."""
    article = passage.article
    text = f"{article.title}\n{passage.chunk.text}"
    held = words(text, article.language)
    by_stem = {word.stem: word for word in reversed(held)}
    least = CROSS_SCRIPT_NAME
    if dominant_script(passage.chunk.text) == query.script:
        least = SAME_SCRIPT_NAME
    names: list[WordMatch] = []
    plain: list[WordMatch] = []
    for word in query.content:
        own = query.topic[word.start : word.end]
        if word.stem in by_stem:
            same = by_stem[word.stem]
            found = names if word.start and own[:1].isupper() else plain
            found.append(WordMatch(own, text[same.start : same.end], 1.0))
        else:
            names += _spelt(own, text, held, least)
    return names, plain


def _spelt(own: str, text: str, held: Sequence[Word], least: float) -> list[WordMatch]:
    """The word most like `own` as a name, if any is like enough."""
    keys = name_keys(own) if len(own) >= _SHORTEST_NAME else frozenset()
    spellings = dict.fromkeys(text[w.start : w.end] for w in held)
    alike = [
        (same_name(own, other), other)
        for other in spellings
        if len(other) >= _SHORTEST_NAME and keys & name_keys(other)
    ]
    likeness, best = max(alike, default=(0.0, ""))
    return [WordMatch(own, best, round(likeness, 2))] if likeness >= least else []


def _iso(day: object) -> str | None:
    return None if day is None else str(day)

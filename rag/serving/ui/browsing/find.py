"""Which articles a corpus page shows, in which order, and where the words searched for stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag.text.analysis import words
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rag.records import DateMention, Passage, TimeRange
    from rag.serving.ui.browsing.library import Card, Shelf
    from rag.serving.ui.browsing.query import BrowseQuery

ENTRIES = 20  # shown on a page
PASSAGES = 100  # asked of the store's search
MOST_NEAR = 5  # articles shown that are close in meaning alone
_AROUND = 110  # characters of a snippet on each side


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of an article: `text[start:end]` is what was searched for, empty when it is not there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One story: its articles that fit (more than one when outlets share it), and a snippet of the first."""

    cards: tuple[Card, ...]
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`entries` hold what fits, `near` what only a search by meaning brought. `articles` counts the former."""

    entries: tuple[Entry, ...] = ()
    near: tuple[Entry, ...] = ()
    articles: int = 0

    @property
    def pages(self) -> int:
        """Number of pages; at least one."""
        return max(1, -(-len(self.entries) // ENTRIES))

    def page(self, number: int) -> tuple[Entry, ...]:
        """The entries of a page; the last page where there is no such page."""
        number = min(number, self.pages)
        return self.entries[(number - 1) * ENTRIES : number * ENTRIES]


def allowed(shelf: Shelf, query: BrowseQuery) -> list[Card]:
    """The articles that fit every limit but the search, in the shelf's order."""
    return [card for card in shelf.cards if _fits(card, query, shelf)]


def find(shelf: Shelf, query: BrowseQuery, search: Callable[[], Iterable[Passage]]) -> Found:
    """What the query asks for. `search` brings passages for its text, best first; called only if it has one."""
    cards = allowed(shelf, query)
    if not query.text:
        return _found(_sorted(cards, query.sort), {}, ())
    named = _titled(cards, query.text)
    permitted = {card.article.id: card for card in cards}
    snippets: dict[str, Snippet] = {}
    literal: dict[str, Card] = {card.article.id: card for card in named}
    near: dict[str, Card] = {}
    for passage in search():
        card = permitted.get(passage.article.id)
        if card is None or passage.article.id in near:
            continue
        if passage.article.id not in literal:
            kept = literal if _holds(passage, query.text) else near
            kept[passage.article.id] = card
        if passage.article.id not in snippets:
            snippets[passage.article.id] = snippet_of(passage, query.text)
    return _found(_sorted(literal.values(), query.sort), snippets, list(near.values())[:MOST_NEAR])


def snippet_of(passage: Passage, text: str) -> Snippet:
    """The passage around the first word searched for; its beginning where there is none."""
    language = passage.article.language
    stems = {word.stem for word in words(text, language) if word.is_content} or {
        word.stem for word in words(text, language)
    }
    whole = passage.chunk.text
    at = next((w for w in words(whole, language) if w.stem in stems), None)
    start, end = (at.start, at.end) if at else (0, 0)
    first = _gap_before(whole, max(0, start - _AROUND))
    last = _gap_after(whole, min(len(whole), end + _AROUND))
    shown = f"{'… ' if first else ''}{whole[first:last]}{' …' if last < len(whole) else ''}"
    shift = first - (2 if first else 0)
    return Snippet(shown, start - shift, end - shift)


def _fits(card: Card, query: BrowseQuery, shelf: Shelf) -> bool:
    article = card.article
    day = article.published
    if query.outlets and article.source not in query.outlets:
        return False
    if query.languages and article.language not in query.languages:
        return False
    if (query.undated and day is not None) or (day is None and (query.since or query.until)):
        return False
    if (query.since and day and day < query.since) or (query.until and day and day > query.until):
        return False
    return query.named is None or mentions_within(shelf.mentions.get(article.id, ()), query.named)


def mentions_within(mentions: Sequence[DateMention], time: TimeRange) -> bool:
    """Whether a mentioned time lies in `time`; one that only passes through it (a century) does not count."""
    return any(
        (time.first is None or first >= time.first) and (time.last is None or last <= time.last)
        for first, last in map(span_of, mentions)
        if first and last
    )


def span_of(mention: DateMention) -> tuple[date | None, date | None]:
    """First and last day of a mention; an open one stands for the year of the day it names."""
    if mention.first and mention.last:
        return mention.first, mention.last
    known = mention.first or mention.last
    return (date(known.year, 1, 1), date(known.year, 12, 31)) if known else (None, None)


def _titled(cards: Iterable[Card], text: str) -> list[Card]:
    """Articles whose title or outlet holds every word, spelt in whatever way folding makes one."""
    wanted = fold_text(text).split()
    return [card for card in cards if wanted and all(word in card.folded for word in wanted)]


def _holds(passage: Passage, text: str) -> bool:
    """Whether title and text of the passage's article hold each content word, by stem."""
    language = passage.article.language
    asked = words(text, language)
    stems = {word.stem for word in asked if word.is_content} or {word.stem for word in asked}
    told = {word.stem for word in words(passage.article.title, language)}
    told |= {word.stem for word in words(passage.article.text, language)}
    return bool(stems) and stems <= told


def _sorted(cards: Iterable[Card], sort: str) -> list[Card]:
    if sort == "title":
        return sorted(cards, key=lambda card: (not card.folded, card.folded))
    if sort == "longest":
        return sorted(cards, key=lambda card: -card.words)
    if sort in ("newest", "oldest"):
        sign = -1 if sort == "newest" else 1

        def age(card: Card) -> tuple[bool, int]:
            day = card.article.published
            return day is None, sign * day.toordinal() if day else 0

        return sorted(cards, key=age)
    return list(cards)


def _found(cards: list[Card], snippets: dict[str, Snippet], near: Sequence[Card]) -> Found:
    entries = tuple(_entries(cards, snippets))
    return Found(entries, tuple(_entries(near, snippets)), len(cards))


def _entries(cards: Sequence[Card], snippets: dict[str, Snippet]) -> Iterable[Entry]:
    """One entry a story, at the place of its first article."""
    told: dict[str, list[Card]] = {}
    for card in cards:
        told.setdefault(card.story, []).append(card)
    for members in told.values():
        yield Entry(tuple(members), snippets.get(members[0].article.id))


def _gap_before(text: str, place: int) -> int:
    return place if place == 0 else text.find(" ", place, place + 20) + 1 or place


def _gap_after(text: str, place: int) -> int:
    gap = text.rfind(" ", max(0, place - 20), place)
    return place if place == len(text) or gap < 0 else gap

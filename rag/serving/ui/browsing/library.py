"""What the corpus pages need of the articles, kept between requests: all but the texts."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.records import Article, DateMention
    from rag.serving.protocol import Assistant


@dataclass(frozen=True, slots=True)
class Card:
    """One article without its text (`article.text` is empty). `folded` is title and outlet, folded."""

    article: Article
    words: int
    folded: str
    story: str


@dataclass(frozen=True)
class Shelf:
    """The articles of one state of the index: newest first, undated last."""

    generation: str
    cards: tuple[Card, ...]
    mentions: dict[str, tuple[DateMention, ...]] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Card]:
        """Article id -> card."""
        return {card.article.id: card for card in self.cards}

    @cached_property
    def stories(self) -> dict[str, tuple[Card, ...]]:
        """Story id -> its articles, for stories of more than one."""
        found: dict[str, list[Card]] = defaultdict(list)
        for card in self.cards:
            found[card.story].append(card)
        return {story: tuple(cards) for story, cards in found.items() if len(cards) > 1}

    def others(self, article_id: str) -> tuple[Card, ...]:
        """Other reports of the same story; empty where the index has none, or no such article."""
        card = self.by_id.get(article_id)
        told = self.stories.get(card.story, ()) if card else ()
        return tuple(other for other in told if other.article.id != article_id)

    @property
    def outlets(self) -> list[tuple[str, int]]:
        """Known outlets with their number of articles, in alphabetical order."""
        return _counted(card.article.source for card in self.cards)

    @property
    def languages(self) -> list[tuple[str, int]]:
        """Codes of known languages with their number of articles."""
        return _counted(card.article.language for card in self.cards)


class Library:
    """The shelf of the index in force; read anew when that changes. Several threads may ask at once."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None

    def shelf(self) -> Shelf:
        """The articles as they are now.

        Raises:
            ShawahidError: the index can't be read.
        """
        with self._lock:
            generation = self._assistant.generation
            if self._shelf is None or self._shelf.generation != generation:
                self._shelf = make_shelf(
                    generation,
                    self._assistant.articles(),
                    self._assistant.stories(),
                    self._assistant.mentions(),
                )
            return self._shelf


def make_shelf(
    generation: str,
    articles: Sequence[Article],
    stories: dict[str, str],
    mentions: dict[str, tuple[DateMention, ...]],
) -> Shelf:
    """The shelf of these articles, in their order."""
    cards = tuple(
        Card(
            replace(article, text=""),
            len(article.text.split()),
            fold_text(f"{article.title} {article.source or ''}"),
            stories.get(article.id, article.id),
        )
        for article in articles
    )
    return Shelf(generation, cards, mentions)


def _counted(names: Iterable[str | None]) -> list[tuple[str, int]]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        if name:
            counts[name] += 1
    return sorted(counts.items())

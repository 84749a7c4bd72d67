"""What one epoch shows a reader: read once when the epoch is taken up, never changed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rag.store.milvus import facts
from rag.store.milvus.collections import language_is
from rag.store.milvus.lexical import Lexical
from rag.store.milvus.library import Library
from rag.store.milvus.rows import dead_articles, in_force
from rag.store.milvus.texts import as_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.store.milvus.connection import Connection
    from rag.store.milvus.record import Record

# Replicas may lag behind by the server's bound (5 s by default): where there are several, reads wait for what
# was written before until an epoch is this old; later they take what is at hand, some 200 ms sooner.
_SETTLES_S = 10.0
_KEPT_FREQUENCIES = 100_000


class View:
    """One epoch: its collections, what of their rows counts, and what is small enough to be kept."""

    def __init__(self, connection: Connection, prefix: str, record: Record) -> None:
        self.record = record
        self.own = record.collections(prefix)
        self._until = 0.0
        with ThreadPoolExecutor(len(self.own)) as threads:
            lagging = any(threads.map(lambda one: _caught_up(connection, one), self.own))
        if lagging:
            self._until = time.monotonic() + _SETTLES_S
        self.facts = facts.Facts(connection, self.own.facts, record.epoch)
        level = self.level
        self.alive = in_force(record, dead_articles(self.facts, record, level))
        told = self.facts.all(facts.STORY, record.next["facts"], level)
        self.stories = {name: story for name, story in told.items() if story}
        languages = [name for name in record.languages if name]
        kept = self.facts.values(facts.BACKGROUND, languages, level)
        self.backgrounds = {name: as_numbers(text, "<f4") for name, text in kept.items()}
        self.lexical = Lexical(
            connection, self.own.chunks, record.next["chunks"], full_text=connection.has_full_text()
        )
        self.library = Library(connection, self)
        self._frequencies: dict[str, int] = {}

    @property
    def level(self) -> str:
        """Consistency that reads need now."""
        return "Strong" if time.monotonic() < self._until else "Bounded"

    def within(self, *expressions: str) -> str:
        """The rows in force for which all the expressions hold."""
        return " and ".join([self.alive, *(part for part in expressions if part)])

    def of_languages(self, filters: str) -> dict[str, str]:
        """Language -> expression for the rows in force that are in it and pass the filters."""
        return {name: self.within(filters, language_is(name)) for name in self.record.languages}

    def frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """How many chunks hold each stem."""
        kept = self._frequencies
        known = {stem: kept[stem] for stem in dict.fromkeys(stems) if stem in kept}
        missing = [stem for stem in dict.fromkeys(stems) if stem not in known]
        if missing:
            found = self.facts.values(facts.FREQUENCY, missing, self.level)
            known |= {stem: int(found.get(stem, 0)) for stem in missing}
            room = len(kept) < _KEPT_FREQUENCIES
            self._frequencies = kept | known if room else known
        return known


def _caught_up(connection: Connection, collection: str) -> bool:
    """Load a collection and see its present state once; whether other replicas may still lag behind."""
    connection.load(collection)
    connection.count(collection, "born > 0", "Strong")
    return connection.has_replicas(collection)

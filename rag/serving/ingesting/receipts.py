"""What the desk tells of a batch: one item an article or refused file, and the steps on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal["added", "changed", "unchanged", "removed", "refused"]
Stage = Literal["fetching", "reading", "waiting", "embedding", "opening"]
Kind = Literal["add", "remove", "undo"]
# Why a file is refused: no reader takes it; its article is there with other content; it is over a limit;
# or the corpus can't lose or hold it.
Fault = Literal["unreadable", "conflict", "limit", "impossible"]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch is: `done` of `total` (None: not known) in that stage.

    fetching: addresses; reading: files given, then files of the corpus; waiting: for another batch or
    sync to end; embedding: texts; opening: the new index.
    """

    stage: Stage
    done: int = 0
    total: int | None = None


Tell = Callable[[Step], None]  # called from the thread that works; what it raises ends the batch


@dataclass(frozen=True, slots=True)
class Removed:
    """Lines that are not in the article, for one reason. `lines` has the first ones, `count` counts all."""

    reason: str
    count: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one article, or of a file or address that gave none.

    `name` is the file's name or the address as it was given, `file` the one in the corpus, relative to it.
    `published` is a day as YYYY-MM-DD. `paragraphs` and `characters` count what was kept. `reason` says in
    one line why it was refused and what to do, `notes` what was passed over in an article that was taken.
    """

    name: str
    outcome: Outcome
    article_id: str | None = None
    title: str = ""
    published: str | None = None
    published_origin: str = "unknown"
    source: str | None = None
    language: str | None = None
    file: str | None = None
    paragraphs: int = 0
    characters: int = 0
    removed: tuple[Removed, ...] = ()
    notes: tuple[str, ...] = ()
    fault: Fault | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A batch that is done. `batch` is what `Desk.undo` takes; None where nothing changed.

    `articles` counts those of the index afterwards.
    """

    kind: Kind
    batch: str | None
    items: tuple[Item, ...]
    articles: int
    seconds: float

    @property
    def took(self) -> int:
        """How many articles were added, changed or removed."""
        return sum(item.outcome in ("added", "changed", "removed") for item in self.items)

    @property
    def refused(self) -> int:
        """How many files or articles were refused."""
        return sum(item.outcome == "refused" for item in self.items)

    def to_dict(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "kind": self.kind,
            "batch": self.batch,
            "items": [asdict(item) for item in self.items],
            "articles": self.articles,
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that can still be undone. `created` is its moment in UTC, ISO 8601; `titles` the first few."""

    batch: str
    kind: Kind
    created: str
    files: int
    titles: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As the API gives it."""
        return asdict(self)

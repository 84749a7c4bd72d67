"""What a sync has to do: the corpus as it is read, compared with what the index knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rag.errors import ArticleError
from rag.indexing.readers import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.records import Article


class Progress(Protocol):
    """What a caller shows while a sync runs."""

    def reading(self, done: int, total: int) -> None:
        """`done` of `total` files have been read."""
        ...

    def embedding(self, done: int) -> None:
        """`done` more texts have been embedded."""
        ...


@dataclass(slots=True)
class SyncSummary:
    """What a sync did, in articles.

    `refused` has (file, reason) of each file that could not be read; `notes` tells of what was passed
    over in files that were, and of articles found to be copies of one story.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    rebuilt: bool = False
    counts: dict[str, int] = field(default_factory=dict)


class Plan:
    """Compares what is read with what the index knows."""

    def __init__(self, known: dict[str, tuple[str, str]], summary: SyncSummary) -> None:
        self._known = known
        self._summary = summary
        self.seen: dict[str, str] = {}  # article id -> file
        self.moved: list[tuple[str, str]] = []  # unchanged articles now in another file
        self._broken: set[str] = set()

    def changes(
        self, files: list[Path], corpus: Path, progress: Progress | None
    ) -> Iterator[tuple[Article, str]]:
        """New and changed articles with the file each came from."""
        for number, path in enumerate(files, 1):
            name = path.relative_to(corpus).as_posix()
            for article in self._read(path, corpus, name):
                if article.id in self.seen:
                    taken = f"article id {article.id!r} is taken by {self.seen[article.id]}; give it another id"
                    self._summary.refused.append((name, taken))
                    continue
                self.seen[article.id] = name
                if self._note(article, name):
                    yield article, name
            if progress:
                progress.reading(number, len(files))

    def _read(self, path: Path, corpus: Path, name: str) -> list[Article]:
        try:
            result = read_file(path, corpus)
        except ArticleError as error:
            self._refuse(name, str(error))
            return []
        for where, reason in result.refused:
            self._refuse(where, reason)
            self._broken.add(name)
        self._summary.notes += [(name, note) for note in result.notes]
        return list(result.articles)

    def _refuse(self, name: str, reason: str) -> None:
        self._summary.refused.append((name, reason))
        self._broken.add(name)

    def _note(self, article: Article, name: str) -> bool:
        before = self._known.get(article.id)
        if before is None:
            self._summary.added += 1
        elif before[0] != article.digest:
            self._summary.changed += 1
        else:
            self._summary.unchanged += 1
            if before[1] != name:
                self.moved.append((article.id, name))
            return False
        return True

    def gone(self) -> list[str]:
        """Articles no longer in the corpus; those of files that became unreadable stay."""
        missing = [
            i
            for i, (_, file) in self._known.items()
            if i not in self.seen and file not in self._broken
        ]
        self._summary.removed = len(missing)
        self._summary.unchanged += len(self._known.keys() - self.seen.keys()) - len(missing)
        return missing

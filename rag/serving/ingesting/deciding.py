"""What a batch changes in the corpus: decided against what the index knows, before anything is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rag.errors import ArticleError, UnknownArticleError
from rag.indexing.metadata import read_metadata
from rag.serving.ingesting.placing import Kept
from rag.serving.ingesting.receipts import Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.records import Article
    from rag.serving.ingesting.reading import Given

    State = dict[str, tuple[str, str]]  # article id -> (digest, file), as the index has it


@dataclass(slots=True)
class Decision:
    """Files to write or to remove (None), relative to the corpus, and what is told of each article."""

    changes: dict[str, Kept | None] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    expected: dict[str, str] = field(default_factory=dict)  # article id -> digest afterwards


class Decider:
    """Takes files one by one; no file of the corpus is lost unless it is to be replaced.

    `state` is what the index knows of the files that are there.
    """

    def __init__(self, corpus: Path, state: State) -> None:
        self._corpus = corpus
        # A file that a person took away is about to leave the index too.
        present = {file: (corpus / file).is_file() for _, file in state.values()}
        self.state = {i: (d, f) for i, (d, f) in state.items() if present[f]}
        self.decision = Decision()

    def take(self, given: Given, *, replace: bool) -> None:
        """Decide about one file."""
        ids = [article.id for article in given.articles]
        if not ids or all(map(self.is_known, given.articles)):
            self.decision.items += given.told("unchanged")
            return
        reason = self._conflict(given, ids, replace=replace)
        if reason:
            self.decision.items += given.refused("conflict", reason)
            return
        old = self._owners(ids)
        for file in old - {given.file}:
            self.decision.changes[file] = None
        self.put(given, is_new=not old)

    def put(self, given: Given, *, is_new: bool) -> None:
        """Write the file, whatever stands there now."""
        self.decision.changes[given.file] = Kept(given.data)
        self.decision.items += given.told("added" if is_new else "changed")
        self.decision.expected |= {article.id: article.digest for article in given.articles}

    def is_known(self, article: Article) -> bool:
        """Whether the index has the article as it is."""
        return self.state.get(article.id, ("", ""))[0] == article.digest

    def is_free(self, article_id: str, file: str) -> bool:
        """Whether neither the id nor the file's name is taken, in the corpus or in this batch."""
        taken = article_id in self.state or article_id in self.decision.expected
        return not (taken or file in self.decision.changes or (self._corpus / file).exists())

    def _owners(self, ids: Iterable[str]) -> set[str]:
        return {self.state[i][1] for i in ids if i in self.state}

    def _conflict(self, given: Given, ids: list[str], *, replace: bool) -> str:
        """Why the file can't be taken; "" where it can."""
        twice = next((i for i in ids if i in self.decision.expected), None)
        if twice is not None or given.file in self.decision.changes:
            return f"another file of this batch is article {twice or ids[0]!r} too; give one of them another id"
        owners = self._owners(ids)
        if not owners and not (self._corpus / given.file).exists():
            return ""
        if not replace:
            known = next((i for i in ids if i in self.state), None)
            if known is None:
                return f"the corpus has a file {given.file}; give yours another name, or ask to replace it"
            return (
                f"article {known!r} is in the corpus with other content ({self.state[known][1]}); "
                "give yours another id or name, or ask to replace it"
            )
        return self._irreplaceable(owners | {given.file}, set(ids))

    def _irreplaceable(self, files: set[str], ids: set[str]) -> str:
        for file in sorted(files):
            if (self._corpus / file).is_symlink():
                return f"{file} is a link; change the file that it leads to"
            lost = [i for i, (_, f) in self.state.items() if f == file and i not in ids]
            if lost:
                return f"{file} also holds article {lost[0]!r}, which would be lost; change that file by hand"
        return ""

    def remove(self, article_id: str, known: Article | None) -> None:
        """Take one article out of the corpus.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        if article_id not in self.state:
            raise UnknownArticleError(
                f"there is no article {article_id[:200]!r}; `GET /api/v1/articles` lists those there are"
            )
        file = self.state[article_id][1]
        path, title = self._corpus / file, known.title if known else ""
        reason = ""
        left = None
        if len(self.state) == 1:
            reason = "it is the last one, and an index needs one; add another first"
        elif path.is_symlink():
            reason = f"{file} is a link; remove the file that it leads to"
        elif path.suffix.lower() == ".jsonl":
            left, reason = _without(path, file, article_id)
        if reason:
            item = Item(article_id, "refused", article_id, title, fault="impossible", reason=reason)
            self.decision.items.append(item)
            return
        self.decision.changes[file] = left
        self.decision.items.append(Item(article_id, "removed", article_id, title, file=file))


def _without(path: Path, file: str, article_id: str) -> tuple[Kept | None, str]:
    """The file of many articles without one (None: nothing is left), or why that can't be.

    The line stays, empty, since articles without an id are named by their line's number.
    """
    stem = PurePosixPath(file).with_suffix("").as_posix()
    lines = path.read_bytes().split(b"\n")
    kept = [
        b"" if _id_of(line, f"{stem}-{number}") == article_id else line
        for number, line in enumerate(lines, 1)
    ]
    if kept == lines:
        return None, f"its line in {file} can't be told; remove it there by hand"
    return (Kept(b"\n".join(kept)) if any(line.strip() for line in kept) else None), ""


def _id_of(line: bytes, default: str) -> str | None:
    try:
        values = json.loads(line.decode("utf-8-sig"))
        return (read_metadata(values).id or default) if isinstance(values, dict) else None
    except (ValueError, RecursionError, ArticleError):
        return None

"""A corpus that changes as people change theirs: articles come, go, are rewritten and moved."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from rag.indexing.readers import iter_files, read_file

if TYPE_CHECKING:
    from pathlib import Path

    from rag.records import Article

_CHARACTERS = 1200  # of an article, at most: what counts is their number
_CHANGES = 4  # at most, from one state to the next
_SENTENCES = (
    "The council of {} voted again on the {}th day, with {} votes in favour.",
    "قال المجلس إن {} عضوًا حضروا الجلسة رقم {}، وبلغت الكلفة {} مليونًا.",
    "Совет города {} собрался {} раз и выделил {} миллионов рублей.",
    "Le conseil a examiné {} dossiers en {} jours et retenu {} projets.",
)


class ChangingCorpus:
    """Articles made from those of `material`, in `folder`; the seed decides all changes."""

    def __init__(self, folder: Path, material: Path, articles: int, seed: int) -> None:
        self.folder = folder
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        found = [a for path in iter_files(material) for a in read_file(path, material).articles]
        self._material = found
        self._least, self._most = articles // 2, articles * 3 // 2
        self._next = 0
        self._kept: dict[tuple[str, bytes], tuple[Article, ...]] = {}  # what files were read as
        folder.mkdir(parents=True)
        for _ in range(articles):
            self._add()

    def change(self) -> None:
        """The next state: one to four changes."""
        for _ in range(self._random.randint(1, _CHANGES)):
            files = sorted(self.folder.rglob("*.md"))
            kinds = ["rewrite", "rewrite", "move"]
            kinds += ["remove"] if len(files) > self._least else []
            kinds += ["add"] if len(files) < self._most else []
            self._do(self._random.choice(kinds), self._random.choice(files))

    def _do(self, kind: str, path: Path) -> None:
        if kind == "add":
            self._add()
        elif kind == "remove":
            path.unlink()
        elif kind == "move":
            self._move(path)
        else:
            self._rewrite(path)

    def state(self) -> dict[str, str]:
        """Digest by article id, read from the files as they are."""
        return {article.id: article.digest for article in self.articles()}

    def articles(self) -> list[Article]:
        """All articles, read from the files as they are."""
        return [a for path in iter_files(self.folder) for a in self._read(path)]

    def _read(self, path: Path) -> tuple[Article, ...]:
        key = (path.relative_to(self.folder).as_posix(), path.read_bytes())
        if key not in self._kept:
            self._kept[key] = read_file(path, self.folder).articles
        return self._kept[key]

    def _add(self) -> None:
        article = self._random.choice(self._material)
        self._next += 1
        head = (
            f"---\nid: a{self._next}\ntitle: {article.title!r}\nlanguage: {article.language}\n---\n"
        )
        story = article.text[:_CHARACTERS].rpartition("\n")[0] or article.text[:_CHARACTERS]
        text = f"{head}\n{story}\n\n{self._sentence()}\n"
        (self.folder / f"a{self._next}.md").write_text(text, "utf-8")

    def _rewrite(self, path: Path) -> None:
        text = path.read_text("utf-8").rstrip("\n")
        path.write_text(f"{text}\n\n{self._sentence()}\n", "utf-8")

    def _move(self, path: Path) -> None:
        target = self.folder / self._random.choice("xyz") / path.name
        target.parent.mkdir(exist_ok=True)
        path.rename(target)

    def _sentence(self) -> str:
        numbers = (self._random.randint(2, 9000) for _ in range(3))
        return self._random.choice(_SENTENCES).format(*numbers)

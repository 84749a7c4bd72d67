"""Copies of one story, found over all articles' signatures as the local store finds them.

The signatures (some 700 bytes an article) are read at each sync that changes articles.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from rag.store.schema import SCHEMA
from rag.store.stories import Stories

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Signed = tuple[int, str, NDArray[np.uint32]]  # key, id and signature of an article


class Grouping:
    """The stories before a sync, and what it changes."""

    def __init__(self, former: dict[str, str]) -> None:
        self._former = former
        self._db = sqlite3.connect(":memory:")
        self._db.executescript(SCHEMA)
        self._stories = Stories(self._db)

    def settle(
        self, before: Iterable[Signed], gone: Iterable[int], new: Iterable[Signed]
    ) -> list[tuple[str, ...]]:
        """Group anew; ids of each story that got one of the `new` articles, in order."""
        for key, article_id, signature in before:
            self._note(key, article_id)
            self._stories.restore(key, signature, self._former.get(article_id))
        for key in gone:
            self._stories.forget(key)
            self._db.execute("DELETE FROM articles WHERE key = ?", (key,))
        for key, article_id, signature in new:
            self._note(key, article_id)
            self._stories.sign(key, signature)
        return self._stories.settle()

    def _note(self, key: int, article_id: str) -> None:
        self._db.execute(
            "INSERT INTO articles (key, id, digest, file, text, title, published_origin)"
            " VALUES (?,?,'','','','','')",
            (key, article_id),
        )

    def changed(self) -> dict[str, str]:
        """Article id -> story of those whose story is another than before; "" where it stands alone now."""
        now = self._stories.by_article()
        names = self._former.keys() | now.keys()
        return {
            name: now.get(name, "")
            for name in sorted(names)
            if now.get(name, "") != self._former.get(name, "")
        }

    def count(self) -> int:
        """Number of stories, lone articles included."""
        return self._stories.count()

    def close(self) -> None:
        """Forget it all."""
        self._db.close()

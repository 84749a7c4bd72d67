"""Several processes, on one machine or many, that embed one corpus into one store on a server.

Each reads the whole corpus and embeds the articles of its share; the first also removes what is gone, waits for
the others, and puts it all in force at once.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.embedding import open_embedder
from rag.errors import UsageError
from rag.indexing.adding import Adder
from rag.indexing.plan import Plan, Progress, SyncSummary
from rag.indexing.readers import iter_files
from rag.store.opening import open_milvus_shelf

if TYPE_CHECKING:
    from rag.embedding import Embedder
    from rag.settings import Settings

MOST_SHARES = 256
_WAIT_S = 600.0  # for the first to begin: it reads the corpus and the index before
_FORM = re.compile(r"(\d{1,3})/(\d{1,3})")


class Share(NamedTuple):
    """One of `of` shares, `number` counted from 1."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Share:
        """From "2/3".

        Raises:
            UsageError: it is no such thing.
        """
        found = _FORM.fullmatch(text)
        share = cls(int(found[1]), int(found[2])) if found else cls(0, 0)
        if not 1 <= share.number <= share.of <= MOST_SHARES:
            raise UsageError(
                f"--share is {text!r}, expected a number and how many there are, like 2/3 (at most {MOST_SHARES})"
            )
        return share

    def has(self, article_id: str) -> bool:
        """Whether an article is in this share: by its id, so that all machines agree."""
        digest = hashlib.blake2b(
            article_id.encode("utf-8", "surrogatepass"), digest_size=8
        ).digest()
        return int.from_bytes(digest, "little") % self.of == self.number - 1


def work_share(
    settings: Settings,
    share: Share,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    wait_s: float = _WAIT_S,
) -> SyncSummary:
    """Do a share that is not the first; `rag.indexing.sync.sync` does the first.

    The summary tells of this share's articles as added or changed; counts are those before.

    Raises:
        StoreError: nobody does the first share, or the server refuses.
        UsageError: the settings name a store that only one process can write.
    """
    files = iter_files(settings.corpus)
    shelf = open_milvus_shelf(settings.model_copy(update={"index_shares": share.of}))
    embedder = embedder or open_embedder(settings)
    builder, base, token = shelf.join(share.number - 1, wait_s)
    summary = SyncSummary(rebuilt=base is None)
    with Adder(shelf, base, settings, embedder, "", builder) as adder:
        plan = Plan(shelf.known(base), summary)
        for article, file in plan.changes(files, settings.corpus, progress):
            if share.has(article.id):
                adder.add(article, file, progress)
        adder.flush(progress)
        shelf.report(builder, share.number - 1, token)
    summary.counts = base.counts if base else {}
    return summary

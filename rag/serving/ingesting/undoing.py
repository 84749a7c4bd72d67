"""What undoing a batch does to the articles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.serving.ingesting.reading import item_of, read_given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rag.records import Article
    from rag.serving.ingesting.deciding import Decider
    from rag.serving.ingesting.placing import Kept
    from rag.serving.ingesting.receipts import Outcome


def put_back(
    inverse: Mapping[str, Kept | None],
    decider: Decider,
    known: Callable[[str], Article | None],
) -> None:
    """Take the changes that undo a batch; `known` gives an article of the index."""
    now = {i: (digest, file) for i, (digest, file) in decider.state.items() if file in inverse}
    decision = decider.decision
    for file, kept in inverse.items():
        decision.changes[file] = kept
        if kept is None:
            continue
        given = read_given(file, file, kept.data)
        for article, item in zip(given.articles, given.items, strict=False):
            digest, _ = now.pop(article.id, ("", ""))
            outcome: Outcome = "added"
            if digest:
                outcome = "unchanged" if digest == article.digest else "changed"
            decision.expected[article.id] = article.digest
            decision.items.append(replace(item, file=file, outcome=outcome))
    for article_id, (_, file) in now.items():
        gone = known(article_id)
        if gone is not None:
            decision.items.append(replace(item_of(file, gone), outcome="removed", file=file))

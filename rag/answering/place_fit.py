"""Does an article speak of the town that the question names? A meeting elsewhere is another meeting."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rag.text.places import PlaceIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.understand import Town
    from rag.records import Article

_CACHED_ARTICLES = (
    4096  # a few hundred candidates a question would push each other out of a smaller one
)


def missing_town(towns: Sequence[Town], article: Article) -> Town | None:
    """The first town that the article names in no script, if any."""
    if not towns:
        return None
    named = _index(f"{article.title}\n{article.text}", article.language)
    return next((town for town in towns if not named.holds(town.place)), None)


@lru_cache(_CACHED_ARTICLES)
def _index(text: str, language: str | None) -> PlaceIndex:
    return PlaceIndex.of(text, language)

"""Articles that come without a file: pasted, or fetched from an address. Their ids and files are chosen here."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import yaml

from rag.errors import UsageError
from rag.fetching.markdown import render, untouched_digest
from rag.fetching.shelf import name_of, url_key
from rag.serving.ingesting.names import name_of_title
from rag.serving.ingesting.reading import read_given

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rag.records import Article
    from rag.serving.ingesting.deciding import Decider
    from rag.serving.ingesting.reading import Given

_KEPT = (
    "a person wrote or changed {file}, which has this address; move it away to have it fetched anew"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Pasted:
    """A text with what its giver says of it."""

    title: str
    text: str
    published: date | None = None
    source: str | None = None
    language: str | None = None

    def to_bytes(self) -> bytes:
        """As a file of the corpus."""
        told = {"title": self.title, "published": self.published, "source": self.source}
        known = {k: v for k, v in (told | {"language": self.language}).items() if v}
        front = yaml.safe_dump(
            known, allow_unicode=True, sort_keys=False, default_flow_style=False, width=1 << 20
        )
        return f"---\n{front}---\n\n{self.text}\n".encode()


def put_pasted(pasted: Pasted, decider: Decider) -> None:
    """Take the text under an id that is free; the same text once more changes nothing."""
    if not pasted.text.strip():
        raise UsageError("the text is empty; paste the article's text")
    base, data = name_of_title(pasted.title), pasted.to_bytes()
    for number in count(1):
        key = base if number == 1 else f"{base}-{number}"
        given = read_given(pasted.title or key, f"{key}.txt", data)
        if not given.articles or decider.is_known(given.articles[0]):
            decider.take(given, replace=False)
            return
        if decider.is_free(key, given.file):
            decider.put(given, is_new=True)
            return


def put_fetched(
    name: str,
    article: Article,
    by_url: Mapping[str, tuple[str, str]],
    decider: Decider,
    corpus: Path,
) -> None:
    """Take a fetched article; `by_url` has (id, file) of those known, by `shelf.url_key`."""
    assert article.url is not None
    known = by_url.get(url_key(article.url))
    if known is None:
        decider.put(_named(name, article, decider), is_new=True)
        return
    key, file = known
    given = _read(name, file, dataclasses.replace(article, id=key))
    if not given.articles or decider.is_known(given.articles[0]):
        decider.take(given, replace=False)
    elif _is_untouched(corpus / file):
        decider.put(given, is_new=False)
    else:
        decider.decision.items += given.refused("conflict", _KEPT.format(file=file))


def _named(name: str, article: Article, decider: Decider) -> Given:
    base = name_of(str(article.url))
    for number in count(1):
        key = base if number == 1 else f"{base}-{number}"
        if decider.is_free(key, f"{key}.md"):
            return _read(name, f"{key}.md", dataclasses.replace(article, id=key))
    raise AssertionError


def _read(name: str, file: str, article: Article) -> Given:
    data = render(article, datetime.now(UTC)).encode("utf-8", "replace")
    return read_given(name, file, data)


def _is_untouched(path: Path) -> bool:
    return path.suffix == ".md" and untouched_digest(path.read_bytes()) is not None


def addresses(articles: list[Article], state: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """(id, file) of the articles that have an address, by `shelf.url_key`."""
    return {url_key(a.url): (a.id, state[a.id][1]) for a in articles if a.url and a.id in state}

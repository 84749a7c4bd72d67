"""The report on one file, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rag.embedding.counting import open_counter
from rag.errors import ArticleError, ModelError
from rag.indexing.clean import clean
from rag.indexing.readers import read_file
from rag.indexing.split import split_article
from rag.serving.inspecting.removal import removed_lines
from rag.serving.inspecting.sources import encoding_of, sources_of
from rag.text.dates import find_dates
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rag.records import Article
    from rag.serving.inspecting.sources import Source
    from rag.settings import Settings

    CountTokens = Callable[[Sequence[str]], list[int]]

_CHARACTERS_OF_A_TOKEN: Final = 4  # about what a token of news has, in the scripts that are read


def inspect(path: Path, settings: Settings) -> dict[str, Any]:
    """What is made of the file: encoding, refusals, notes, and its articles with all that is found in them.

    The index plays no part, and of the model only the tokenizer; where that can't be had, `tokens` of
    chunks are estimated and `tokens_by` says why.

    Raises:
        ArticleError: nothing of the file can be read; the message names it.
    """
    named, path, corpus = path, path.absolute(), settings.corpus.absolute()
    corpus = corpus if path.is_relative_to(corpus) else path.parent
    try:
        result = read_file(path, corpus)
        data = path.read_bytes()
        default_id = path.relative_to(corpus).with_suffix("").as_posix()
        sources = sources_of(data, path.suffix.lower(), default_id)
    except ArticleError as error:
        raise ArticleError(f"{named} {error}") from None
    count, counted_by = _counter(settings)
    return {
        "file": str(named),
        "encoding": encoding_of(data, path.suffix.lower()),
        "refused": [{"place": place, "reason": reason} for place, reason in result.refused],
        "notes": list(result.notes),
        "tokens_by": counted_by,
        "articles": [
            _article(article, sources.get(article.id), settings.chunk_tokens, count)
            for article in result.articles
        ],
    }


def _counter(settings: Settings) -> tuple[CountTokens, str]:
    try:
        return open_counter(settings), f"the tokenizer of {settings.embedding_model}"
    except ModelError as error:
        return _estimated, f"an estimate from characters, as {error}"


def _estimated(texts: Sequence[str]) -> list[int]:
    return [1 + len(text) // _CHARACTERS_OF_A_TOKEN for text in texts]


def _article(
    article: Article, source: Source | None, chunk_tokens: int, count: CountTokens
) -> dict[str, Any]:
    chunks = split_article(article, chunk_tokens, count)
    tokens = count([chunk.text for chunk in chunks])
    removed = _removed(article, source) if source else {}
    return {
        "id": article.id,
        "metadata": _metadata(article, source),
        "characters": len(article.text),
        "removed": [
            {"reason": reason, "count": len(lines), "lines": lines}
            for reason, lines in removed.items()
        ],
        "text": article.text,
        "dates": _dates(article),
        "sentences": [
            {"start": start, "end": end, "text": article.text[start:end]}
            for start, end in split_sentences(article.text)
        ],
        "chunks": [
            {
                "start": chunk.start,
                "end": chunk.end,
                "tokens": number,
                "sentences": len(chunk.sentences),
                "text": chunk.text,
            }
            for chunk, number in zip(chunks, tokens, strict=True)
        ],
    }


def _removed(article: Article, source: Source) -> dict[str, list[str]]:
    page = clean(source.text, title=source.meta.title or source.heading, gently=source.gently)
    return removed_lines(source, page) if page.text == article.text else {}


def _dates(article: Article) -> list[dict[str, Any]]:
    mentions = find_dates(article.text, anchor=article.published, language=article.language)
    return [
        {
            "text": article.text[mention.start : mention.end],
            "start": mention.start,
            "end": mention.end,
            "first": mention.first.isoformat() if mention.first else None,
            "last": mention.last.isoformat() if mention.last else None,
            "certainty": mention.certainty,
        }
        for mention in mentions
    ]


def _metadata(article: Article, source: Source | None) -> dict[str, dict[str, str | None]]:
    """Each particular and where it came from."""
    meta = source.meta if source else None
    told_by = source.told_by if source else "file"

    def told(name: str, otherwise: str) -> dict[str, str | None]:
        value = getattr(article, name)
        given = getattr(meta, name, None)
        origin = told_by if given and value == given else otherwise
        return {"value": value, "origin": origin if value else "unknown"}

    published = article.published.isoformat() if article.published else None
    return {
        "id": told("id", "file name"),
        "title": told("title", _title_origin(article, source)),
        "published": {"value": published, "origin": article.published_origin},
        "source": told("source", "text"),
        "author": told("author", "text"),
        "language": told("language", "detected"),
        "url": told("url", "unknown"),
    }


def _title_origin(article: Article, source: Source | None) -> str:
    if source is None:
        return "text"
    if source.heading and article.title == source.heading:
        return "heading"
    page = clean(source.text, title=source.meta.title or source.heading, gently=source.gently)
    return "beginning of the text" if page.title_is_derived else "headline in the text"

"""Text and metadata of a file to an `Article`: the one way that every format takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import ArticleError
from rag.indexing.clean import Cleaned, clean
from rag.indexing.credits import is_update
from rag.indexing.lines import normalise, words
from rag.indexing.metadata import Metadata, read_metadata
from rag.records import Article
from rag.text.dates import find_dates, title_or_dateline_date
from rag.text.language import detect_language

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from rag.indexing.draft import Draft

_HEAD_CHARACTERS = 5000  # where the day of a story is looked for


def build_article(
    text: str, meta: Metadata, default_id: str, *, heading: str = "", gently: bool
) -> Article:
    """The article of a text that people wrote into a file, with its front matter.

    Raises:
        ArticleError: there is no text, or half a character in it.
    """
    page = _cleaned(text, meta.title or heading, gently=gently)
    told = (meta.published, "front matter") if meta.published else _dated(page, page.stamps)
    language = meta.language or detect_language(page.text)
    return _article(page, meta, meta.id or default_id, told, language)


def build_from_draft(draft: Draft, default_id: str) -> tuple[Article, Metadata]:
    """The article of a parsed file, and its metadata as they were taken.

    Raises:
        ArticleError: there is no text, or half a character in it.
    """
    meta = read_metadata(draft.values)
    page = _cleaned(normalise(draft.text), meta.title, gently=draft.gently)
    stamps = (*page.stamps, *sorted(draft.stamps, key=is_update))
    told = (meta.published, "metadata") if meta.published else _dated(page, stamps)
    # Templates of sites and of Word often name another language than the text's.
    language = detect_language(page.text) or meta.language
    return _article(page, meta, default_id, told, language), meta


def _cleaned(text: str, title: str, *, gently: bool) -> Cleaned:
    if not words(text):
        raise ArticleError("holds no text; write the article into it or remove it")
    return clean(text, title=title, gently=gently)


def _article(
    page: Cleaned, meta: Metadata, key: str, told: tuple[date | None, str], language: str | None
) -> Article:
    article = Article(
        id=key,
        text=page.text,
        title=page.title,
        published=told[0],
        published_origin=told[1],
        source=meta.source or page.source,
        url=meta.url,
        language=language,
        author=meta.author or page.author,
    )
    _refuse_surrogates(article)
    return article


def _dated(page: Cleaned, stamps: Iterable[str]) -> tuple[date | None, str]:
    """The day of publication that the page tells of itself, and its origin."""
    for stamp in stamps:
        for mention in find_dates(stamp, None):
            if mention.certainty == "explicit" and mention.first and mention.first == mention.last:
                return mention.first, "text"
    told = title_or_dateline_date(f"{page.title}\n{page.text}"[:_HEAD_CHARACTERS])
    return (told.first, "text") if told else (None, "unknown")


def _refuse_surrogates(article: Article) -> None:
    shown = (article.id, article.text, article.title, article.source, article.author, article.url)
    try:
        "".join(part or "" for part in shown).encode("utf-8")
    except UnicodeEncodeError as error:
        broken = f"U+{ord(error.object[error.start]):04X}"
        raise ArticleError(f"holds half a character ({broken}); save it as UTF-8") from error

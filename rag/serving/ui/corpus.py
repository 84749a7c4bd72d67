"""What the page says about the articles it stands on: their number, filters, example questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.strings import language_name, long_date, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Article

EXAMPLES = 4
ISOLATED = "\u2068{}\u2069"  # a title keeps its direction inside the question, and the marks around it theirs
EXAMPLE_CHARACTERS = 90  # longer titles fill more than two lines of a chip


def examples(articles: Sequence[Article], language: str) -> list[dict[str, str]]:
    """Questions about a few articles spread over the corpus: by title and by day in turn; none without titles."""
    titled = list(
        {_title(article): article for article in articles if article.title.strip()}.values()
    )
    short = [article for article in titled if len(_title(article)) <= EXAMPLE_CHARACTERS]
    chosen = short if len(short) >= EXAMPLES else titled
    step = max(1, len(chosen) // EXAMPLES)
    questions = [
        _example(article, language, by_day=place % 2 == 1)
        for place, article in enumerate(chosen[::step][:EXAMPLES])
    ]
    return [{"text": question} for question in dict.fromkeys(questions)]


def _example(article: Article, language: str, *, by_day: bool) -> str:
    if by_day and article.published:
        return say(language, "follow_day", day=long_date(article.published, language))
    return about(cut(_title(article)), language)


def about(title: str, language: str) -> str:
    """A question about the article of that title."""
    return say(language, "example", title=ISOLATED.format(title))


def outlets(articles: Sequence[Article]) -> list[str]:
    """The known outlets, in alphabetical order."""
    return sorted({article.source for article in articles if article.source})


def languages(articles: Sequence[Article], language: str) -> list[tuple[str, str]]:
    """(name, code) of the articles' languages."""
    codes = {article.language for article in articles if article.language}
    return sorted((language_name(code, language), code) for code in codes)


def _title(article: Article) -> str:
    return " ".join(article.title.split())


def cut(title: str) -> str:
    """A title short enough for a chip, cut between words."""
    if len(title) <= EXAMPLE_CHARACTERS:
        return title
    return title[:EXAMPLE_CHARACTERS].rsplit(maxsplit=1)[0] + "…"

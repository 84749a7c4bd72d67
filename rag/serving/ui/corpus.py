"""What the page says about the articles it stands on: their number, filters, example questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.strings import language_name, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Article

EXAMPLES = 4
ISOLATED = "\u2068{}\u2069"  # a title keeps its direction inside the question, and the marks around it theirs
EXAMPLE_CHARACTERS = 90  # longer titles fill more than two lines of a chip


def examples(articles: Sequence[Article], language: str) -> list[dict[str, str]]:
    """Questions about a few articles spread over the corpus, by their titles; none without titles."""
    titles = list(dict.fromkeys(_title(article) for article in articles if article.title.strip()))
    short = [title for title in titles if len(title) <= EXAMPLE_CHARACTERS]
    chosen = short if len(short) >= EXAMPLES else titles
    step = max(1, len(chosen) // EXAMPLES)
    questions = (about(cut(title), language) for title in chosen[::step][:EXAMPLES])
    return [{"text": question} for question in questions]


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

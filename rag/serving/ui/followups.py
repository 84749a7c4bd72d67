"""Questions that may follow an answer, made of what it stands on: the days its articles tell of, and their titles."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from rag.serving.ui.corpus import about, cut
from rag.serving.ui.strings import LANGUAGES, long_date, long_month, say
from rag.text.dates import find_dates
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rag.records import Answer, Article

MOST = 3
_READ_CHARACTERS = 6000  # of an article, around what was quoted: bounds the work for a long one
_MONTH_DAYS = 31


def followups(answer: Answer, asked: Sequence[str], language: str) -> tuple[str, ...]:
    """Up to three questions in the answer's language (the page's, where it speaks no other), none asked before.

    A day or month comes from a cited article, or one that came near; titles come from those as well. An
    ambiguous answer asks back itself.
    """
    if answer.status == "ambiguous":
        return ()
    own = answer.language if answer.language in LANGUAGES else language
    told = {fold_text(question) for question in asked}
    found: list[str] = []
    for question in chain.from_iterable(zip(*_two(answer, own), strict=False)):
        if question and fold_text(question) not in told:
            told.add(fold_text(question))
            found.append(question)
    return tuple(found[:MOST])


def _two(answer: Answer, language: str) -> tuple[list[str], list[str]]:
    """Questions about times and about titles, padded to one length so that they alternate."""
    times = list(_times(answer, language))
    titles = list(_titles(answer, language))
    length = max(len(times), len(titles))
    return times + [""] * (length - len(times)), titles + [""] * (length - len(titles))


def _times(answer: Answer, language: str) -> Iterator[str]:
    spans = [(c.article, c.start) for c in answer.citations]
    spans += [(miss.article, 0) for miss in answer.near_misses]
    named: Counter[tuple[date, date]] = Counter()
    for article, start in dict.fromkeys(spans):
        named.update(_days(article, start))
    for (first, last), _ in named.most_common():
        if first == last:
            yield say(language, "follow_day", day=long_date(first, language))
        else:
            yield say(language, "follow_month", month=long_month(first, language))


def _days(article: Article, start: int) -> Iterator[tuple[date, date]]:
    """Days and months that the article names in full near a place of its text."""
    begin = max(0, start - _READ_CHARACTERS // 2)
    text = article.text[begin : begin + _READ_CHARACTERS]
    for mention in find_dates(text, None, article.language):
        if mention.first and mention.last and (mention.last - mention.first).days < _MONTH_DAYS:
            one_month = (mention.first.year, mention.first.month) == (
                mention.last.year,
                mention.last.month,
            )
            whole_month = mention.first.day == 1 and (mention.last - mention.first).days > 26
            if mention.first == mention.last or (one_month and whole_month):
                yield mention.first, mention.last


def _titles(answer: Answer, language: str) -> Iterator[str]:
    cited = [c.article for c in answer.citations]
    read = [passage.article for passage in answer.passages] if cited else []
    near = [miss.article for miss in answer.near_misses]
    quoted = {article.id for article in cited}
    order = [*near, *cited, *(a for a in read if a.id not in quoted)]
    for article in {a.id: a for a in order if a.title.strip()}.values():
        if not _names_another_time(article):
            yield about(cut(" ".join(article.title.split())), language)


def _names_another_time(article: Article) -> bool:
    """Whether the title names a time that isn't the article's own: a question with it would ask about that time."""
    day = article.published
    for mention in find_dates(article.title, None, article.language):
        first, last = mention.first or mention.last, mention.last or mention.first
        if first and last and not (day and first <= day <= last):
            return True
    return False

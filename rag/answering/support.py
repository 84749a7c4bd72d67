"""Does a quotation hold the particulars of a statement: its numbers, dates, towns and names?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.reading import names_word, read_sentence
from rag.text.analysis import Word, words
from rag.text.dates import find_dates
from rag.text.language import detect_language
from rag.text.numbers import numbers
from rag.text.places import PlaceIndex, find_places

if TYPE_CHECKING:
    from rag.records import Article, DateMention

# Least agreement of two spellings of a name, within a script or across: of names in parallel news .77 to
# .86 are found so, and .4% of random words confused (`eval/measure_names.py`).
_SAME_NAME = 0.85


def particulars_stand(claim: str, quote: str, article: Article) -> bool:
    """Whether everything particular in the claim stands in the quotation, or in its article's title and date.

    Names are told by capital letters, so in Arabic only numbers, dates and towns are checked.
    """
    return (
        _numbers_stand(claim, quote)
        and _dates_stand(claim, quote, article)
        and _towns_stand(claim, quote, article)
        and _names_stand(claim, quote, article)
    )


def _numbers_stand(claim: str, quote: str) -> bool:
    in_dates = [(m.start, m.end) for m in find_dates(claim)]
    own = [n for n in numbers(claim) if not any(s <= n.start < e for s, e in in_dates)]
    return {n.value for n in own} <= {n.value for n in numbers(quote)}


def _dates_stand(claim: str, quote: str, article: Article) -> bool:
    there = [m for m in find_dates(quote, anchor=article.published) if not m.is_open]
    return all(
        _dated(mention, there, article) for mention in find_dates(claim) if not mention.is_open
    )


def _dated(mention: DateMention, there: list[DateMention], article: Article) -> bool:
    spans = [(m.first, m.last) for m in there]
    if article.published:
        spans.append((article.published, article.published))
    return any(
        first
        and last
        and mention.first
        and mention.last
        and first <= mention.last
        and mention.first <= last
        for first, last in spans
    )


def _towns_stand(claim: str, quote: str, article: Article) -> bool:
    found = find_places(claim)
    if not found:
        return True
    named = PlaceIndex.of(f"{article.title}\n{quote}", article.language)
    return all(named.holds(mention.place) for mention in found)


def _names_stand(claim: str, quote: str, article: Article) -> bool:
    reading = read_sentence(f"{article.title} {quote} {article.source or ''}", article.language)
    return all(
        word.stem in reading.stems or names_word(claim, word, reading, _SAME_NAME)
        for word in _names(claim)
    )


def _names(claim: str) -> list[Word]:
    """Capitalised words but the first, with content."""
    read = words(claim, detect_language(claim))
    return [word for word in read[1:] if word.is_content and claim[word.start].isupper()]

"""Does a quotation hold what a statement says: numbers, dates, towns, names, words, and who does what?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rag.answering.alignment import SAME_NAME, Alignment, Side, title_stems
from rag.answering.contradiction import contradicts
from rag.answering.quantities import quantities_stand
from rag.answering.reading import names_word, read_sentence
from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.folding import fold_text
from rag.text.places import PlaceIndex, find_places

if TYPE_CHECKING:
    from datetime import date

    from rag.answering.word_vectors import WordReader
    from rag.records import Article, DateMention

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MOST_OF_A_YEAR = 360  # days
Days = tuple["date | None", "date | None"]
Judgement = Literal["stands", "unsupported", "contradicted"]

# Least nearness of a statement's words to the quotation's, in its own language and across two: mean of
# the two lowest (layer 10), mean of all (last layer), lowest of a name. `eval.measure_verifier`.
_LEAST_LOW = (0.30, 0.20)
_LEAST_MEAN = (0.62, 0.40)
_LEAST_NAME = (0.75, 0.36)
_PARTICLE = 2  # letters: al, ад, de; no name is known by them
_FEW = 2  # words that are looked at as the least supported ones


@dataclass(frozen=True, slots=True)
class Weighed:
    """What becomes of a statement, and the figures that decided it."""

    judgement: Judgement
    why: str


def weigh(claim: str, quote: str, article: Article, reader: WordReader | None) -> Weighed:
    """Whether `quote`, a sentence of `article`, holds everything that `claim` says."""
    if lacking := _lacking(claim, quote, article):
        return Weighed("unsupported", lacking)
    pair = Alignment(Side.of(claim, reader), Side.of(quote, reader, article.language))
    if not _names_stand(pair, article, near=reader is not None):
        return Weighed("unsupported", "name")
    if contradicts(pair):
        return Weighed("contradicted", "contrary")
    if reader is not None and not _words_stand(pair, article):
        return Weighed("unsupported", "words")
    return Weighed("stands", "")


def _lacking(claim: str, quote: str, article: Article) -> str:
    """What particular of the claim the quotation does not hold; empty if it holds all."""
    if not quantities_stand(claim, quote):
        return "number"
    if not _dates_stand(claim, quote, article):
        return "date"
    return "" if _towns_stand(claim, quote, article) else "town"


def particulars_stand(claim: str, quote: str, article: Article) -> bool:
    """Whether everything particular in the claim stands in the quotation, or in its article's title and date.

    Without a word reader names are told by capital letters, so in Arabic numbers, dates and towns count.
    """
    pair = Alignment(Side.of(claim, None), Side.of(quote, None, article.language))
    return not _lacking(claim, quote, article) and _names_stand(pair, article, near=False)


def _dates_stand(claim: str, quote: str, article: Article) -> bool:
    anchor = article.published
    there = [_bounded(m) for m in find_dates(quote, anchor=anchor)]
    if anchor:
        there.append((anchor, anchor))
    years = set(_YEAR.findall(fold_text(quote)))
    return all(
        _dated(_bounded(mention), there) or _whole_year(_bounded(mention)) in years
        for mention in find_dates(claim, anchor=anchor)
    )


def _bounded(mention: DateMention) -> Days:
    """The days of a mention; of "since 2011" and "until 2020" the bound that is named."""
    return mention.first or mention.last, mention.last or mention.first


def _dated(claimed: Days, there: list[Days]) -> bool:
    """Whether the claimed days overlap some that are named; a weekday alone claims none."""
    first, last = claimed
    if first is None or last is None:
        return True
    return any(a is not None and b is not None and a <= last and first <= b for a, b in there)


def _whole_year(days: Days) -> str | None:
    first, last = days
    if first is None or last is None or (last - first).days < _MOST_OF_A_YEAR:
        return None
    return str(first.year) if first.year == last.year else None


def _towns_stand(claim: str, quote: str, article: Article) -> bool:
    found = find_places(claim)
    if not found:
        return True
    named = PlaceIndex.of(f"{article.title}\n{quote}", article.language)
    reading = read_sentence(f"{article.title} {quote}", article.language)
    return all(
        named.holds(mention.place)
        or all(
            word.stem in reading.stems or names_word(claim, word, reading, SAME_NAME)
            for word in words(claim)
            if mention.start <= word.start < mention.end
        )
        for mention in found
    )


def _names_stand(pair: Alignment, article: Article, *, near: bool) -> bool:
    """Whether each name of the claim is spelt in the quotation, title or outlet, or meant by a word there."""
    about = f"{article.title} {article.source or ''}"
    reading = read_sentence(about, article.language)
    dated = [(m.start, m.end) for m in find_dates(pair.claim.text, anchor=article.published)]
    for number, is_name in enumerate(pair.claim.is_name):
        word = pair.claim.words[number]
        if len(word.text) <= _PARTICLE or any(s <= word.start < e for s, e in dated):
            continue
        if not is_name or pair.same[number].any() or word.stem in reading.stems:
            continue
        if names_word(pair.claim.text, word, reading, SAME_NAME):
            continue
        if not near or _meant(pair, number) < _LEAST_NAME[pair.is_cross]:
            return False
    return True


def _meant(pair: Alignment, number: int) -> float:
    return float(pair.meant[0, number].max()) if len(pair.quote.words) else 0.0


def _words_stand(pair: Alignment, article: Article) -> bool:
    """Whether the statement's words are met in the quotation on the whole, and none too few."""
    if not len(pair.claim.words) or not len(pair.quote.words):
        return False
    title = title_stems(article.title, article.language)
    named = np.array([w.stem in title for w in pair.claim.words]) | pair.same.any(axis=1)
    middle, last = (np.maximum(layer.max(axis=1), named) for layer in pair.meant)
    low = float(np.sort(middle)[:_FEW].mean())
    cross = pair.is_cross
    return low >= _LEAST_LOW[cross] and float(last.mean()) >= _LEAST_MEAN[cross]

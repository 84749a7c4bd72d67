"""Does a quotation hold what a statement says: numbers, dates, towns, names, words, and who does what?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rag.answering.alignment import SAME_NAME, Alignment, Side, title_stems
from rag.answering.contradiction import contradicts
from rag.answering.holding import fitted_holding
from rag.answering.quantities import quantities_stand
from rag.answering.reading import names_word, read_sentence
from rag.answering.signs import signs as find_signs
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

# Least nearness of a name's word to one of the quotation, in its own language and across two.
_LEAST_NAME = (0.75, 0.36)
_PARTICLE = 2  # letters: al, ад, de; no name is known by them


@dataclass(frozen=True, slots=True)
class Weighed:
    """What becomes of a statement, and the figures that decided it."""

    judgement: Judgement
    why: str


def weigh(claim: str, quote: str, article: Article, reader: WordReader | None) -> Weighed:
    """Whether `quote`, a sentence of `article`, holds everything that `claim` says."""
    if lacking := lacking_particular(claim, quote, article):
        return Weighed("unsupported", lacking)
    pair = Alignment(Side.of(claim, reader), Side.of(quote, reader, article.language))
    if reader is None:
        return _by_rule(pair, article)
    one, other = reader.read([claim, quote])
    signs = read_signs(pair, float(one.whole @ other.whole), article)
    kept = fitted_holding()
    if kept.probability(signs, is_cross=pair.is_cross) >= kept.threshold:
        return Weighed("stands", "")
    return Weighed("contradicted" if contradicts(pair) else "unsupported", "signs")


def _by_rule(pair: Alignment, article: Article) -> Weighed:
    if names_lacking(pair, article, near=False):
        return Weighed("unsupported", "name")
    return Weighed("contradicted", "contrary") if contradicts(pair) else Weighed("stands", "")


def read_signs(pair: Alignment, cosine: float, article: Article) -> list[float]:
    """The figures of `SIGNS` for a statement against a sentence of `article`."""
    title = title_stems(article.title, article.language)
    named = np.array([w.stem in title for w in pair.claim.words], np.bool_)
    return find_signs(pair, cosine, named, names_lacking(pair, article, near=True))


def lacking_particular(claim: str, quote: str, article: Article) -> str:
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
    return not lacking_particular(claim, quote, article) and not names_lacking(
        pair, article, near=False
    )


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


def names_lacking(pair: Alignment, article: Article, *, near: bool) -> int:
    """How many names of the claim neither the quotation nor the article's title and outlet spell or mean."""
    lacking = 0
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
        lacking += not near or _meant(pair, number) < _LEAST_NAME[pair.is_cross]
    return lacking


def _meant(pair: Alignment, number: int) -> float:
    return float(pair.meant[0, number].max()) if len(pair.quote.words) else 0.0

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
from rag.answering.reader import UNIT, Text, heading, reader_of
from rag.answering.reading import names_word, read_sentence
from rag.answering.signs import signs as find_signs
from rag.answering.word_vectors import open_word_reader
from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.folding import fold_text
from rag.text.places import PlaceIndex, find_places

if TYPE_CHECKING:
    from datetime import date

    from rag.answering.reader import Reader
    from rag.answering.word_vectors import WordReader
    from rag.embedding import Embedder
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


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads a statement beside a quotation: their words one by one, and both as a whole."""

    words: WordReader
    whole: Reader


def open_readers(embedder: Embedder) -> Readers | None:
    """The readers that go with the embedder; None for a model that nothing here was fitted on."""
    words, whole = open_word_reader(embedder), reader_of(embedder)
    return Readers(words, whole) if words and whole else None


def weigh(claim: str, quote: str, article: Article, readers: Readers | None) -> Weighed:
    """Whether `quote`, a sentence of `article`, holds everything that `claim` says."""
    if lacking := lacking_particular(claim, quote, article):
        return Weighed("unsupported", lacking)
    if readers is None:
        sides = Side.of(claim), Side.of(quote, article.language)
        return _by_rule(Alignment(*sides), article)
    pair, signs = read_signs(claim, quote, article, readers)
    kept = fitted_holding()
    if kept.probability(signs, is_cross=pair.is_cross) >= kept.threshold:
        return Weighed("stands", "")
    return Weighed("contradicted" if contradicts(pair) else "unsupported", "signs")


def _by_rule(pair: Alignment, article: Article) -> Weighed:
    if names_lacking(pair, article, near=False):
        return Weighed("unsupported", "name")
    return Weighed("contradicted", "contrary") if contradicts(pair) else Weighed("stands", "")


def read_signs(
    claim: str, quote: str, article: Article, readers: Readers
) -> tuple[Alignment, list[float]]:
    """A statement beside a sentence of `article`, and the figures of `SIGNS`."""
    one, other = readers.words.read([claim, quote])
    pair = Alignment(Side.of_row(one), Side.of_row(other))
    text = Text(heading(article), quote, ((0, len(quote)),))
    ((read,),) = readers.whole.read(claim, [text])
    title = title_stems(article.title, article.language)
    named = np.array([w.stem in title for w in pair.claim.words], np.bool_)
    whole = read / UNIT, float(one.whole @ other.whole)
    return pair, find_signs(pair, whole, named, names_lacking(pair, article, near=True))


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
    pair = Alignment(Side.of(claim), Side.of(quote, article.language))
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

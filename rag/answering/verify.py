"""Written text → verified text: every statement aligned with a quotation of a source, or marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answering.phrases import attribution, phrase
from rag.answering.statements import Statement, sentences_of, statements
from rag.answering.support import particulars_stand
from rag.records import Citation, Match
from rag.text.folding import fold, fold_text
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.writers import Evidence
    from rag.embedding import Embedder

# Least cosine at which a sentence counts as saying what a statement says. Gates "supported". On 1,794
# parallel sentences of XQuAD-R (ar, en, ru) 80% reach it, and 4% of other sentences of the same
# paragraph: the least hundredth with at most 5% of those (`python -m eval.fit_support`).
SUPPORT_THRESHOLD = 0.86
# Least share of a sentence that a verbatim claim repeats: a fragment may say the opposite ("no plan to
# visit" holds "plan to visit"), so it has to pass as a statement of its own.
_MOST_OF_IT = 0.6
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer as it may be shown. `citations` are numbered from 1 in order of appearance."""

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[str, ...]


@dataclass(slots=True)
class _Quotation:
    source: Evidence
    start: int
    end: int
    support: float
    match: Match


@dataclass(slots=True)
class _Book:
    """Citations given so far, one for each quotation."""

    citations: list[Citation] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def marker(self, found: _Quotation) -> int:
        article = found.source.passage.article
        for citation in self.citations:
            if (citation.article.id, citation.start, citation.end) == (
                article.id,
                found.start,
                found.end,
            ):
                return citation.marker
        quote = article.text[found.start : found.end]
        number = len(self.citations) + 1
        self.citations.append(
            Citation(number, article, quote, found.start, found.end, found.support, found.match)
        )
        return number


def verify(
    text: str, sources: Sequence[Evidence], embedder: Embedder, language: str, *, drop: bool = False
) -> Verified:
    """Check every statement of `text` against the sources that its markers name (all, if none).

    A statement is `verbatim` when, folded and without the program's own attribution, it is a sentence of
    a source or most of one; `supported` when a sentence of a source is close enough in meaning and holds
    its numbers, dates, towns and names. Anything else is unsupported: marked, or removed by `drop`.
    """
    book = _Book()
    lines: dict[int, list[str]] = {}
    for statement in statements(text):
        for part, quotation in _check(statement, sources, embedder, language):
            shown = _show(part, quotation, book, language, drop=drop)
            if shown:
                lines.setdefault(part.line, []).append(shown)
    joined = "\n".join(" ".join(parts) for parts in lines.values())
    return Verified(joined, tuple(book.citations), tuple(book.unsupported))


def _show(
    part: Statement, quotation: _Quotation | None, book: _Book, language: str, *, drop: bool
) -> str:
    if quotation is not None:
        return f"{part.text} [{book.marker(quotation)}]"
    book.unsupported.append(part.text)
    return "" if drop else f"{part.text} ({phrase('unverified', language)})"


def _check(
    statement: Statement, sources: Sequence[Evidence], embedder: Embedder, language: str
) -> list[tuple[Statement, _Quotation | None]]:
    named = [sources[m - 1] for m in statement.markers if 0 < m <= len(sources)] or list(sources)
    whole = _verbatim(statement.text, named, language)
    if whole is not None:
        return [(statement, whole)]
    parts = sentences_of(statement)
    found = [(part, _verbatim(part.text, named, language)) for part in parts]
    return [(part, hit or _supported(part.text, named, embedder)) for part, hit in found]


def _verbatim(text: str, sources: Sequence[Evidence], language: str) -> _Quotation | None:
    for source in sources:
        article = source.passage.article
        claim = _without(fold_text(text), fold_text(attribution(article, language)))
        folded = fold(article.text[source.start : source.end])
        bare = _bare(claim)
        at = folded.text.find(bare) if _LETTER.search(bare) else -1
        if at >= 0 and _whole_words(folded.text, at, at + len(bare)):
            start, end = folded.original_span(at, at + len(bare))
            matched = source.start + start, source.start + end
            whole = _widen(article.text, source, *matched)
            if matched[1] - matched[0] >= _MOST_OF_IT * (whole[1] - whole[0]):
                return _Quotation(source, *whole, 1.0, "verbatim")
    return None


def _without(claim: str, lead: str) -> str:
    """The claim without the attribution that the program itself puts before a quotation."""
    return claim.removeprefix(lead).lstrip(" :") if lead and claim.startswith(lead) else claim


def _bare(claim: str) -> str:
    """The claim without the quotation marks and stops round it."""
    return claim.strip(" \"'.:;,!?-()…")


def _whole_words(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


def _widen(text: str, source: Evidence, start: int, end: int) -> tuple[int, int]:
    """The whole sentences of the source that hold `[start, end)`: a quotation is never half a sentence."""
    spans = split_sentences(text[source.start : source.end])
    inside = [
        (source.start + s, source.start + e)
        for s, e in spans
        if source.start + e > start and source.start + s < end
    ]
    return (inside[0][0], inside[-1][1]) if inside else (start, end)


def _supported(text: str, sources: Sequence[Evidence], embedder: Embedder) -> _Quotation | None:
    spans = [
        (source, source.start + s, source.start + e)
        for source in sources
        for s, e in split_sentences(source.passage.article.text[source.start : source.end])
    ]
    if not spans:
        return None
    quotes = [source.passage.article.text[s:e] for source, s, e in spans]
    vectors = embedder.embed_passages([text, *quotes])
    cosines = vectors[1:] @ vectors[0]
    for number in (-cosines).argsort(kind="stable"):
        cosine = float(cosines[number])
        if cosine < SUPPORT_THRESHOLD:
            return None
        source, start, end = spans[number]
        if particulars_stand(text, quotes[number], source.passage.article):
            return _Quotation(source, start, end, cosine, "supported")
    return None

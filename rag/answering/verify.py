"""Written text → verified text: every statement aligned with a quotation of a source, or marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from rag.answering.phrases import attribution, phrase
from rag.answering.statements import Statement, asks, bare, sentences_of, statements, whole_words
from rag.answering.support import Judgement, Readers, open_readers, weigh
from rag.records import Citation, Match
from rag.text.folding import fold, fold_text
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
# Where the words are compared one by one, a lower cosine is enough to look; so many sentences are tried.
NEAR_THRESHOLD = 0.82
_TRIED = 3
Verdict = Literal["verbatim", "supported", "unsupported", "contradicted"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer as it may be shown. `citations` are numbered from 1 in order of appearance.

    `verdicts` has every statement in order with what became of it.
    """

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[str, ...]
    verdicts: tuple[tuple[str, Verdict], ...] = ()

    @property
    def contradicted(self) -> tuple[str, ...]:
        """Those of `unsupported` that a source denies."""
        return tuple(text for text, verdict in self.verdicts if verdict == "contradicted")


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
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)

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
    text: str,
    sources: Sequence[Evidence],
    embedder: Embedder,
    language: str,
    *,
    drop: bool = False,
    question: str = "",
) -> Verified:
    """Check every statement of `text` against the sources that its markers name (all, if none).

    A statement is `verbatim` when, folded and without the program's own attribution, it is a sentence of
    a source or most of one; `supported` when a sentence of a source is close enough in meaning and holds
    its numbers, dates, towns and names. Anything else is unsupported: marked, or removed by `drop`. What the
    writer was not shown (`Evidence.hidden`) supports nothing, and `question` repeated is no statement.
    """
    book = _Book()
    tools = _Tools(embedder, open_readers(embedder), bare(fold_text(question)))
    lines: dict[int, list[str]] = {}
    for statement in statements(text):
        for part, found in _check(statement, sources, tools, language):
            shown = _show(part, found, book, language, drop=drop)
            if shown:
                lines.setdefault(part.line, []).append(shown)
    joined = "\n".join(" ".join(parts) for parts in lines.values())
    return Verified(joined, tuple(book.citations), tuple(book.unsupported), tuple(book.verdicts))


def _show(part: Statement, found: _Found, book: _Book, language: str, *, drop: bool) -> str:
    if found.quotation is not None:
        number = book.marker(found.quotation)
        book.verdicts.append((part.text, found.quotation.match))
        return f"{part.text} [{number}]"
    book.unsupported.append(part.text)
    book.verdicts.append((part.text, found.verdict))
    return "" if drop else f"{part.text} ({phrase('unverified', language)})"


@dataclass(slots=True)
class _Tools:
    """What the checks of one answer share; each text is embedded once."""

    embedder: Embedder
    readers: Readers | None
    question: str = ""  # folded and bare
    known: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def threshold(self) -> float:
        return SUPPORT_THRESHOLD if self.readers is None else NEAR_THRESHOLD

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.readers is not None:
            return np.stack([row.whole for row in self.readers.words.read(texts)])
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known.update(zip(new, self.embedder.embed_passages(new), strict=True))
        return np.stack([self.known[text] for text in texts])


@dataclass(frozen=True, slots=True)
class _Found:
    """The quotation of a statement, or why it has none."""

    quotation: _Quotation | None
    verdict: Verdict = "unsupported"


def _check(
    statement: Statement, sources: Sequence[Evidence], tools: _Tools, language: str
) -> list[tuple[Statement, _Found]]:
    if tools.question and bare(fold_text(statement.text)) == tools.question:
        return [(statement, _Found(None))]
    named = [sources[m - 1] for m in statement.markers if 0 < m <= len(sources)] or list(sources)
    whole = _verbatim(statement.text, named, language)
    if whole is not None:
        return [(statement, _Found(whole))]
    parts = sentences_of(statement)
    found = [(part, _verbatim(part.text, named, language)) for part in parts]
    return [
        (part, _Found(hit) if hit else _supported(part.text, named, tools)) for part, hit in found
    ]


def _verbatim(text: str, sources: Sequence[Evidence], language: str) -> _Quotation | None:
    for source in sources:
        article = source.passage.article
        claim = _without(fold_text(text), fold_text(attribution(article, language)))
        folded = fold(article.text[source.start : source.end])
        core = bare(claim)
        at = folded.text.find(core) if _LETTER.search(core) else -1
        if at >= 0 and whole_words(folded.text, at, at + len(core)):
            start, end = folded.original_span(at, at + len(core))
            matched = source.start + start, source.start + end
            whole = _widen(article.text, source, *matched)
            if _is_hidden(source, *whole):
                continue
            if matched[1] - matched[0] >= _MOST_OF_IT * (whole[1] - whole[0]):
                return _Quotation(source, *whole, 1.0, "verbatim")
    return None


def _without(claim: str, lead: str) -> str:
    """The claim without the attribution that the program itself puts before a quotation."""
    return claim.removeprefix(lead).lstrip(" :") if lead and claim.startswith(lead) else claim


def _widen(text: str, source: Evidence, start: int, end: int) -> tuple[int, int]:
    """The whole sentences of the source that hold `[start, end)`: a quotation is never half a sentence."""
    spans = split_sentences(text[source.start : source.end])
    inside = [
        (source.start + s, source.start + e)
        for s, e in spans
        if source.start + e > start and source.start + s < end
    ]
    return (inside[0][0], inside[-1][1]) if inside else (start, end)


def _is_hidden(source: Evidence, start: int, end: int) -> bool:
    """Whether any of it was kept from the writer."""
    return any(start < b and a < end for a, b in source.hidden)


def _supported(text: str, sources: Sequence[Evidence], tools: _Tools) -> _Found:
    """The nearest sentence that holds the statement; else the worst that a near one says against it."""
    if asks(text):
        return _Found(None)
    spans = [
        (source, source.start + s, source.start + e)
        for source in sources
        for s, e in split_sentences(source.passage.article.text[source.start : source.end])
        if not _is_hidden(source, source.start + s, source.start + e)
    ]
    if not spans:
        return _Found(None)
    quotes = [source.passage.article.text[s:e] for source, s, e in spans]
    vectors = tools.vectors([text, *quotes])
    cosines = vectors[1:] @ vectors[0]
    verdict: Verdict = "unsupported"
    for number in (-cosines).argsort(kind="stable")[:_TRIED]:
        cosine = float(cosines[number])
        if cosine < tools.threshold:
            break
        source, start, end = spans[number]
        judged: Judgement = weigh(
            text, quotes[number], source.passage.article, tools.readers
        ).judgement
        if judged == "stands":
            return _Found(_Quotation(source, start, end, cosine, "supported"))
        if judged == "contradicted":
            verdict = "contradicted"
            break
    return _Found(None, verdict)

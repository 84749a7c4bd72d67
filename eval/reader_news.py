"""The news sets as the reader is trained on them: each question over the passages that the product finds for it.

What answers is every wording of a fact, an event's date or a differing value inside a gold quotation. The other
passages found, the same article's other parts among them, are read as texts that do not answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.matching import holds_any, pattern_of
from eval.news import names, open_engine, searched
from eval.reader_data import Example
from rag.answering.reader import heading
from rag.answering.wording import written
from rag.text.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eval.goldset import Question
    from eval.news import Searched
    from rag.embedding import Embedder
    from rag.records import Passage

NEWS = "news"
_WRONG = 4  # passages that do not answer, kept for each question


def news_examples(work: Path, embedder: Embedder, *, held: bool = False) -> list[Example]:
    """Examples of the sets that the reader is trained on, or of those kept from it."""
    found: list[Example] = []
    for name in names(held=held):
        engine = open_engine(name, work, embedder)
        for one in searched(name, engine):
            found += _examples(one)
        engine.store.close()
    return found


def _examples(one: Searched) -> Iterator[Example]:
    question, asked = one.gold.question, written(one.query.asked, one.query.language)
    passages = [passage for passage, _ in (*one.found.fitting, *one.found.misses)]
    wrong = [(heading(p.article), p.chunk.text) for p in passages if _is_wrong(p, one)]
    if not question.answerable:
        for title, text in wrong[:3]:
            yield Example(NEWS, question.language, title, asked, text, [], wrong[3:])
        return
    if question.events and question.kind != "when":
        return  # the wordings of its events are their dates, and no answer
    told = {p.chunk.id: p for p in passages if one.holds(p.article.id, p.chunk.start, p.chunk.end)}
    for passage in told.values():
        spans = list(_spans(passage, one))
        if spans:
            title, text = heading(passage.article), passage.chunk.text
            yield Example(NEWS, question.language, title, asked, text, spans, wrong[:_WRONG])


def _is_wrong(passage: Passage, one: Searched) -> bool:
    """Whether a passage does not answer: no gold quotation, and no fact by chance."""
    if one.holds(passage.article.id, passage.chunk.start, passage.chunk.end):
        return False
    facts = one.gold.question.facts
    return not facts or not all(holds_any(fold(passage.chunk.text).text, fact) for fact in facts)


def _spans(passage: Passage, one: Searched) -> Iterator[tuple[int, int]]:
    """Places of the wordings inside the passage's gold sentences, from the passage's begin."""
    start = passage.chunk.start
    for sentence in passage.chunk.sentences:
        if one.holds(passage.article.id, sentence.start, sentence.end):
            text = passage.article.text[sentence.start : sentence.end]
            for first, last in _wordings(text, one.gold.question):
                yield sentence.start - start + first, sentence.start - start + last


def _wordings(text: str, question: Question) -> Iterator[tuple[int, int]]:
    """The first place of each fact, by its longest wording that stands there."""
    folded = fold(text)
    for fact in question.facts:
        places = [m.span() for w in fact if (p := pattern_of(w)) and (m := p.search(folded.text))]
        if places:
            yield folded.original_span(*max(places, key=lambda place: place[1] - place[0]))

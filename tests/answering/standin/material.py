"""Articles, passages and briefs made of given sentences, and a token counter without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.writers import Brief, Evidence
from rag.records import Article, Chunk, Passage, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def passage(
    *sentences: str,
    rank: int = 1,
    title: str = "",
    source: str | None = None,
    published: date | None = None,
    before: str = "",
) -> Passage:
    """A passage of these sentences, in an article that begins with `before`."""
    text = before + " ".join(sentences)
    article_id = f"article-{rank}"
    spans, place = [], len(before)
    for sentence in sentences:
        spans.append(Sentence(article_id, place, place + len(sentence)))
        place += len(sentence) + 1
    article = Article(article_id, text, title=title, source=source, published=published)
    chunk = Chunk(article_id, len(before), len(text), text[len(before) :], tuple(spans))
    return Passage(rank, 1.0 / rank, chunk, article)


def brief(
    question: str,
    language: str,
    passages: Sequence[Passage],
    likely: Sequence[tuple[int, int, float]] = (),
) -> Brief:
    """A brief; `likely` holds (passage index, sentence index, probability) of the evidence."""
    evidence = []
    for which, number, probability in likely:
        sentence = passages[which].chunk.sentences[number]
        evidence.append(Evidence(passages[which], sentence.start, sentence.end, probability))
    evidence.sort(key=lambda e: -e.probability)
    return Brief(question, language, passages, evidence)

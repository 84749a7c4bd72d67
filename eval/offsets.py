"""Whether the places that the product names in an article are exact."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rag.indexing.split import split_article
from rag.text.analysis import words
from rag.text.dates import find_dates
from rag.text.folding import fold, fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.indexing.split import CountTokens
    from rag.records import Article

_CHUNK_TOKENS = 128


def violations(article: Article, count_tokens: CountTokens) -> list[str]:
    """What is wrong with the article's spans, a line each; none when all are exact.

    Chunks are slices of the text made of their sentences, which hold every character that is no white space
    once; dates lie apart in order and read the same when read by themselves; a word's place folds to the word;
    each folded character comes out of folding its own span.
    """
    checks = (_chunks(article, count_tokens), _dates(article), _words(article), _folding(article))
    return [f"{article.text[:40]!r}: {line}" for lines in checks for line in lines]


def _chunks(article: Article, count_tokens: CountTokens) -> Iterator[str]:
    text, place = article.text, 0
    for chunk in split_article(article, _CHUNK_TOKENS, count_tokens):
        spans = [(sentence.start, sentence.end) for sentence in chunk.sentences]
        if chunk.text != text[chunk.start : chunk.end]:
            yield f"chunk {chunk.start}:{chunk.end} is not its slice"
        if (spans[0][0], spans[-1][1]) != (chunk.start, chunk.end):
            yield f"chunk {chunk.start}:{chunk.end} is not its sentences {spans}"
        for start, end in spans:
            if start < place or text[place:start].strip():
                yield f"sentence {start}:{end} overlaps or leaves out what is before it"
            if start >= end or text[start:end] != text[start:end].strip():
                yield f"sentence {start}:{end} is empty or has white space at an end"
            place = end
    if text[place:].strip():
        yield f"no chunk has the text from {place}"


def _dates(article: Article) -> Iterator[str]:
    text, anchor, language = article.text, article.published, article.language
    mentions = find_dates(text, anchor, language)
    for before, mention in pairwise(mentions):
        if mention.start < before.end:
            yield f"date {mention.start}:{mention.end} overlaps the one before"
    for mention in mentions:
        shown = text[mention.start : mention.end]
        if not 0 <= mention.start < mention.end <= len(text) or shown != shown.strip():
            yield f"date {mention.start}:{mention.end} is {shown!r}"
        if mention.certainty == "explicit" and mention.first and mention.first == mention.last:
            alone = [(m.first, m.last) for m in find_dates(shown, anchor, language)]
            if alone != [(mention.first, mention.last)]:
                yield f"date {shown!r} is {mention.first} in its text, {alone} by itself"


def _words(article: Article) -> Iterator[str]:
    text = article.text
    for word in words(text, article.language):
        shown = text[word.start : word.end]
        # A sign at an end may fold to more than the word has of it: 6½ is «61/2».
        if word.text not in fold_text(shown) or fold_text(shown[1:-1]) not in word.text:
            yield f"word {word.text!r} is not at {word.start}:{word.end}"


def _folding(article: Article) -> Iterator[str]:
    folded = fold(article.text)
    if folded.text != fold_text(article.text):
        yield "folding with the map gives another text"
    spans = zip(folded.starts.tolist(), folded.ends.tolist(), folded.text, strict=True)
    for start, end, character in spans:
        if character not in fold_text(article.text[start:end]):
            yield f"{character!r} is not what {start}:{end} folds to"

"""Article → chunks of whole sentences, with exact spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.records import Article, Chunk, Sentence
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    CountTokens = Callable[[Sequence[str]], list[int]]

# Part of the manifest: raise them when the same text would be split, or stemmed and dated, otherwise.
SPLIT_VERSION = 1
ANALYSIS_VERSION = 1

# The splitter is handed one private-use character a sentence instead of the sentences themselves: its
# own start indices are wrong unless length is counted in characters, and its merging of whole units is
# what is wanted of it. Code points from here on name the sentences of one block.
_FIRST_UNIT = 0xF0000
_BLOCK = 60_000  # sentences in a block; the private plane holds 65,533
_PARAGRAPH = "\n"


def split_article(article: Article, chunk_tokens: int, count_tokens: CountTokens) -> list[Chunk]:
    """Chunks of about `chunk_tokens` tokens made of whole sentences; paragraphs kept together where they fit.

    Every non-blank character of the text is in exactly one chunk. A sentence alone longer than
    `chunk_tokens` is a chunk of its own.
    """
    spans = split_sentences(article.text)
    counts = count_tokens([article.text[start:end] for start, end in spans])
    chunks: list[Chunk] = []
    for at in range(0, len(spans), _BLOCK):
        block = spans[at : at + _BLOCK]
        for first, last in _group(article.text, block, counts[at : at + _BLOCK], chunk_tokens):
            chunks.append(_chunk(article, block[first : last + 1]))
    return chunks


def _group(
    text: str, spans: Sequence[tuple[int, int]], counts: Sequence[int], chunk_tokens: int
) -> list[tuple[int, int]]:
    """First and last sentence number of each chunk."""
    splitter = RecursiveCharacterTextSplitter(
        separators=[_PARAGRAPH, ""],
        chunk_size=chunk_tokens,
        chunk_overlap=0,
        length_function=lambda units: sum(
            counts[ord(u) - _FIRST_UNIT] for u in units if u != _PARAGRAPH
        ),
        keep_separator=False,
    )
    groups = splitter.split_text(_as_units(text, spans))
    units = [[ord(u) - _FIRST_UNIT for u in group if u != _PARAGRAPH] for group in groups]
    return [(group[0], group[-1]) for group in units if group]


def _as_units(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    for number, (start, _) in enumerate(spans):
        if number and _PARAGRAPH in text[spans[number - 1][1] : start]:
            parts.append(_PARAGRAPH)
        parts.append(chr(_FIRST_UNIT + number))
    return "".join(parts)


def _chunk(article: Article, spans: Sequence[tuple[int, int]]) -> Chunk:
    start, end = spans[0][0], spans[-1][1]
    sentences = tuple(Sentence(article.id, s, e) for s, e in spans)
    return Chunk(article.id, start, end, article.text[start:end], sentences)

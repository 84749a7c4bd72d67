"""Statements as the reader is trained on them: a sentence answers a statement that it fully supports.

`eval/news/SET/statements.jsonl` holds statements written by hand about single sentences, faithful ones and altered
ones by the errors that small models make. The sentence is the text; the answer is its first word where it supports
the statement, and there is none where it does not. To these come sentences of XQuAD-R and NTREX with their
translations, and altered by rule (`eval.made_statements`).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from eval import news
from eval.made_statements import made, parallel
from eval.reader_data import Example
from rag.answering.reader import heading
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eval.cases import Case
    from eval.made_statements import Sample
    from rag.answering.word_vectors import WordReader
    from rag.records import Article

STATED = "statements"
_MADE = 3000  # samples made by rule, half of them held


def statement_examples() -> list[Example]:
    """The statements about the news sets that the reader is trained on."""
    found: list[Example] = []
    for name in news.names(held=False):
        articles = news.set_articles(name)
        found += [_written(case, articles[case.article]) for case in news.load_statements(name)]
    return found


def made_examples(data: Path, words: WordReader, draw: int) -> list[Example]:
    """As many held as not held, of parallel sentences; `draw` chooses others."""
    chance = random.Random(draw)  # noqa: S311 - a sample, no secret
    samples = list(made(parallel(data, chance, held=False), words, chance))
    right = [s for s in samples if s.held]
    wrong = [s for s in samples if not s.held]
    count = min(len(right), len(wrong), _MADE // 2)
    return [_of_sample(s) for s in (*chance.sample(right, count), *chance.sample(wrong, count))]


def _written(case: Case, article: Article) -> Example:
    quote = case.quote or ""
    beside = list(_beside(article.text, quote)) if case.faithful else []
    return Example(
        STATED, case.language, heading(article), case.statement, quote, _first_word(quote, held=case.faithful),
        [(heading(article), text) for text in beside],
    )  # fmt: skip


def _of_sample(sample: Sample) -> Example:
    quote, language = sample.quote, sample.article.language or ""
    return Example(STATED, language, "", sample.claim, quote, _first_word(quote, held=sample.held))


def _first_word(text: str, *, held: bool) -> list[tuple[int, int]]:
    return [(0, len(text.split()[0]))] if held else []


def _beside(text: str, quote: str) -> Iterator[str]:
    """The sentences before and after a quotation."""
    sentences = [text[start:end] for start, end in split_sentences(text)]
    at = next((n for n, sentence in enumerate(sentences) if quote in sentence), None)
    if at is not None:
        yield from sentences[max(0, at - 1) : at] + sentences[at + 1 : at + 2]

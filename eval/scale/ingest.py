"""Where the time of taking articles in goes, step by step, in seconds of the processor."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from eval.scale.clock import Clock
from eval.scale.plain import flops_a_token, plain_ingest
from rag.embedding import open_embedder
from rag.indexing import building
from rag.indexing.duplicates import signature
from rag.indexing.readers import read_file
from rag.indexing.split import split_article
from rag.indexing.sync import embedded_text
from rag.settings import load_settings
from rag.store.building import Builder
from rag.store.lock import writing
from rag.text.analysis import stems
from rag.text.dates import find_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from eval.scale.material import Material
    from rag.embedding import Embedder
    from rag.records import Article, Chunk
    from rag.settings import Settings

    Cut = list[tuple[Article, list[Chunk]]]

JUDGED = 150  # passages of each set that both number types embed
_TOP = 10


def compare_ingest(
    articles: Sequence[Article], settings: Settings, embedder: Embedder
) -> dict[str, Any]:
    """This product's steps and the plain stack's over the same articles."""
    embedder.embed_passages([articles[0].text])  # the first call is slower
    clock = Clock()
    with TemporaryDirectory() as folder:
        cut = _cut(_read(articles, Path(folder), clock), settings, embedder, clock)
        whole = [embedded_text(a, c) for a, chunks in cut for c in chunks]
        sentences = [a.text[s.start : s.end] for a, chunks in cut for c in chunks for s in c.sentences]  # fmt: skip
        with clock.on("embed chunks"):
            vectors = embedder.embed_passages(whole)
        with clock.on("embed sentences"):
            own = embedder.embed_passages(sentences)
        _write(Path(folder) / "index", cut, (vectors, own), clock)
    tokens = sum(embedder.count_tokens(whole)), sum(embedder.count_tokens(sentences))
    return {
        "articles": len(articles),
        "chunks": len(whole),
        "sentences": len(sentences),
        "tokens": tokens,
        "seconds": clock.seconds,
        "flops": [
            flops_a_token(t / max(1, n)) * t
            for t, n in zip(tokens, (len(whole), len(sentences)), strict=True)
        ],
        "plain": plain_ingest(articles, settings),
    }


def _read(articles: Sequence[Article], folder: Path, clock: Clock) -> list[Article]:
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, article in enumerate(articles):
        (corpus / f"{number:04d}.md").write_text(article.text, "utf-8")
    real = vars(building)["clean"]

    def clean(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the step's
        with clock.on("clean"):
            return real(*arguments, **named)

    with patch.object(building, "clean", clean), clock.on("read"):
        found = [a for path in sorted(corpus.iterdir()) for a in read_file(path, corpus).articles]
    clock.take("read", "clean")
    return found


def _cut(articles: Sequence[Article], settings: Settings, embedder: Embedder, clock: Clock) -> Cut:
    def count(texts: Sequence[str]) -> list[int]:
        with clock.on("tokenise"):
            return embedder.count_tokens(texts)

    with clock.on("split"):
        cut = [(a, split_article(a, settings.chunk_tokens, count)) for a in articles]
    clock.take("split", "tokenise")
    return cut


def _write(
    index: Path, cut: Cut, vectors: tuple[NDArray[np.float32], NDArray[np.float32]], clock: Clock
) -> None:
    at, first = 0, 0
    with writing(index), Builder(index, None, vectors[0].shape[1]) as builder:
        for article, chunks in cut:
            with clock.on("dates, stems, signature"):
                dates = find_dates(article.text, anchor=None, language=article.language)
                signed = signature(article.text)
                words = [stems(embedded_text(article, c), article.language) for c in chunks]
            with clock.on("write"):
                key = builder.add(article, "made up", dates)
                builder.sign(key, signed)
                for chunk, own in zip(chunks, words, strict=True):
                    last = first + len(chunk.sentences)
                    rows = np.concatenate([vectors[0][at : at + 1], vectors[1][first:last]])
                    builder.add_chunk(key, chunk, own, rows)
                    at, first = at + 1, last
        with clock.on("finish"):
            builder.commit({"name": "", "fingerprint": ""}, {}, {})


def ranking_by_precision(material: Material, settings: Settings) -> dict[str, dict[str, float]]:
    """nDCG@10 of chunks by cosine in float32 and in bfloat16, by set; the same passages and questions."""
    found: dict[str, dict[str, float]] = {}
    for kind in ("float32", "bfloat16"):
        embedder = open_embedder(load_settings(**settings.model_dump() | {"embedding_dtype": kind}))
        for name in dict.fromkeys(q.article.split(":")[0] for q in material.questions):
            found.setdefault(name, {})[kind] = _ndcg(material, name, embedder)
    return found


def _ndcg(material: Material, name: str, embedder: Embedder) -> float:
    told = zip(material.answering.articles, material.answering.chunks, strict=True)
    cut = [(a, chunks) for a, chunks in told if a.id.startswith(f"{name}:")][:JUDGED]
    owners = np.array([a.id for a, chunks in cut for _ in chunks])
    texts = [embedded_text(a, c) for a, chunks in cut for c in chunks]
    here = set(owners.tolist())
    asked = [q for q in material.questions if q.article in here]
    scores = embedder.embed_queries([q.text for q in asked]) @ embedder.embed_passages(texts).T
    gains = []
    for question, row in zip(asked, scores, strict=True):
        ranked = list(dict.fromkeys(owners[np.argsort(-row, kind="stable")].tolist()))[:_TOP]
        gains.append(1 / np.log2(2 + ranked.index(question.article)) if question.article in ranked else 0.0)  # fmt: skip
    return float(np.mean(gains))

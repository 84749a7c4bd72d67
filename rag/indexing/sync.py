"""Bring the index in line with the corpus: only what changed is embedded; all or nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rag.embedding import identify_model, open_embedder
from rag.embedding.background import language_background
from rag.errors import (
    CorpusError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
)
from rag.indexing.duplicates import SIGNATURE_VERSION, signature
from rag.indexing.plan import Plan, Progress, SyncSummary
from rag.indexing.readers import iter_files
from rag.indexing.split import ANALYSIS_VERSION, SPLIT_VERSION, split_article
from rag.store.building import Builder
from rag.store.local import ROWS
from rag.store.manifest import Manifest, read_manifest, verify_files, writing
from rag.store.rows import Rows
from rag.text.analysis import stems
from rag.text.dates import find_dates

if TYPE_CHECKING:
    from pathlib import Path

    from rag.embedding import Embedder
    from rag.records import Article, Chunk
    from rag.settings import Settings

_IDS_SHOWN = 20  # of the copies of one story
_BATCH_TEXTS = 512  # texts embedded in one go: bounds memory, leaves room for sorting by length


def sync(
    settings: Settings,
    embedder: Embedder | None = None,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> SyncSummary:
    """Read the corpus, embed what is new or changed, drop what is gone, switch to the new generation.

    The index in force stays so until the very end, and for good if anything fails. An article whose
    file has become unreadable keeps its last readable version. Without `embedder`, the one that the
    settings name is opened, once there is something to embed.

    Raises:
        CorpusError: the folder is missing or holds no readable article at all.
        IndexForeignError: the index folder holds something else's manifest.
        IndexBusyError, IndexWriteError: the index folder is locked or can't be written.
    """
    files = iter_files(
        settings.corpus
    )  # before the lock: a missing corpus must not create an index folder
    model = (embedder.name, embedder.fingerprint) if embedder else identify_model(settings)
    with writing(settings.index):
        usable = _usable_base(settings, model)
        base = None if rebuild else usable
        summary = SyncSummary(rebuilt=base is None)
        known = _known(settings.index, base)
        plan = Plan(known, summary)
        changed = list(plan.changes(files, settings.corpus, progress))
        gone = plan.gone()
        if not plan.seen:
            first = (
                f"; the first refusal: {': '.join(summary.refused[0])}" if summary.refused else ""
            )
            raise CorpusError(
                f"no readable article in {settings.corpus}{first}; correct the files, or name a folder"
            )
        if base is not None and not changed and not gone and not plan.moved:
            summary.counts = base.counts
            return summary
        embedder = embedder or open_embedder(settings)
        with Builder(settings.index, base, embedder.dimension) as builder:
            for article_id in [*gone, *(a.id for a, _ in changed if a.id in known)]:
                builder.delete(article_id)
            for article_id, file in plan.moved:
                builder.move(article_id, file)
            _add(builder, changed, settings, embedder, progress)
            _add_backgrounds(builder, embedder)
            _tell_copies(builder, summary)
            corpus = {"path": str(settings.corpus), "digest": _corpus_digest(builder.state())}
            manifest = builder.commit(_model(embedder), _split(settings), corpus)
        summary.counts = manifest.counts
        return summary


def _add(
    builder: Builder,
    changed: list[tuple[Article, str]],
    settings: Settings,
    embedder: Embedder,
    progress: Progress | None,
) -> None:
    batch: list[tuple[int, Article, Chunk]] = []
    for article, file in changed:
        mentions = find_dates(article.text, anchor=article.published, language=article.language)
        key = builder.add(article, file, mentions)
        builder.sign(key, signature(article.text))
        batch += [
            (key, article, c)
            for c in split_article(article, settings.chunk_tokens, embedder.count_tokens)
        ]
        if sum(1 + len(chunk.sentences) for _, _, chunk in batch) >= _BATCH_TEXTS:
            _embed(builder, batch, embedder, progress)
            batch = []
    _embed(builder, batch, embedder, progress)


def _embed(
    builder: Builder,
    batch: list[tuple[int, Article, Chunk]],
    embedder: Embedder,
    progress: Progress | None,
) -> None:
    texts: list[str] = []
    for _, article, chunk in batch:
        texts.append(embedded_text(article, chunk))
        texts += [article.text[s.start : s.end] for s in chunk.sentences]
    vectors = embedder.embed_passages(texts, progress.embedding if progress else None)
    at = 0
    for key, article, chunk in batch:
        size = 1 + len(chunk.sentences)
        builder.add_chunk(
            key,
            chunk,
            stems(embedded_text(article, chunk), article.language),
            vectors[at : at + size],
        )
        at += size


def _add_backgrounds(builder: Builder, embedder: Embedder) -> None:
    for language in builder.languages_without_background():
        vector = language_background(embedder, language)
        if vector is not None:
            builder.add_background(language, vector)


def _tell_copies(builder: Builder, summary: SyncSummary) -> None:
    files = {article_id: file for article_id, (_, file) in builder.state().items()}
    for ids in builder.group_stories():
        shown = ", ".join(ids[:_IDS_SHOWN]) + (", …" if len(ids) > _IDS_SHOWN else "")
        note = f"{len(ids)} articles are copies of one story: {shown}"
        summary.notes.append((files[ids[0]], note))


def embedded_text(article: Article, chunk: Chunk) -> str:
    """What is embedded and indexed for a chunk: its article's title tells what "the visit" was."""
    return f"{article.title}\n{chunk.text}" if article.title else chunk.text


def _usable_base(settings: Settings, model: tuple[str, str]) -> Manifest | None:
    """The manifest in force if its generation can be built upon, else None (build from nothing)."""
    try:
        manifest = read_manifest(settings.index)
        verify_files(settings.index, manifest)
    except (IndexMissingError, IndexDamagedError, IndexMismatchError):
        return None
    same_model = (manifest.model["name"], manifest.model["fingerprint"]) == model
    return manifest if same_model and manifest.split == _split(settings) else None


def _known(index: Path, base: Manifest | None) -> dict[str, tuple[str, str]]:
    if base is None:
        return {}
    rows = Rows.open(base.folder(index) / ROWS)
    try:
        return rows.state()
    finally:
        rows.close()


def _model(embedder: Embedder) -> dict[str, Any]:
    return {
        "name": embedder.name,
        "fingerprint": embedder.fingerprint,
        "dimension": embedder.dimension,
    }


def _split(settings: Settings) -> dict[str, Any]:
    return {
        "chunk_tokens": settings.chunk_tokens,
        "split": SPLIT_VERSION,
        "analysis": ANALYSIS_VERSION,
        "signature": SIGNATURE_VERSION,
    }


def _corpus_digest(state: dict[str, tuple[str, str]]) -> str:
    lines = (f"{article_id}\t{digest}" for article_id, (digest, _) in sorted(state.items()))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

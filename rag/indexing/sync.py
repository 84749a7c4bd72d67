"""Bring the index in line with the corpus: only what changed is embedded; all or nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rag.embedding import identify_model
from rag.embedding.background import language_background
from rag.errors import (
    CorpusError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
)
from rag.indexing.adding import Adder
from rag.indexing.adding import embedded_text as embedded_text
from rag.indexing.duplicates import SIGNATURE_VERSION
from rag.indexing.plan import Plan, Progress, SyncSummary
from rag.indexing.readers import iter_files
from rag.indexing.sharing import Share
from rag.indexing.split import ANALYSIS_VERSION, SPLIT_VERSION
from rag.store.opening import open_shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.embedding import Embedder
    from rag.settings import Settings
    from rag.store import Shelf, StoreWriter
    from rag.store.manifest import Manifest

_IDS_SHOWN = 20  # of the copies of one story


def sync(
    settings: Settings,
    embedder: Embedder | None = None,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    wait_s: float = 0.0,
    waiting: Callable[[], None] | None = None,
) -> SyncSummary:
    """Read the corpus, embed what is new or changed, drop what is gone, switch to the new generation.

    The index in force stays so until the very end, and for good if anything fails. An article whose
    file has become unreadable keeps its last readable version. Without `embedder`, the one that the
    settings name is opened, once there is something to embed. Another sync that runs is waited for
    up to `wait_s` seconds; `waiting` is called when that begins. With several `index_shares`
    in the settings, this does the first and waits for the others (`rag.indexing.sharing`).

    Raises:
        CorpusError: the folder is missing or holds no readable article at all.
        IndexForeignError: the index folder holds something else's manifest.
        IndexBusyError, IndexWriteError: the index folder is locked all that time or can't be written.
    """
    files = iter_files(
        settings.corpus
    )  # before the lock: a missing corpus must not create an index folder
    model = (embedder.name, embedder.fingerprint) if embedder else identify_model(settings)
    shelf = open_shelf(settings)
    with shelf.writing(wait_s, waiting):
        shelf.tidy()
        base = None if rebuild else _usable_base(shelf, settings, model)
        try:
            return _synced(
                shelf,
                settings,
                (embedder, model, Share(1, settings.index_shares)),
                base,
                files,
                progress,
            )
        except IndexDamagedError:
            if base is None:
                raise
            return _synced(
                shelf,
                settings,
                (embedder, model, Share(1, settings.index_shares)),
                None,
                files,
                progress,
            )


def _synced(
    shelf: Shelf,
    settings: Settings,
    engine: tuple[Embedder | None, tuple[str, str], Share],
    base: Manifest | None,
    files: list[Path],
    progress: Progress | None,
) -> SyncSummary:
    """Build upon `base`, or from nothing; `engine`: the model if it is loaded, its name and fingerprint, the share.

    Raises:
        IndexDamagedError: there is something to do, and the base has changed since it was written.
        CorpusError: no file holds a readable article.
    """
    summary = SyncSummary(rebuilt=base is None)
    embedder, model, share = engine
    identity = f"{model[1]} {sorted(_split(settings).items())}"
    with Adder(shelf, base, settings, embedder, identity) as adder:
        plan = Plan(adder.known(), summary)
        if share.of > 1:
            _ = adder.writer  # the others wait for it
        for article, file in plan.changes(files, settings.corpus, progress):
            if share.has(article.id):
                adder.add(article, file, progress)
        gone = plan.gone()
        if not plan.seen:
            first = (
                f"; the first refusal: {': '.join(summary.refused[0])}" if summary.refused else ""
            )
            raise CorpusError(
                f"no readable article in {settings.corpus}{first}; correct the files, or name a folder"
            )
        if base is not None and not adder.has_begun and not gone and not plan.moved:
            summary.counts = base.counts
            return summary
        builder = adder.writer
        for article_id in gone:
            builder.delete(article_id)
        for article_id, file in plan.moved:
            builder.move(article_id, file)
        adder.flush(progress)
        shelf.gather(builder)
        _add_backgrounds(builder, adder.embedder)
        _tell_copies(builder, summary)
        corpus = {"path": str(settings.corpus), "digest": _corpus_digest(builder.state())}
        summary.counts = builder.commit(_model(adder.embedder), _split(settings), corpus).counts
    return summary


def _add_backgrounds(builder: StoreWriter, embedder: Embedder) -> None:
    for language in builder.languages_without_background():
        vector = language_background(embedder, language)
        if vector is not None:
            builder.add_background(language, vector)


def _tell_copies(builder: StoreWriter, summary: SyncSummary) -> None:
    files = {article_id: file for article_id, (_, file) in builder.state().items()}
    for ids in builder.group_stories():
        shown = ", ".join(ids[:_IDS_SHOWN]) + (", …" if len(ids) > _IDS_SHOWN else "")
        note = f"{len(ids)} articles are copies of one story: {shown}"
        summary.notes.append((files[ids[0]], note))


def _usable_base(shelf: Shelf, settings: Settings, model: tuple[str, str]) -> Manifest | None:
    """The manifest in force if its generation can be built upon, else None (build from nothing)."""
    try:
        manifest = shelf.manifest()
    except (IndexMissingError, IndexDamagedError, IndexMismatchError):
        return None
    same_model = (manifest.model["name"], manifest.model["fingerprint"]) == model
    return manifest if same_model and manifest.split == _split(settings) else None


def _model(embedder: Embedder) -> dict[str, Any]:
    return {
        "name": embedder.name,
        "fingerprint": embedder.fingerprint,
        "dimension": embedder.dimension,
        **getattr(embedder, "computing", {}),  # told, not compared: it moves a vector by < 0.001
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

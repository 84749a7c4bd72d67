"""An index moved from one store to another: vectors are copied, nothing is embedded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from rag.errors import IndexMismatchError, IndexMissingError, StoreError, UsageError
from rag.indexing.adding import embedded_text
from rag.indexing.duplicates import signature
from rag.indexing.split import ANALYSIS_VERSION
from rag.store.opening import open_shelf, open_whole
from rag.text.analysis import stems

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.settings import Settings
    from rag.store import Shelf, StoreWriter
    from rag.store.copying import Copyable, Packed
    from rag.store.manifest import Manifest

StoreName = Literal["local", "milvus"]
_COMPARED = ("articles", "chunks", "sentences")


def migrate(
    settings: Settings,
    to: StoreName,
    *,
    replace: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Manifest:
    """Copy the index of the other store into the store `to`, all or nothing; `progress` gets (done, articles).

    The index that is copied stays. A migration that was interrupted has changed nothing; run it again.

    Raises:
        UsageError: there is an index already, and it is not to be replaced.
        IndexMismatchError: the index was made by other rules of text analysis than the present ones.
        IndexFolderError: one of the two can't be opened or written, or the counts differ at the end.
    """
    source_store: StoreName = "local" if to == "milvus" else "milvus"
    source = open_whole(settings.model_copy(update={"store": source_store}))
    try:
        _check(source.manifest, settings.model_copy(update={"store": source_store}))
        target = settings.model_copy(update={"store": to})
        shelf = open_shelf(target)
        with shelf.writing():
            if not replace and _is_taken(shelf):
                raise UsageError(
                    f"the store {to!r} holds an index already; give --replace to put this one in its place"
                )
            return _copied(
                source, settings.model_copy(update={"store": source_store}), shelf, progress
            )
    finally:
        source.close()


def _check(manifest: Manifest, settings: Settings) -> None:
    found = manifest.split.get("analysis")
    if found != ANALYSIS_VERSION:
        raise IndexMismatchError(
            f"the index of the store {settings.store!r} was analysed by rules {found}, the present ones are "
            f"{ANALYSIS_VERSION}; run `shawahid index` over it first"
        )


def _is_taken(shelf: Shelf) -> bool:
    try:
        return shelf.manifest().counts["articles"] > 0
    except IndexMissingError:
        return False


def _copied(
    source: Copyable,
    settings: Settings,
    shelf: Shelf,
    progress: Callable[[int, int], None] | None,
) -> Manifest:
    manifest = source.manifest
    files = {name: file for name, (_, file) in open_shelf(settings).known(manifest).items()}
    dimension, expected = int(manifest.model["dimension"]), manifest.counts["sentences"]
    with shelf.builder(None, dimension, "", expected) as builder:
        counted: Counter[str] = Counter()
        for packed in source.contents():
            _add(builder, packed, files[packed.article.id])
            counted.update(
                articles=1,
                chunks=len(packed.chunks),
                sentences=sum(len(chunk.sentences) for chunk, _ in packed.chunks),
            )
            if progress:
                progress(counted["articles"], manifest.counts["articles"])
        _compare(counted, manifest)
        for language, vector in source.backgrounds().items():
            builder.add_background(language, vector)
        builder.group_stories()
        return builder.commit(manifest.model, manifest.split, manifest.corpus)


def _add(builder: StoreWriter, packed: Packed, file: str) -> None:
    article, mentions, chunks = packed
    key = builder.add(article, file, mentions)
    builder.sign(key, signature(article.text))
    for chunk, vectors in chunks:
        told = stems(embedded_text(article, chunk), article.language)
        builder.add_chunk(key, chunk, told, vectors)


def _compare(counted: Counter[str], manifest: Manifest) -> None:
    for name in _COMPARED:
        if counted[name] != manifest.counts[name]:
            raise StoreError(
                f"{counted[name]} {name} were copied of {manifest.counts[name]}; nothing was changed; "
                "run `shawahid index` over the source, then migrate again"
            )

"""The store that the settings name."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.embedding import Embedder
    from rag.records import Article
    from rag.settings import Settings
    from rag.store import PassageStore, Shelf
    from rag.store.copying import Copyable
    from rag.store.manifest import Manifest
    from rag.store.milvus.connection import Connection
    from rag.store.milvus.reading import MilvusStore
    from rag.store.milvus.shelf import MilvusShelf
    from rag.store.rows import Rows


def open_store(settings: Settings, embedder: Embedder) -> PassageStore:
    """The index in force, to search it.

    Raises:
        IndexMissingError, IndexDamagedError: there is none, or it is not as written.
        IndexMismatchError: another model made it; the message names both and the way out.
        StoreUnavailableError, StoreError: the server that keeps it does not answer, or refuses.
    """
    if settings.store == "milvus":
        from rag.store.milvus.reading import MilvusStore

        return MilvusStore.open(_connection(settings), settings.milvus_prefix, embedder)
    from rag.store.local import LocalStore

    return LocalStore.open(settings.index, embedder)


def open_whole(settings: Settings) -> Copyable:
    """The index in force, to copy all of it, whatever model made it.

    Raises:
        IndexFolderError: as `open_store`.
    """
    if settings.store == "milvus":
        return _milvus_articles(settings)
    from rag.store.local import LocalStore

    return LocalStore(settings.index, open_shelf(settings).manifest())


def open_shelf(settings: Settings) -> Shelf:
    """Where the settings keep the index, to write it.

    Raises:
        UsageError: several processes are to write, and the store takes one.
        StoreError: the store's client is not installed.
    """
    if settings.store == "milvus" or settings.index_shares > 1:
        return open_milvus_shelf(settings)
    from rag.store.shelf import LocalShelf

    return LocalShelf(settings.index)


def open_milvus_shelf(settings: Settings) -> MilvusShelf:
    """Where several processes write one index.

    Raises:
        UsageError: the settings name the local store, which one process writes.
        StoreError: the store's client is not installed.
    """
    if settings.store != "milvus":
        raise UsageError(
            "the local store is written by one process; set SHAWAHID_STORE=milvus to share the work"
        )
    from rag.store.milvus.shelf import MilvusShelf

    prefix, kind = settings.milvus_prefix, settings.milvus_index
    return MilvusShelf(_connection(settings), prefix, kind, settings.index_shares)


def manifest_in_force(settings: Settings, timeout_s: float | None = None) -> Manifest:
    """What the index in force says of itself, without opening it; a server is given `timeout_s` to answer.

    Raises:
        IndexFolderError: as `open_store`.
    """
    if settings.store == "milvus":
        from rag.store.milvus.record import read_record

        with contextlib.closing(_connection(settings, timeout_s)) as connection:
            return read_record(connection, settings.milvus_prefix).manifest
    from rag.store.manifest import read_manifest

    return read_manifest(settings.index)


class Articles(Protocol):
    """The articles of an index."""

    def article(self, article_id: str) -> Article | None:
        """The article of that id, if there is one."""
        ...

    def articles(self) -> list[Article]:
        """All of them, newest first."""
        ...


@contextlib.contextmanager
def stored_articles(settings: Settings) -> Iterator[Articles]:
    """The articles of the index in force, read without a model.

    Raises:
        IndexFolderError: as `open_store`.
    """
    opened = _milvus_articles(settings) if settings.store == "milvus" else _rows(settings)
    with contextlib.closing(opened):
        yield opened


def _milvus_articles(settings: Settings) -> MilvusStore:
    from rag.store.milvus.reading import MilvusStore

    return MilvusStore.open(_connection(settings), settings.milvus_prefix, None)


def _rows(settings: Settings) -> Rows:
    from rag.store.local import ROWS
    from rag.store.manifest import read_manifest
    from rag.store.rows import Rows

    return Rows.open(read_manifest(settings.index).folder(settings.index) / ROWS)


def _connection(settings: Settings, timeout_s: float | None = None) -> Connection:
    from rag.store.milvus.connection import TIMEOUT_S, Connection

    token = settings.milvus_token.get_secret_value() if settings.milvus_token else ""
    return Connection(settings.milvus_uri, token, timeout_s or TIMEOUT_S)

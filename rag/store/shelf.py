"""Where a sync starts on the local store: the folder of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.store.building import Builder
from rag.store.local import ROWS
from rag.store.lock import writing
from rag.store.manifest import Manifest, drop_leftovers, read_manifest, verify_files
from rag.store.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path


class LocalShelf:
    """Meets `rag.store.Shelf`."""

    def __init__(self, index: Path) -> None:
        self._index = index

    def writing(
        self, wait_s: float = 0.0, waiting: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """See `Shelf.writing`."""
        return writing(self._index, wait_s, waiting)

    def tidy(self) -> None:
        """See `Shelf.tidy`."""
        drop_leftovers(self._index)

    def manifest(self) -> Manifest:
        """See `Shelf.manifest`."""
        manifest = read_manifest(self._index)
        verify_files(self._index, manifest)
        return manifest

    def verify(self, base: Manifest) -> None:
        """See `Shelf.verify`."""
        verify_files(self._index, base, full=True)

    def known(self, base: Manifest | None) -> dict[str, tuple[str, str]]:
        """See `Shelf.known`."""
        if base is None:
            return {}
        rows = Rows.open(base.folder(self._index) / ROWS)
        try:
            return rows.state()
        finally:
            rows.close()

    def can_resume(self, base: Manifest | None, identity: str) -> bool:
        """See `Shelf.can_resume`."""
        return Builder.can_resume(self._index, base, identity)

    def builder(
        self, base: Manifest | None, dimension: int, identity: str = "", expected: int = 0
    ) -> Builder:
        """See `Shelf.builder`."""
        del expected  # this store changes its kind of index as it grows
        return Builder(self._index, base, dimension, identity)

    def gather(self, writer: Builder) -> None:
        """See `Shelf.gather`: nobody else writes."""

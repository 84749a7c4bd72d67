"""The lexical leg: BM25 over stems in a tantivy index, one document a chunk.

Text is analysed before it comes here (`rag.text.analysis.stems`), so every store ranks alike.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import tantivy

from rag.errors import IndexDamagedError
from rag.store.vectors import with_ties

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WRITER_BYTES = 50_000_000  # tantivy's heap for one writer thread; its least is 15 MB
_BODY = "body"
_TIES = 64  # looked at beyond the limit


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("article", stored=False, indexed=True)
    builder.add_text_field(_BODY, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalIndex:
    """BM25 search; writes through `writing`."""

    def __init__(self, index: tantivy.Index, copy: TemporaryDirectory[str] | None = None) -> None:
        self._copy = copy  # removed with this object
        self._index = index
        self._schema = index.schema

    @classmethod
    def create(cls, folder: Path) -> LexicalIndex:
        """A new empty index in `folder`."""
        folder.mkdir(parents=True)
        return cls(tantivy.Index(_schema(), path=str(folder)))

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """The index in `folder`, to read or change it.

        Raises:
            IndexDamagedError: it can't be opened.
        """
        return cls._open(folder)

    @classmethod
    def open_for_reading(cls, folder: Path) -> LexicalIndex:
        """The index in `folder`; a copy of it where that can't be written.

        Tantivy takes a lock file in the folder, even to read.

        Raises:
            IndexDamagedError: it can't be opened.
        """
        if not folder.is_dir() or os.access(folder, os.W_OK):
            return cls._open(folder)
        copy = TemporaryDirectory(prefix="shawahid-lexical-", ignore_cleanup_errors=True)
        shutil.copytree(folder, copy.name, dirs_exist_ok=True, copy_function=shutil.copyfile)
        return cls._open(Path(copy.name), copy)

    @classmethod
    def _open(cls, folder: Path, copy: TemporaryDirectory[str] | None = None) -> LexicalIndex:
        try:
            return cls(tantivy.Index.open(str(folder)), copy)
        except (ValueError, OSError) as error:
            raise IndexDamagedError(
                f"{folder} can't be opened ({str(error)[:120]}); run `shawahid index --rebuild`"
            ) from None

    @contextlib.contextmanager
    def writing(self) -> Iterator[LexicalWriter]:
        """Add and delete; committed when the block ends, merged files settled."""
        with _write_errors():
            writer = self._index.writer(_WRITER_BYTES, 1)
        yield LexicalWriter(writer, self._schema)
        with _write_errors():
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def search(
        self, stems: Sequence[str], limit: int, articles: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The `limit` best chunk keys with their BM25 score, and what ties with the last; best first, ties by key.

        `articles` restricts to chunks of these article keys, exactly.
        """
        if not stems or (articles is not None and not articles):
            return []
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _BODY, stem, "freq"))
            for stem in dict.fromkeys(stems)
        ]
        query = tantivy.Query.boolean_query(terms)
        if articles is not None:
            of_these = tantivy.Query.term_set_query(self._schema, "article", list(articles))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(of_these, 0.0)),
                ]
            )
        searcher = self._index.searcher()
        hits = searcher.search(query, limit + _TIES, count=False).hits
        found = [(int(searcher.doc(address)["key"][0]), float(score)) for score, address in hits]
        return with_ties(sorted(found, key=lambda hit: (-hit[1], hit[0])), limit)

    def frequency(self, stem: str) -> int:
        """How many chunks hold the stem (deleted ones may be counted until files are merged)."""
        return int(self._index.searcher().doc_freq(_BODY, stem))


@contextlib.contextmanager
def _write_errors() -> Iterator[None]:
    """Tantivy tells of a full disk by a ValueError."""
    try:
        yield
    except ValueError as error:
        raise OSError(None, f"the lexical index could not be written ({str(error)[:80]})") from None


class LexicalWriter:
    """The write side, inside `LexicalIndex.writing`."""

    def __init__(self, writer: tantivy.IndexWriter, schema: tantivy.Schema) -> None:
        self._writer = writer
        self._schema = schema

    def add(self, key: int, article: int, stems: Sequence[str]) -> None:
        """Add one chunk's stems under its key."""
        with _write_errors():
            document = tantivy.Document()
            document.add_unsigned("key", key)
            document.add_unsigned("article", article)
            document.add_text(_BODY, " ".join(stems))
            self._writer.add_document(document)

    def delete_article(self, article: int) -> None:
        """Delete all chunks of an article key."""
        # delete_documents_by_term leaves unsigned fields untouched (tantivy 0.27)
        self._writer.delete_documents_by_query(
            tantivy.Query.term_query(self._schema, "article", article)
        )

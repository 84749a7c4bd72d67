"""The lexical leg: BM25 over stems in a tantivy index, one document a chunk.

Text is analysed before it comes here (`rag.text.analysis.stems`), so every store ranks alike.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import tantivy

from rag.errors import IndexDamagedError
from rag.store.vectors import with_ties

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.records import Article, Filters

_WRITER_BYTES = 50_000_000  # tantivy's heap for one writer thread; its least is 15 MB
_BODY = "body"
_TIES = 64  # looked at beyond the limit
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
_LAST_DAY = date.max.toordinal()
_GREATEST = 2**63 - 1


def _unscored(query: Any) -> Any:  # noqa: ANN401 - tantivy has no types
    return tantivy.Query.const_score_query(query, 0.0)


class Facets(NamedTuple):
    """What of an article filters ask for; `day` counts from the year 1, 0 where it is unknown."""

    day: int
    source: str
    language: str

    @classmethod
    def of(cls, article: Article) -> Self:
        """Those of an article."""
        day = article.published.toordinal() if article.published else 0
        return cls(day, article.source or "", article.language or "")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("article", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("day", stored=False, indexed=True, fast=True)
    for name in ("source", "language"):
        builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
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
            writer = LexicalWriter(self._index.writer(_WRITER_BYTES, 1), self._schema)
        yield writer
        writer.commit()
        writer.settle()
        self._index.reload()

    def search(
        self,
        stems: Sequence[str],
        limit: int,
        filters: Filters | None = None,
        articles: Sequence[int] | None = None,
    ) -> list[tuple[int, float]]:
        """The `limit` best chunk keys with their BM25 score, and what ties with the last; best first, ties by key.

        `filters` restricts to chunks of the articles they let pass, exactly, but for the ids they name: their
        keys are `articles`.
        """
        distinct = list(dict.fromkeys(stems))
        if not distinct or (articles is not None and not articles):
            return []
        searcher = self._index.searcher()
        clauses = [(_MUST, self._matching(distinct))]
        clauses += [(_MUST, _unscored(q)) for q in self._restrictions(filters, articles)]
        query = clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)
        hits = searcher.search(query, limit + _TIES, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits])
        found = [(int(key or 0), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]
        return with_ties(sorted(found, key=lambda hit: (-hit[1], hit[0])), limit)

    def _matching(self, stems: Sequence[str]) -> Any:  # noqa: ANN401 - tantivy has no types
        # All stems, frequent ones too: tantivy passes over the blocks that can't win. Leaving out what a tenth
        # of the chunks hold saved a third of 0.4 ms (p95, 60,000 chunks) and lost a tenth of the first ten.
        terms = [
            (_SHOULD, tantivy.Query.term_query(self._schema, _BODY, stem, "freq")) for stem in stems
        ]
        return tantivy.Query.boolean_query(terms)

    def _restrictions(
        self, filters: Filters | None, articles: Sequence[int] | None
    ) -> Iterator[Any]:
        schema = self._schema
        if articles is not None:
            yield tantivy.Query.term_set_query(schema, "article", list(articles))
        if filters is None:
            return
        if filters.since or filters.until:
            first = filters.since.toordinal() if filters.since else 1
            last = filters.until.toordinal() if filters.until else _LAST_DAY
            kind = tantivy.FieldType.Unsigned
            yield tantivy.Query.range_query(schema, "day", kind, first, last)
        for name, values in (("source", filters.sources), ("language", filters.languages)):
            if values:
                yield tantivy.Query.term_set_query(schema, name, list(values))

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

    def add(self, key: int, article: int, stems: Sequence[str], facets: Facets) -> None:
        """Add one chunk's stems under its key, with its article's key and facets."""
        with _write_errors():
            document = tantivy.Document()
            document.add_unsigned("key", key)
            document.add_unsigned("article", article)
            document.add_unsigned("day", facets.day)
            document.add_text("source", facets.source)
            document.add_text("language", facets.language)
            document.add_text(_BODY, " ".join(stems))
            self._writer.add_document(document)

    def delete_article(self, article: int) -> None:
        """Delete all chunks of an article key."""
        # delete_documents_by_term leaves unsigned fields untouched (tantivy 0.27)
        self._writer.delete_documents_by_query(
            tantivy.Query.term_query(self._schema, "article", article)
        )

    def delete_articles_after(self, article: int) -> None:
        """Delete all chunks of articles whose key is greater; counts at once, so that such keys can be given again."""
        kind = tantivy.FieldType.Unsigned
        self._writer.delete_documents_by_query(
            tantivy.Query.range_query(
                self._schema, "article", kind, article, _GREATEST, include_lower=False
            )
        )
        self.commit()

    def commit(self) -> None:
        """Keep what was done so far."""
        with _write_errors():
            self._writer.commit()

    def settle(self) -> None:
        """Wait for files to be merged; nothing can be written after."""
        with _write_errors():
            self._writer.wait_merging_threads()

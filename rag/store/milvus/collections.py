"""What is kept in Milvus: five kinds of rows, and what of them a server of some version can hold.

Every row has a key and `born`, the epoch of the sync that wrote it. Keys are given in order and never changed;
no text of a corpus stands in an expression, only numbers made of it (`connection.code`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.store.milvus.connection import code

if TYPE_CHECKING:
    from datetime import date

    from rag.records import Article, Filters
    from rag.store.milvus.connection import Connection

MOST_TEXT = 65_535  # bytes of one field
MOST_STEMS = 4_096  # that an array holds
EXACT_VECTORS = 200_000  # up to here every vector is compared; beyond, a graph leads the way
K1, B = 1.2, 0.75  # as the local store's lexical index has them
COMMON = ("id_code", "day", "source", "language", "born")  # fields of articles, chunks, sentences
_NAMES = ("articles", "chunks", "sentences", "facts")
_GRAPH = {"M": 32, "efConstruction": 200}


class Collections(NamedTuple):
    """Names of one generation's collections."""

    articles: str
    chunks: str
    sentences: str
    facts: str


def names(prefix: str, generation: int) -> Collections:
    """Names of a generation's collections."""
    return Collections(*(f"{prefix}_{generation}_{name}" for name in _NAMES))


def generation_of(prefix: str, collection: str) -> int | None:
    """The generation that a collection belongs to; None where it is none of ours."""
    start, _, name = collection.rpartition("_")
    number = start.removeprefix(f"{prefix}_")
    return int(number) if name in _NAMES and start != number and number.isdigit() else None


def create(connection: Connection, own: Collections, dimension: int, *, is_exact: bool) -> None:
    """Make a generation's collections; vectors in a graph (HNSW) unless `is_exact`."""
    full_text = connection.has_full_text()
    made = [
        (own.articles, *_for_articles()),
        (own.facts, *_for_facts()),
        (own.chunks, *_for_vectors(dimension, is_exact=is_exact, is_chunks=True)),
        (own.sentences, *_for_vectors(dimension, is_exact=is_exact, is_chunks=False)),
    ]
    _add_chunk_fields(*made[2][1:], full_text=full_text)
    with ThreadPoolExecutor(len(made)) as threads:  # a server takes seconds for each
        list(threads.map(lambda one: connection.create(*one), made))


def create_records(connection: Connection, collection: str) -> None:
    """Make the collection that holds the record in force, one row an epoch, and the writer's lock."""
    schema, indexes = _start("epoch")
    schema.add_field("value", _type("VARCHAR"), max_length=MOST_TEXT)
    connection.create(collection, schema, indexes)


def _for_articles() -> tuple[Any, Any]:
    schema, indexes = _start("article")
    _add_common(schema)
    for field in ("id", "digest", "file", "body", "signature"):
        schema.add_field(field, _type("VARCHAR"), max_length=MOST_TEXT)
    schema.add_field("parts", _type("INT64"))
    return schema, indexes


def _for_facts() -> tuple[Any, Any]:
    schema, indexes = _start("key")
    for field in ("kind", "code", "born"):
        schema.add_field(field, _type("INT64"))
    for field in ("name", "value"):
        schema.add_field(field, _type("VARCHAR"), max_length=MOST_TEXT)
    return schema, indexes


def _for_vectors(dimension: int, *, is_exact: bool, is_chunks: bool) -> tuple[Any, Any]:
    import pymilvus

    schema = pymilvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", _type("INT64"), is_primary=True)
    _add_common(schema)
    for field in ("article",) if is_chunks else ("article", "chunk"):
        schema.add_field(field, _type("INT64"))
    schema.add_field("vector", _type("FLOAT_VECTOR"), dim=dimension)
    indexes = pymilvus.MilvusClient.prepare_index_params()
    kind: dict[str, Any] = {"index_type": "HNSW", "params": _GRAPH}
    indexes.add_index("vector", metric_type="IP", **({"index_type": "FLAT"} if is_exact else kind))
    return schema, indexes


def _add_chunk_fields(schema: Any, indexes: Any, *, full_text: bool) -> None:  # noqa: ANN401 - pymilvus's own
    import pymilvus

    for field in ("start", "stop", "first", "stride"):
        schema.add_field(field, _type("INT64"))
    schema.add_field("sentences", _type("VARCHAR"), max_length=MOST_TEXT)
    if not full_text:
        schema.add_field("stems", _type("VARCHAR"), max_length=MOST_TEXT)
        schema.add_field(
            "codes", _type("ARRAY"), element_type=_type("INT64"), max_capacity=MOST_STEMS
        )
        return
    schema.add_field(
        "stems", _type("VARCHAR"), max_length=MOST_TEXT,
        enable_analyzer=True, analyzer_params={"tokenizer": "whitespace"},
    )  # fmt: skip
    schema.add_field("terms", _type("SPARSE_FLOAT_VECTOR"))
    schema.add_function(
        pymilvus.Function(
            name="bm25",
            input_field_names=["stems"],
            output_field_names=["terms"],
            function_type=pymilvus.FunctionType.BM25,
        )
    )
    indexes.add_index(
        "terms", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25",
        params={"bm25_k1": K1, "bm25_b": B},
    )  # fmt: skip


def _start(key: str) -> tuple[Any, Any]:
    """A schema with that key and the vector that every collection must have, here an empty one."""
    import pymilvus

    schema = pymilvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(key, _type("INT64"), is_primary=True)
    schema.add_field("nothing", _type("FLOAT_VECTOR"), dim=2)
    indexes = pymilvus.MilvusClient.prepare_index_params()
    indexes.add_index("nothing", index_type="FLAT", metric_type="IP")
    return schema, indexes


NOTHING = [1.0, 0.0]  # that vector


def _add_common(schema: Any) -> None:  # noqa: ANN401 - pymilvus's own
    for field in COMMON:
        schema.add_field(field, _type("INT64"))


def _type(name: str) -> Any:  # noqa: ANN401 - pymilvus's own
    import pymilvus

    return getattr(pymilvus.DataType, name)


def filterable(article: Article) -> dict[str, int]:
    """The fields that filters ask for, in every row of an article, its chunks and sentences."""
    return {
        "id_code": code(article.id),
        "day": article.published.toordinal() if article.published else 0,
        "source": _code(article.source),
        "language": _code(article.language),
    }


def expression(filters: Filters) -> str:
    """The filters as an expression; an undated article fits no date filter, "" where all is allowed."""
    clauses = [
        f"day {sign} {_day(day)}"
        for sign, day in ((">=", filters.since), ("<=", filters.until))
        if day
    ]
    if filters.until:
        clauses.append("day > 0")
    named = (
        ("source", filters.sources),
        ("language", filters.languages),
        ("id_code", filters.articles),
    )
    clauses += [
        f"{field} in [{','.join(str(code(v)) for v in values)}]"
        for field, values in named
        if values
    ]
    return " and ".join(clauses)


def language_is(language: str) -> str:
    """The expression for one language; "" stands for an unknown one."""
    return f"language == {_code(language)}"


def id_is(article_id: str) -> str:
    """The expression for one article, all its versions."""
    return f"id_code == {code(article_id)}"


def _code(name: str | None) -> int:
    return code(name) if name else 0


def _day(day: date) -> int:
    return day.toordinal()

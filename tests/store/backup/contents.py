"""What a folder of articles holds, and what an index finds."""

from rag.records import Filters
from rag.store.local import LocalStore

LIMIT = 1 << 30  # bytes that a restore may unpack


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and not p.name.startswith(".")
    }


def found(index, embedder):
    store = LocalStore.open(index, embedder)
    hits = store.search(embedder.embed_queries(["bridge"])[0], ["bridg"], 20, Filters())
    store.close()
    return [(h.chunk.id, h.dense, h.lexical) for h in hits]

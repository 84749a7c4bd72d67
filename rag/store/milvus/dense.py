"""The dense leg on Milvus: the chunks and sentences nearest to a question, language by language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.store.milvus.connection import Connection
    from rag.store.milvus.view import View

    Hits = list[tuple[int, float]]  # chunk and cosine, best first

_LEAST_EACH = 20  # candidates of each language, as in the local store
_TIES = 64  # taken beyond the limit; copies of one text score alike
_EPSILON = 1e-6  # cosines computed in another order may differ by that
_THREADS = 8
_LEAST_BEAM = 256  # candidates a graph keeps while it is walked; more than asked for, for recall


class Dense:
    """Asks for chunks and for sentences of each language at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._threads = ThreadPoolExecutor(_THREADS, "milvus")

    def search(self, view: View, vector: NDArray[np.float32], limit: int, filters: str) -> set[int]:
        """Keys of chunks: those near themselves, and those with a sentence that is near."""
        # how many languages have anything that passes the filters is known once they have answered
        most = max(_LEAST_EACH, limit if filters else limit // max(1, len(view.record.languages)))
        asked = list(view.of_languages(filters).values())
        chunks = self._threads.map(
            lambda within: self._nearest(view.own.chunks, "key", vector, most, within, view.level),
            asked,
        )
        near = self._threads.map(
            lambda within: self._nearest(
                view.own.sentences, "chunk", vector, 2 * most, within, view.level
            ),
            asked,
        )
        by_chunk = [hits for hits in chunks if hits]
        by_sentence = [hits for hits in near if hits]
        each = max(_LEAST_EACH, limit // max(1, len(by_chunk)))
        found = {key for hits in by_chunk for key, _ in _first(hits, each)}
        return found | {key for hits in by_sentence for key, _ in _first(hits, 2 * each)}

    def _nearest(
        self, collection: str, field: str, vector: NDArray[np.float32], limit: int, within: str, level: str
    ) -> Hits:  # fmt: skip
        wanted = limit + _TIES
        hits = self._connection.call(
            "search", collection, data=[vector], anns_field="vector", filter=within, limit=wanted,
            output_fields=[field], consistency_level=level,
            search_params={"metric_type": "IP", "params": {"ef": max(_LEAST_BEAM, 2 * wanted)}},
        )[0]  # fmt: skip
        if field == "key":
            return [(int(hit["id"]), float(hit["distance"])) for hit in hits]
        return [(int(hit["entity"][field]), float(hit["distance"])) for hit in hits]

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False)


def _first(hits: Hits, limit: int) -> Hits:
    if len(hits) <= limit:
        return hits
    last = hits[limit - 1][1] - _EPSILON
    return [hit for hit in hits[: limit + _TIES] if hit[1] >= last]

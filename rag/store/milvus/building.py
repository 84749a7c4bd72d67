"""The store on Milvus, write side: rows of an epoch that nobody sees before its record is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import StoreError
from rag.store.manifest import REBUILD, Manifest
from rag.store.milvus import facts
from rag.store.milvus.adopting import compare, count_others, last_keys, others_articles
from rag.store.milvus.collections import COMMON
from rag.store.milvus.connection import code
from rag.store.milvus.grouping import Grouping
from rag.store.milvus.record import Record, write_record
from rag.store.milvus.rows import (
    STRONG,
    Buffers,
    live_articles,
    signatures,
    stems_of,
)
from rag.store.milvus.sharing import Report
from rag.store.milvus.tally import KINDS, Tally
from rag.store.milvus.texts import New, article_row, as_numbers, as_text, chunk_row, part_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.records import Article, Chunk, DateMention
    from rag.store.milvus.connection import Connection

_DEAD_A_FACT = 4_000  # keys


class MilvusBuilder:
    """Meets `rag.store.StoreWriter`. `start`: an epoch that holds nothing yet; rows are written as they come."""

    resumed = False

    def __init__(
        self,
        connection: Connection,
        prefix: str,
        start: Record,
        former: Record,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        self._connection, self._prefix = connection, prefix
        self._record, self._former = start, former
        self._own = start.collections(prefix)
        self._buffers = Buffers(connection, self._own, start.next, share)
        self._full_text = connection.has_full_text()
        self._facts = facts.Facts(connection, self._own.facts, former.epoch)
        self._live = live_articles(connection, self._own, former, self._facts)
        self._before = {article_id: found.key for article_id, found in self._live.items()}
        self._dead: list[int] = []
        self._new: dict[int, New] = {}
        self._spoken = {code(name) if name else 0: name for name in former.languages}
        self._tally = Tally()
        self._stories: Grouping | None = None

    def __enter__(self) -> MilvusBuilder:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to undo: the next sync deletes rows of an epoch that did not come into force."""
        if self._stories:
            self._stories.close()

    def delete(self, article_id: str) -> None:
        """See `StoreWriter.delete`."""
        found = self._live.pop(article_id, None)
        if found is not None:
            self._dead.append(found.key)

    def add(self, article: Article, file: str, mentions: Iterable[DateMention]) -> int:
        """See `StoreWriter.add`."""
        key = self._buffers.next_key("articles")
        row, pieces = article_row(key, article, file, mentions, self._record.epoch)
        for number, piece in enumerate(pieces, 1):
            self._fact(facts.BODY, part_name(key, number), piece)
        self._new[key] = New(article.id, row)
        self._live[article.id] = self._buffers.live(row)
        self._spoken[row["language"]] = article.language or ""
        self._tally.article()
        return key

    def sign(self, article: int, signature: NDArray[np.uint32]) -> None:
        """See `StoreWriter.sign`."""
        new = self._new[article]
        new.signature = signature
        self._buffers.add("articles", new.row | {"signature": as_text(signature)})
        new.row = {name: new.row[name] for name in COMMON}  # its text need not be kept

    def add_chunk(
        self, article: int, chunk: Chunk, stems: Sequence[str], vectors: NDArray[np.float32]
    ) -> None:
        """See `StoreWriter.add_chunk`."""
        common = {"article": article} | {name: self._new[article].row[name] for name in COMMON}
        # rounded as the local store keeps them, so that both score alike
        rounded = vectors.astype(np.float16).astype(np.float32)
        key = self._buffers.next_key("chunks")
        keys = [self._buffers.next_key("sentences") for _ in chunk.sentences]
        self._buffers.add(
            "chunks",
            chunk_row(key, keys, self._buffers.stride, chunk, stems, full_text=self._full_text)
            | common
            | {"vector": rounded[0]},
        )
        for sentence, vector in zip(keys, rounded[1:], strict=True):
            self._buffers.add(
                "sentences", {"key": sentence, "chunk": key, "vector": vector, **common}
            )
        self._tally.chunk(stems, len(keys))

    def report(self, token: str) -> Report:
        """Send all there is; what another writer of this epoch needs to know of it (`sharing`)."""
        self._buffers.flush()
        languages = {self._spoken[new.row["language"]] for new in self._new.values()}
        counts = {name: self._tally.new[name] for name in KINDS}
        return Report(token, counts, self._buffers.next, tuple(sorted(languages)))

    def adopt(self, reports: Sequence[Report]) -> None:
        """Take over what the other writers of this epoch have written (`sharing`).

        Raises:
            StoreError: it is not what they report.
        """
        self._buffers.flush()
        last = last_keys(self._buffers.next, reports)
        given = (self._connection, self._own, self._record, last)
        self._spoken |= {code(n) if n else 0: n for report in reports for n in report.languages}
        rows = others_articles(*given, mine=self._new)
        others = count_others(*given, articles={int(row["article"]) for row in rows})
        compare(others, reports)
        for row in rows:
            self.delete(row["id"])
            known, sign = {name: row[name] for name in COMMON}, as_numbers(row["signature"], "<u4")
            self._new[int(row["article"])] = New(row["id"], known, sign)
            self._live[row["id"]] = self._buffers.live(row)
        self._tally.join(others)
        self._buffers.next = last

    def checkpoint(self, *, now: bool = False) -> None:
        """See `StoreWriter.checkpoint`: an interrupted sync is begun again."""

    def group_stories(self) -> list[tuple[str, ...]]:
        """See `StoreWriter.group_stories`."""
        known = self._facts.all(facts.STORY, self._former.next["facts"], STRONG)
        self._stories = Grouping({name: story for name, story in known.items() if story})
        alive = {key: name for name, key in self._before.items()}
        before = signatures(self._connection, self._own, self._former, alive)
        dead = set(self._dead)
        new = [(key, n.id, n.signature) for key, n in self._new.items() if key not in dead]
        groups = self._stories.settle(before, self._dead, new)
        for name, story in self._stories.changed().items():
            self._fact(facts.STORY, name, story)
        return groups

    def languages_without_background(self) -> list[str]:
        """See `StoreWriter.languages_without_background`."""
        spoken = sorted(self._languages() - {""})
        known = self._facts.values(facts.BACKGROUND, spoken, STRONG)
        return [name for name in spoken if name not in known]

    def add_background(self, language: str, vector: NDArray[np.float32]) -> None:
        """See `StoreWriter.add_background`."""
        self._fact(facts.BACKGROUND, language, as_text(vector.astype(np.float32)))

    def move(self, article_id: str, file: str) -> None:
        """See `StoreWriter.move`."""
        self._live[article_id] = self._live[article_id]._replace(file=file)
        self._fact(facts.FILE, str(self._live[article_id].key), file)

    def state(self) -> dict[str, tuple[str, str]]:
        """See `StoreWriter.state`."""
        return {name: (found.digest, found.file) for name, found in self._live.items()}

    def commit(
        self, model: dict[str, Any], split: dict[str, Any], corpus: dict[str, Any]
    ) -> Manifest:
        """See `StoreWriter.commit`."""
        self._stories or self.group_stories()
        self._bury()
        self._tell_frequencies()
        self._buffers.flush()
        self._check_arrived()
        counts = self._tally.total(self._former.manifest.counts, self._former.tokens)
        counts["stories"] = self._stories.count() if self._stories else 0
        manifest = Manifest(
            generation=f"{self._record.epoch:06d}",
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=model,
            split=split,
            counts={name: counts[name] for name in ("stories", "articles", "chunks", "sentences")},
            corpus=corpus,
        )
        record = replace(
            self._record,
            manifest=manifest,
            next=self._buffers.next,
            before=dict(self._record.next),
            tokens=counts["tokens"],
            dead=-(-len(self._dead) // _DEAD_A_FACT),
            languages=tuple(sorted(self._languages())),
        )
        write_record(self._connection, self._prefix, record)
        return manifest

    def _languages(self) -> set[str]:
        """Languages of the articles in force, "" for an unknown one."""
        return {self._spoken[found.language] for found in self._live.values()}

    def _bury(self) -> None:
        """Note which articles are dead, and count what goes with them."""
        self._buffers.flush()
        for number, at in enumerate(range(0, len(self._dead), _DEAD_A_FACT)):
            piece = np.asarray(self._dead[at : at + _DEAD_A_FACT], np.int64)
            self._fact(facts.DEAD, f"{self._record.epoch}.{number}", as_text(piece))
        self._tally.gone_articles(len(self._dead))
        for stems, sentences in stems_of(self._connection, self._own, self._dead):
            self._tally.gone_chunk(stems, sentences)

    def _tell_frequencies(self) -> None:
        touched, kept = self._tally.touched(), self._former.next["facts"]
        known = self._facts.values(facts.FREQUENCY, touched, STRONG) if kept else {}
        for stem in touched:
            number = self._tally.frequency(stem, int(known.get(stem, 0)))
            self._fact(facts.FREQUENCY, stem, str(number))

    def _check_arrived(self) -> None:
        """Refuse to put an epoch in force whose rows are not all there."""
        born = f"born == {self._record.epoch}"
        for kind in KINDS:
            found = self._connection.count(getattr(self._own, kind), born)
            if found != self._tally.new[kind]:
                raise StoreError(
                    f"Milvus at {self._connection.uri} holds {found} new {kind}, {self._tally.new[kind]} were sent; "
                    f"run `shawahid index` again, and if it recurs, {REBUILD}"
                )

    def _fact(self, kind: str, name: str, value: str) -> None:
        key = self._buffers.next_key("facts")
        self._buffers.add("facts", facts.row(key, f"{kind}:{name}", self._record.epoch, value))

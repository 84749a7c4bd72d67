"""What the vectors bring to a question, language by language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.store.approximate import EXACT_CHUNKS, EXACT_SHARE, Approximate, files_of
from rag.store.layout import Layout
from rag.store.segments import FOLDER, State, open_segments, read_gone
from rag.store.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rag.store.layout import Group

    Places = NDArray[np.int64]

_LEAST_EACH = (
    20  # candidates that each language of the corpus brings, however many languages there are
)
# Sentences that a search is compared with, those of small languages first; what passing over others costs counts too
# (`Vectors.cost`). Those of the other languages are only scored for the chunks found. At 100,000 chunks, 400,000 sentences,
# comparing with all of them took 20 of 29 ms and moved nDCG@10 by 0.0001 (300 questions of ARCD and TyDi QA).
MOST_SENTENCES = 100_000


class DenseIndex:
    """Segments and lists of one generation. Thread-safe; never writes."""

    def __init__(self, generation: Path) -> None:
        """Open it.

        Raises:
            IndexDamagedError: a file is missing or not as written.
        """
        folder = generation / FOLDER
        state = State.read(folder)
        segments = open_segments(folder, state)
        self.layout = Layout(segments, state.languages, read_gone(folder))
        self.chunks = Vectors([segment.chunks for segment in segments], state.dimension)
        self.sentences = Vectors([segment.sentences for segment in segments], state.dimension)
        self._lists = {
            language: Approximate.read(path, mapped=True)
            for language, path in files_of(folder).items()
        }

    def search(
        self, vector: NDArray[np.float32], limit: int, articles: Sequence[int] | Places | None
    ) -> list[Places]:
        """Places of chunks by group: else one language would crowd out the others.

        Each language brings its nearest chunks and, unless there are too many, those of its nearest sentences.
        """
        groups = self.layout.groups(articles)
        each = max(_LEAST_EACH, limit // max(1, len(groups)))
        found = [self.nearest(vector, each, group) for group in groups]
        room = float(MOST_SENTENCES)
        for group in sorted(groups, key=lambda g: len(g.chunks)):
            room -= self.sentences.cost(group.sentences)
            if room < 0:
                break
            sentences = self.layout.sentences_of(group.chunks)
            near = self.sentences.nearest(vector, 2 * each, [sentences])[0]
            found.append(self.layout.chunks_of(near))
        return found

    def nearest(self, vector: NDArray[np.float32], limit: int, group: Group) -> Places:
        """The nearest chunks of a group: exactly where it is small, else among what its lists tell."""
        lists = self._lists.get(group.language)
        if lists is None or len(group.chunks) <= max(EXACT_CHUNKS, EXACT_SHARE * len(lists)):
            return self.chunks.nearest(vector, limit, [group.chunks])[0]
        among = None if group.share == 1 else self.layout.chunk_keys[group.chunks]
        keys = lists.nearest(vector, limit, among)
        return self.chunks.refined(vector, self.layout.places(keys), limit)

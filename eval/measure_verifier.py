"""How well verification tells altered statements from faithful ones: `python -m eval.measure_verifier`.

`altered.jsonl` holds statements written by hand about sentences of the shipped articles and of
`altered_articles.jsonl`: faithful ones (said otherwise, in another language, with other digits, dates or
voice, in part) and altered ones, by the kind of error that was made. Each is handed to the verifier with
its marker and the passage that it cites, as a language model's answer would be. A statement is caught
when it ends without a citation or with an unsupported part; a faithful one so caught is a false alarm.

Half of the statements, chosen by a digest of the text, are there to tune on, the other half is held out;
those marked `fresh` are about other articles than all of these, and were written after the rules.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.cases import STATEMENTS, load_cases
from rag.answering.verify import Verified, verify
from rag.answering.writers import Evidence
from rag.embedding import Embedder, open_embedder
from rag.errors import CorpusError
from rag.indexing.readers import iter_files, read_file
from rag.indexing.split import split_article
from rag.records import Passage
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eval.cases import Case
    from rag.records import Article, Chunk

ARTICLES = Path(__file__).with_name("altered_articles.jsonl")
PARTS = ("tune", "held out", "fresh")
ANSWER = 3  # statements of an answer, for its latency


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case; `caught` for whatever is not wholly cited."""

    case: Case
    verified: Verified

    @property
    def caught(self) -> bool:
        """Whether the reader is warned, or is shown nothing."""
        return not self.verified.citations or bool(self.verified.unsupported)


def load_articles(corpus: Path) -> dict[str, Article]:
    """The articles of the corpus and those written for this measurement, by id."""
    files = [(path, corpus) for path in iter_files(corpus)] + [(ARTICLES, ARTICLES.parent)]
    return {a.id: a for path, folder in files for a in read_file(path, folder).articles}


class Bench:
    """Articles split as the index splits them, so that a case is checked against a passage."""

    def __init__(self, articles: dict[str, Article], embedder: Embedder, chunk_tokens: int) -> None:
        self._articles = articles
        self.embedder = embedder
        self._split: Callable[[str], Sequence[Chunk]] = cache(
            lambda name: split_article(articles[name], chunk_tokens, embedder.count_tokens)
        )

    def source(self, case: Case) -> Evidence:
        """The passage that the case cites: the one with its sentence, else the nearest in meaning.

        Raises:
            CorpusError: the article is missing or has changed.
        """
        if case.article not in self._articles:
            raise CorpusError(
                f"no article {case.article}; name the folder that holds it by --corpus"
            )
        chunks = self._split(case.article)
        chunk = self._holding(case, chunks) if case.quote else self._nearest(case, chunks)
        passage = Passage(1, 1.0, chunk, self._articles[case.article])
        return Evidence(passage, chunk.start, chunk.end, 1.0)

    def _holding(self, case: Case, chunks: Sequence[Chunk]) -> Chunk:
        held = next((chunk for chunk in chunks if (case.quote or "") in chunk.text), None)
        if held is None:
            raise CorpusError(
                f"article {case.article} no longer holds {case.quote!r}; mend {STATEMENTS.name}"
            )
        return held

    def _nearest(self, case: Case, chunks: Sequence[Chunk]) -> Chunk:
        vectors = self.embedder.embed_passages([case.statement, *(c.text for c in chunks)])
        return chunks[int((vectors[1:] @ vectors[0]).argmax())]

    def outcome(self, case: Case) -> Outcome:
        """Verify one case."""
        text = f"{case.statement} [1]"
        source = self.source(case)
        return Outcome(case, verify(text, [source], self.embedder, case.language))


def latencies(bench: Bench, cases: Sequence[Case]) -> list[float]:
    """Milliseconds to verify answers of three statements, each citing a passage of its own."""
    taken = []
    for at in range(0, len(cases) - ANSWER + 1, ANSWER):
        group = cases[at : at + ANSWER]
        sources = [bench.source(case) for case in group]
        text = " ".join(f"{case.statement} [{n}]." for n, case in enumerate(group, 1))
        start = time.perf_counter()
        verify(text, sources, bench.embedder, group[0].language)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def shares(outcomes: Iterable[Outcome], key: Callable[[Case], str]) -> dict[str, tuple[int, int]]:
    """How many of each group were caught, and how many there are."""
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for outcome in outcomes:
        name = key(outcome.case)
        caught, total = counts[name]
        counts[name] = caught + outcome.caught, total + 1
    return dict(counts)


def report(outcomes: Sequence[Outcome]) -> str:
    """The table: caught of altered, by kind and language, and of faithful statements."""
    lines = []
    for faithful, title in ((False, "altered, caught"), (True, "faithful, false alarms")):
        rows = [o for o in outcomes if o.case.faithful == faithful]
        for name in PARTS:
            group = [o for o in rows if o.case.part == name]
            lines.append(f"{title}, {name}: {_share(shares(group, lambda _: 'all')['all'])}")
            for key in ("language", "kind"):
                counts = shares(group, lambda case, key=key: str(getattr(case, key)))  # type: ignore[misc]
                lines += [f"    {value:14}{_share(counts[value])}" for value in sorted(counts)]
    return "\n".join(lines)


def _share(count: tuple[int, int]) -> str:
    return f"{count[0]:4} of {count[1]:4}  {count[0] / count[1]:.3f}"


def main() -> None:
    """Print the table, and with --list the tuning half's errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--list", action="store_true", help="name the errors of the tuning half")
    given = parser.parse_args()
    settings = load_settings()
    bench = Bench(load_articles(given.corpus), open_embedder(settings), settings.chunk_tokens)
    outcomes = [bench.outcome(case) for case in load_cases()]
    print(report(outcomes))
    for outcome in outcomes if given.list else ():
        case = outcome.case
        if case.part == "tune" and outcome.caught == case.faithful:
            print(f"{case.language} {case.kind:13} {case.statement}\n{'':17}{case.quote}")
    taken = latencies(bench, [outcome.case for outcome in outcomes if outcome.case.quote])
    print(
        f"{ANSWER} statements: p50 {np.median(taken):.0f} ms, p95 {np.quantile(taken, 0.95):.0f} ms"
    )


if __name__ == "__main__":
    main()

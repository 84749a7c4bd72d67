"""The product's own indexing, search and answers on public question sets.

One index a language: its passages, each as an article of its own. Questions of the same language are
searched and asked; questions of other languages are searched where the set says what answers them there.
Beside the whole of retrieval each leg is measured alone, on the same searches.
"""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from eval.benchmark_records import (
    ANSWERS,
    LEADING,
    LEGS,
    WHOLE,
    BenchmarkReport,
    Indexed,
    Line,
    Options,
)
from eval.figures import compare, summarize
from eval.matching import fold, holds_any
from eval.measures import GIVEN
from eval.product import LOCAL_SETTINGS
from eval.progress import each
from eval.ranking import Ranking, ranking_scores
from eval.run import attempt
from eval.searching import benchmark_settings, open_model, open_searcher
from eval.sets import open_set, pool, write_corpus
from eval.vector_cache import CachingEmbedder
from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from eval.figures import Scores
    from eval.searching import Searcher
    from eval.sets import Pool, PublicSet, SetQuestion
    from rag.embedding import Embedder
    from rag.records import Answer

    Warn = Callable[[str], None]


def benchmark(folders: Sequence[Path], options: Options, warn: Warn) -> BenchmarkReport:
    """Measure every set, every pair of its languages that is wanted, and the pools.

    Raises:
        UsageError: a folder is no question set, or nothing can be pooled.
        ShawahidError: the model, the settings or an index can't be used.
    """
    sets = [open_set(folder) for folder in folders]  # all first: a typing error shows at once
    pools = {language: pool(sets, language) for language in options.pools}
    with _work_folder(options.work) as work:
        with closing(CachingEmbedder(open_model(work), work)) as embedder:
            bench = _Bench(options, warn, embedder)
            for public in sets:
                for language in public.languages:
                    bench.measure(public, language, work / public.name / language)
            for language, pooled in pools.items():
                bench.measure_pool(pooled, language, work / "pool" / language)
        settings = benchmark_settings(work, work)
    return BenchmarkReport(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model={"name": embedder.name, "fingerprint": embedder.fingerprint},
        settings=settings.model_dump(mode="json", exclude=LOCAL_SETTINGS),
        lines=tuple(bench.lines),
        indexes=tuple(bench.indexes),
        notes=tuple(bench.notes),
    )


class _Bench:
    """Measures one corpus after another, and collects what came of it."""

    def __init__(self, options: Options, warn: Warn, embedder: Embedder) -> None:
        self._options = options
        self._warn = warn
        self._embedder = embedder
        self.lines: list[Line] = []
        self.indexes: list[Indexed] = []
        self.notes: list[str] = []

    def measure_pool(self, pooled: Pool, language: str, folder: Path) -> None:
        """As `measure`, with figures of each member's questions among all the passages."""
        members = {f"{m.name}, in the pool": m for m in pooled.members}
        self.notes.append(f"the pool holds {', '.join(m.name for m in pooled.members)}")
        for name in pooled.left_out:
            self.notes.append(f"the pool leaves out {name}, which asks the same questions")
        self.measure(pooled.all, language, folder, members)

    def measure(
        self,
        public: PublicSet,
        language: str,
        folder: Path,
        members: Mapping[str, PublicSet] | None = None,
    ) -> None:
        """All figures of an index of the passages of one language, kept in `folder`."""
        questions = self._questions(public, language)
        if not questions:
            if self._is_wanted(language):
                self.notes.append(f"{public.name}: no question names a passage in {language!r}")
            return
        count = write_corpus(public, language, folder / "corpus")
        index = folder / "index"
        with open_searcher(folder / "corpus", index, self._embedder) as searcher:
            for refusal in searcher.refused:
                self._warn(f"refused while indexing: {refusal}")
            begin = time.perf_counter()
            for asked_in, asked in questions.items():
                pair = language if asked_in == language else f"{asked_in}→{language}"
                gold = {q.id: public.gold(q, language) for q in asked}
                rankings = self._search(searcher, asked, gold, f"{public.name} {pair}")
                for name, part_of in (members or {}).items():
                    own = {question.id for question in part_of.questions}
                    self._add(name, pair, count, rankings, own & set(gold))
                self._add(public.name, pair, count, rankings, set(gold))
            seconds = time.perf_counter() - begin
            searches = sum(map(len, questions.values()))
            self.indexes.append(
                Indexed(public.name, language, count, searcher.index_s, searches, seconds)
            )
            if self._options.answers and language in questions:
                self._ask(searcher, public, language, count)

    def _is_wanted(self, language: str) -> bool:
        pairs = self._options.pairs
        return pairs is None or any(told == language for _, told in pairs)

    def _questions(self, public: PublicSet, language: str) -> dict[str, list[SetQuestion]]:
        """By their language, those that passages in `language` answer; its own language first."""
        languages = sorted({q.language for q in public.questions}, key=lambda o: (o != language, o))
        pairs, limit = self._options.pairs, self._options.limit
        wanted = [asked for asked in languages if pairs is None or (asked, language) in pairs]
        drawn = {asked: public.sample(asked, limit) for asked in wanted}
        return {a: qs for a, qs in drawn.items() if any(public.gold(q, language) for q in qs)}

    def _search(
        self,
        searcher: Searcher,
        questions: Sequence[SetQuestion],
        gold: Mapping[str, set[str]],
        label: str,
    ) -> dict[str, dict[str, Ranking]]:
        """Rankings by part and question id, of the questions that have a gold passage."""
        rankings: dict[str, dict[str, Ranking]] = {part: {} for part in (WHOLE, *LEGS)}
        for question in each([q for q in questions if gold[q.id]], label):
            found, error = attempt(partial(searcher.articles, question.question))
            if error is not None:
                self._warn(f"{question.id}: {error}")
            for part, ranking in rankings.items():
                ranking[question.id] = Ranking(gold[question.id], found[part] if found else ())
        return rankings

    def _add(
        self,
        name: str,
        pair: str,
        passages: int,
        rankings: Mapping[str, Mapping[str, Ranking]],
        questions: set[str],
    ) -> None:
        """Lines of the whole and of each leg, over some of the questions."""
        scores = {
            part: _scores({q: r for q, r in ranking.items() if q in questions})
            for part, ranking in rankings.items()
        }
        left_out = len(questions) - len(scores[WHOLE])
        for part, rows in scores.items():
            if rows:
                figures = summarize(list(rows.values()))
                lead = None if part == WHOLE else compare(rows, scores[WHOLE])[LEADING]
                self.lines.append(Line(name, pair, part, passages, left_out, figures, lead))

    def _ask(self, searcher: Searcher, public: PublicSet, language: str, passages: int) -> None:
        rows: list[Scores] = []
        left_out = 0
        questions = public.sample(language, self._options.limit)
        if not any(question.answers for question in questions):
            return  # refusals alone say nothing: such questions belong to candidates of their own
        for question in each(questions, f"{public.name} {language} {ANSWERS}"):
            if question.answerable and not question.answers:
                left_out += 1
                continue
            answer, error = attempt(partial(searcher.ask, question.question))
            if error is not None:
                self._warn(f"{question.id}: {error}")
            rows.append(_answer_scores(question, answer))
        self.lines.append(Line(public.name, language, ANSWERS, passages, left_out, summarize(rows)))


def _scores(rankings: Mapping[str, Ranking]) -> dict[str, Scores]:
    return {
        question: {name: (value, 1.0) for name, value in row.items()}
        for question, row in ranking_scores(rankings).items()
    }


def _answer_scores(question: SetQuestion, answer: Answer | None) -> Scores:
    """Whether the quotations hold the gold answer; a crash or a refusal is a miss."""
    given = answer is not None and answer.status in GIVEN
    if not question.answerable:
        return {"refused": (float(answer is not None and not given), 1.0)}
    quotes = [fold(citation.quote) for citation in answer.citations] if answer else []
    held = [holds_any(quote, question.answers) for quote in quotes]
    return {
        "first citation": (float(any(held[:1])), 1.0),
        "all citations": (float(any(held)), 1.0),
        "answered": (float(given), 1.0),
    }


@contextmanager
def _work_folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        try:
            given.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{given} can't be used ({error.strerror or error}); name another folder with --work"
            ) from None
        yield given
        return
    with TemporaryDirectory(prefix="shawahid-sets-", ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)

"""How fast articles are read and cut up on one core: `python -m eval.measure_throughput DATA_DIR [--megabytes N]`.

DATA_DIR holds folders with a `passages.jsonl` each (`text`, `lang`). Their Arabic passages, in a new order each
time round, make articles of 3 to 6 KB until there are N MB (20) of them, half as Markdown with front matter, half as
a page's plain text without; all lie as files in a temporary folder. An MB is a million bytes of UTF-8 on disk. Two
passes of the product's own reading: a plain one, and one with a clock on each step, whose shares are printed. Seconds
are of the processor, which this process keeps to one core and one thread of.

Then every offset is checked on at least 1,000 passages of all languages: chunks, sentences, dates, words and the
folding map. Exit status 1 if one is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from eval.offsets import violations
from rag.embedding import open_embedder
from rag.indexing import readers
from rag.indexing.clean import clean
from rag.indexing.decode import decode
from rag.indexing.lines import normalise, unwrap
from rag.indexing.markdown import to_plain
from rag.indexing.metadata import read_metadata, split_front_matter
from rag.indexing.readers import read_file
from rag.indexing.split import split_article
from rag.indexing.sync import embedded_text
from rag.settings import load_settings
from rag.text.analysis import stems
from rag.text.dates import find_dates, title_or_dateline_date
from rag.text.folding import fold, fold_text
from rag.text.language import detect_language
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from rag.embedding import Embedder
    from rag.records import Article

ARTICLE_BYTES = range(3_000, 6_001)
LEAST_DOCUMENTS = 1_000
_MILLION = 1_000_000
_STEPS: dict[str, tuple[Callable[..., Any], ...]] = {
    "load and decode": (readers._load, decode),
    "front matter": (split_front_matter, read_metadata),
    "markdown": (to_plain,),
    "lines": (normalise, unwrap),
    "clean": (clean,),
    "language": (detect_language,),
    "article's date": (title_or_dateline_date,),
    "fold": (fold, fold_text),
    "sentences": (split_sentences,),
}


@dataclass(slots=True)
class Clock:
    """Seconds of the processor by step, each without those of the steps inside it."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _inner: list[float] = field(default_factory=lambda: [0.0])

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time spent inside to `name`."""
        started = time.process_time()
        self._inner.append(0.0)
        try:
            yield
        finally:
            spent = time.process_time() - started
            self.seconds[name] += spent - self._inner.pop()
            self._inner[-1] += spent

    def on(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with its time added to `name`."""

        def clocked(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the function takes
            with self.step(name):
                return function(*args, **kwargs)

        return clocked

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The product's steps run under the clock inside."""
        with ExitStack() as stack:
            for name, functions in _STEPS.items():
                for function in functions:
                    for module, attribute in _places(function):
                        clocked = self.on(name, function)
                        stack.enter_context(patch.object(module, attribute, clocked))
            yield


def _places(function: Callable[..., Any]) -> list[tuple[ModuleType, str]]:
    """The product's modules, with the names, under which they know a function."""
    modules = [module for name, module in sys.modules.items() if name.startswith("rag.")]
    return [(m, name) for m in modules for name, value in vars(m).items() if value is function]


def read_passages(data: Path) -> list[dict[str, Any]]:
    """Passages of every set that has a language, sorted by set; single sentences are left out."""
    paths = sorted(data.glob("*/passages.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if "lang" in row and "sent" not in row]


def write_corpus(passages: list[str], folder: Path, size: int) -> int:
    """Articles of `size` bytes together, as files; their bytes."""
    written, number, source = 0, 0, _rounds(passages)
    chance = random.Random(1)  # noqa: S311 - sizes and order, the same every time
    while written < size:
        wanted, parts = chance.choice(ARTICLE_BYTES), [next(source)]
        while sum(len(part.encode()) for part in parts) < wanted:
            parts.append(next(source))
        content = _as_file("\n\n".join(parts).encode()[:wanted].decode(errors="ignore"), number)
        path = folder / f"{number:05}{'.txt' if number % 2 else '.md'}"
        path.write_bytes(content)
        written, number = written + len(content), number + 1
    return written


def _rounds(passages: list[str]) -> Iterator[str]:
    """The passages again and again, in a new order each time."""
    chance = random.Random(2)  # noqa: S311 - as above
    while True:
        chance.shuffle(passages)
        yield from passages


def _as_file(text: str, number: int) -> bytes:
    title = " ".join(text.split()[:8])
    if number % 2:
        return f"{title}\n\n{text}\n".encode()
    day = f"20{number % 20 + 5:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return f'---\ntitle: "{_quoted(title)}"\npublished: {day}\n---\n\n{text}\n'.encode()


def _quoted(title: str) -> str:
    return title.replace("\\", "").replace('"', "")


def process(path: Path, corpus: Path, chunk_tokens: int, embedder: Embedder, clock: Clock) -> int:
    """All that a sync does with a file but for embedding and storing; the chunks it makes."""
    with clock.step("rest of reading"):
        articles = read_file(path, corpus).articles
    made = 0
    for article in articles:
        with clock.step("mentions of dates"):
            find_dates(article.text, anchor=article.published, language=article.language)
        with clock.step("chunks"):
            chunks = split_article(article, chunk_tokens, clock.on("tokens", embedder.count_tokens))
        with clock.step("stems"):
            for chunk in chunks:
                stems(embedded_text(article, chunk), article.language)
        made += len(chunks)
    return made


def measure(corpus: Path, size: int, embedder: Embedder) -> None:
    """Print the whole's speed and the share of each step."""
    files, tokens = sorted(corpus.iterdir()), load_settings().chunk_tokens
    process(files[0], corpus, tokens, embedder, Clock())  # tables and tokenizer are loaded
    wall, spent = time.perf_counter(), time.process_time()
    chunks = sum(process(path, corpus, tokens, embedder, Clock()) for path in files)
    spent, wall = time.process_time() - spent, time.perf_counter() - wall
    print(f"{len(files)} articles, {size / _MILLION:.1f} MB, {chunks} chunks")
    print(
        f"together         {size / _MILLION / spent:7.2f} MB/s ({spent:.1f} s, {wall:.1f} s by the wall clock)"
    )
    clock = Clock()
    with clock.installed():
        for path in files:
            process(path, corpus, tokens, embedder, clock)
    total = sum(clock.seconds.values())
    for name, seconds in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        print(f"{name:17}{size / _MILLION / seconds:7.2f} MB/s {seconds / total:7.1%}")


def check(passages: list[dict[str, Any]], embedder: Embedder) -> int:
    """Print and count the wrong offsets in the passages as articles."""
    wrong = [line for row in passages for line in violations(_article(row), embedder.count_tokens)]
    print(f"offsets: {len(passages)} documents, {len(wrong)} wrong")
    print(*wrong[:20], sep="\n")
    return len(wrong)


def _article(row: dict[str, Any]) -> Article:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "passage.jsonl")
        path.write_text(
            json.dumps({"text": row["text"], "language": row["lang"], "published": "2020-03-23"})
        )
        return read_file(path, path.parent).articles[0]


def main() -> int:
    """Measure, then check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--documents", type=int, default=2 * LEAST_DOCUMENTS)
    options = parser.parse_args()
    os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    passages = read_passages(options.data)
    embedder = open_embedder(load_settings())
    with tempfile.TemporaryDirectory() as folder:
        arabic = [row["text"] for row in passages if row["lang"] == "ar"]
        size = write_corpus(arabic, Path(folder), int(options.megabytes * _MILLION))
        measure(Path(folder), size, embedder)
    count = max(options.documents, LEAST_DOCUMENTS)
    documents = random.Random(3).sample(passages, count)  # noqa: S311 - the same every time
    return min(check(documents, embedder), 1)


if __name__ == "__main__":
    sys.exit(main())

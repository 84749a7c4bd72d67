"""How well copies of one story are told: `python -m eval.measure_duplicates SET_DIR...`.

A set is a folder with `passages.jsonl` (id, text, lang). Printed: for each set the pairs of passages that count as
copies at several thresholds (public sets hold true copies and pages of one make too: `--show` prints the
pairs, to be read); the share of edited copies found, for each kind of edit; and what 10,000 articles put together
from the sets' sentences cost, on disk, with one in ten an edited copy.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from rag.indexing.duplicates import signature
from rag.records import Article
from rag.store.rows import Rows
from rag.store.schema import SCHEMA
from rag.store.stories import LEAST_ALIKE
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Edit = Callable[[list[str], random.Random], str]

_THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
_FEWEST_SENTENCES = 5
_ARTICLES, _COPY_EVERY = 10_000, 10
_EDITED = 1000  # documents drawn to be edited
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_HARAKAT = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description="how well copies of one story are told")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print the pairs counted as copies")
    arguments = parser.parse_args()
    documents: list[list[str]] = []
    for folder in arguments.folders:
        texts = _texts(folder)
        _print_pairs(folder.name, texts, show=arguments.show)
        documents += [
            parts for text in texts if len(parts := _sentences(text)) >= _FEWEST_SENTENCES
        ]
    _print_recall(documents)
    _print_cost(documents)


def _texts(folder: Path) -> list[str]:
    lines = (folder / "passages.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def _print_pairs(name: str, texts: Sequence[str], *, show: bool) -> None:
    matrix = np.stack([signature(text) for text in texts])
    pairs: list[tuple[float, int, int]] = []
    for row in range(len(matrix)):
        shares = (matrix[row + 1 :] == matrix[row]).mean(axis=1)
        pairs += [
            (float(shares[i]), row, row + 1 + int(i))
            for i in np.nonzero(shares >= _THRESHOLDS[0])[0]
        ]
    counts = "  ".join(f"≥{t}: {sum(s >= t for s, _, _ in pairs)}" for t in _THRESHOLDS)
    print(f"{name:24} {len(texts)} passages, pairs alike {counts}")
    if show:
        for share, one, other in sorted(pairs, reverse=True):
            if share >= LEAST_ALIKE:
                print(f"  {share:.2f} | {texts[one][:150]!r} | {texts[other][:150]!r}")


def _dropped(part: float) -> Edit:
    def edit(sentences: list[str], rng: random.Random) -> str:
        gone = set(rng.sample(range(len(sentences)), max(1, round(part * len(sentences)))))
        return " ".join(s for n, s in enumerate(sentences) if n not in gone)

    return edit


def _replaced(part: float, pool: Sequence[list[str]]) -> Edit:
    def edit(sentences: list[str], rng: random.Random) -> str:
        other = set(rng.sample(range(len(sentences)), max(1, round(part * len(sentences)))))
        return " ".join(
            rng.choice(rng.choice(pool)) if n in other else s for n, s in enumerate(sentences)
        )

    return edit


def _words(part: float) -> Edit:
    def edit(sentences: list[str], rng: random.Random) -> str:
        words = " ".join(sentences).split()
        other = set(rng.sample(range(len(words)), round(part * len(words))))
        return " ".join(rng.choice(words) if n in other else w for n, w in enumerate(words))

    return edit


def _vocalised(sentences: list[str], rng: random.Random) -> str:
    return "".join(c + rng.choice(_HARAKAT) if c.isalpha() else c for c in " ".join(sentences))


def _other_digits(sentences: list[str], rng: random.Random) -> str:
    del rng
    return " ".join(sentences).translate(_ARABIC_DIGITS)


def _headline(sentences: list[str], rng: random.Random) -> str:
    return rng.choice(sentences)[:60] + "\n\n" + " ".join(sentences)


def _edits(pool: Sequence[list[str]]) -> dict[str, Edit]:
    edits: dict[str, Edit] = {"nothing": lambda sentences, _: "\n".join(sentences)}
    for part in (0.05, 0.1, 0.2, 0.3):
        edits[f"{part:.0%} of sentences dropped"] = _dropped(part)
        edits[f"{part:.0%} of sentences replaced"] = _replaced(part, pool)
    edits |= {f"{part:.0%} of words changed": _words(part) for part in (0.05, 0.1)}
    return edits | {
        "headline put before": _headline,
        "vocalised": _vocalised,
        "other digits": _other_digits,
    }


def _print_recall(documents: Sequence[list[str]]) -> None:
    rng = random.Random(7)  # noqa: S311 - edits, no secrets
    chosen = rng.sample(documents, min(_EDITED, len(documents)))
    lengths = [len(" ".join(parts).split()) for parts in chosen]
    quartiles = np.percentile(lengths, [25, 50, 75]).astype(int).tolist()
    print(
        f"{len(chosen)} documents of {_FEWEST_SENTENCES} sentences or more, quartiles of words {quartiles}"
    )
    own = [signature(" ".join(parts)) for parts in chosen]
    for name, edit in _edits(documents).items():
        copies = [signature(edit(parts, rng)) for parts in chosen]
        shares = np.array([(a == b).mean() for a, b in zip(own, copies, strict=True)])
        alike = "  ".join(f"≥{t}: {np.mean(shares >= t):.3f}" for t in _THRESHOLDS[1:4])
        print(f"  {name:28} alike {alike}  in one story: {_together(own, copies):.3f}", flush=True)


def _together(own: Sequence[NDArray[np.uint32]], copies: Sequence[NDArray[np.uint32]]) -> float:
    """Share of the copies that the store puts into their original's story."""
    rows = _empty_rows(":memory:")
    for number, pair in enumerate(zip(own, copies, strict=True)):
        for name, one in zip("oc", pair, strict=True):
            rows.stories.sign(rows.add_article(Article(f"{name}{number}", ""), ""), one)
    rows.stories.settle()
    found = rows.stories.by_article()
    return float(
        np.mean(
            [f"o{n}" in found and found[f"o{n}"] == found.get(f"c{n}") for n in range(len(own))]
        )
    )


def _empty_rows(path: Path | str) -> Rows:
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    return Rows(db)


def _print_cost(documents: Sequence[list[str]]) -> None:
    rng = random.Random(7)  # noqa: S311 - synthetic articles, no secrets
    texts: list[str] = []
    while len(texts) < _ARTICLES:
        parts = [rng.choice(rng.choice(documents)) for _ in range(20)]
        texts.append(" ".join(parts))
        if len(texts) % _COPY_EVERY == 0:
            texts[-1] = _dropped(0.2)(_sentences(texts[-2]), rng)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.sqlite"
        rows = _empty_rows(path)
        start = time.process_time()
        signatures = [signature(text) for text in texts]
        signed = time.process_time()
        _add(rows, signatures, "a")
        kept = time.process_time()
        _add(rows, signatures[:10], "b")
        again = time.process_time()
        stories = rows.stories.count()
    each = 1000 / len(texts)
    print(
        f"{len(texts)} articles of {np.mean([len(t) for t in texts]):.0f} characters, {stories} stories: "
        f"signature {each * (signed - start):.2f} ms, kept and grouped {each * (kept - signed):.2f} ms an article, "
        f"{_bytes_each(signatures)} bytes an article; ten more: {100 * (again - kept):.1f} ms each (processor time)"
    )


def _bytes_each(signatures: Sequence[NDArray[np.uint32]]) -> int:
    """Bytes that an article's signature and bands take in the rows."""
    sizes: list[int] = []
    for some in (signatures[:1], signatures):
        rows = _empty_rows(":memory:")
        for number, one in enumerate(some):
            rows.stories.sign(number + 1, one)
        (pages,) = rows._db.execute("PRAGMA page_count").fetchone()
        (size,) = rows._db.execute("PRAGMA page_size").fetchone()
        sizes.append(pages * size)
        rows.close()
    return (sizes[1] - sizes[0]) // len(signatures)


def _add(rows: Rows, signatures: Sequence[NDArray[np.uint32]], prefix: str) -> None:
    for number, one in enumerate(signatures):
        rows.stories.sign(rows.add_article(Article(f"{prefix}{number}", ""), ""), one)
    rows.stories.settle()
    rows.commit()


if __name__ == "__main__":
    main()

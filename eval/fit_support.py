"""Where "supported" begins: `python -m eval.fit_support DATA_DIR`.

Sentences of XQuAD-R in Arabic, English and Russian that stand at the same place of the same paragraph
say the same; other sentences of that paragraph, on the same subject, do not. Prints, by pair of
languages, the share of each kind at or above every cosine, and the least cosine at which few enough of
the others count as support. The figure is kept in `rag/answering/verify.py`.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder, open_embedder
from rag.settings import load_settings

LANGUAGES = ("ar", "en", "ru")
PARAGRAPHS = 120
CONFUSED = 0.05  # share of other sentences of the paragraph that may be taken for support
STEPS = np.round(np.arange(0.80, 0.97, 0.01), 2)
Floats = NDArray[np.float64]


def paragraphs(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Paragraph -> language -> its sentences, where all languages have equally many (at least two)."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in (folder / "passages.jsonl").read_text("utf-8").split("\n"):
        if line:
            row = json.loads(line)
            found[row["para"]][row["lang"]].append(row["text"].strip())
    even = {
        p: rows
        for p, rows in found.items()
        if len({len(rows[x]) for x in LANGUAGES}) == 1 and len(rows["en"]) > 1
    }
    return dict(list(even.items())[:PARAGRAPHS])


def cosines(
    rows: dict[str, dict[str, list[str]]], embedder: Embedder
) -> dict[str, tuple[Floats, Floats]]:
    """By pair of languages: cosines of parallel sentences, and of each with the nearest other one."""
    same: dict[str, list[float]] = defaultdict(list)
    other: dict[str, list[float]] = defaultdict(list)
    for row in rows.values():
        vectors = {x: embedder.embed_passages(row[x]) for x in LANGUAGES}
        for i, one in enumerate(LANGUAGES):
            for two in LANGUAGES[i + 1 :]:
                table = vectors[one] @ vectors[two].T
                same[f"{one}-{two}"] += list(np.diag(table))
                other[f"{one}-{two}"] += list((table - 2 * np.eye(len(table))).max(axis=1))
    return {pair: (np.array(same[pair]), np.array(other[pair])) for pair in same}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    found = cosines(
        paragraphs(parser.parse_args().data / "xquad-r"), open_embedder(load_settings())
    )
    same, other = (np.concatenate([pair[i] for pair in found.values()]) for i in (0, 1))
    print(f"{len(same)} parallel sentences; at or above: " + "  ".join(f"{s:.2f}" for s in STEPS))
    for pair, (a, b) in {**found, "all": (same, other)}.items():
        print(f"{pair:6} same  " + "  ".join(f"{(a >= s).mean():.2f}" for s in STEPS))
        print(f"{pair:6} other " + "  ".join(f"{(b >= s).mean():.2f}" for s in STEPS))
    least = min(s for s in STEPS if (other >= s).mean() <= CONFUSED)
    print(f"kept: {least:.2f}, reached by {(same >= least).mean():.2f} of the parallel sentences")


if __name__ == "__main__":
    main()

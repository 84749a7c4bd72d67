"""What the reader is worth by itself: `python -m eval.measure_reader DATA_DIR [--most N]`.

Questions over their own passage, titles that training never saw (`eval/reader_data.py`). Accuracy: the
sentence scored highest holds a gold answer, against the sentence nearest by cosine. AUC: the passage's best
score against that of a near passage of the set which does not answer, and of SQuAD2's unanswerable questions.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_auc_score

from eval.reader_data import ARCD, SQUAD, TYDI, XQUAD, Example, add_negatives, examples
from rag.answering.reader import Text, open_reader
from rag.embedding import open_embedder
from rag.settings import load_settings
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from rag.answering.reader import Reader
    from rag.embedding import Embedder


def right(example: Example, scores: tuple[float, ...], spans: list[tuple[int, int]]) -> bool:
    """Whether the sentence scored highest overlaps a gold answer."""
    start, end = spans[int(np.argmax(scores))]
    return any(start < last and first < end for first, last in example.spans)


def measure(found: list[Example], embedder: Embedder, reader: Reader) -> str:
    """One line of figures."""
    by_reader, by_cosine, answered, near, unanswerable = [], [], [], [], []
    for example in found:
        spans = split_sentences(example.text)
        texts = [Text(example.title, example.text, tuple(spans))]
        texts += [
            Text(title, other, tuple(split_sentences(other)))
            for title, other in example.negatives[:1]
        ]
        scores = reader.read(example.question, texts)
        if not example.spans:
            unanswerable.append(max(scores[0]))
            continue
        cosines = (
            embedder.embed_passages([example.text[s:e] for s, e in spans])
            @ embedder.embed_queries([example.question])[0]
        )
        by_reader.append(right(example, scores[0], spans))
        by_cosine.append(right(example, tuple(cosines), spans))
        answered.append(max(scores[0]))
        near += [max(row) for row in scores[1:]]
    line = f"{len(by_reader):5} {np.mean(by_reader):7.3f} {np.mean(by_cosine):7.3f}"
    return line + f" {_auc(answered, near):7.3f} {_auc(answered, unanswerable):7.3f}"


def _auc(higher: list[float], lower: list[float]) -> float:
    if not lower:
        return float("nan")
    return float(roc_auc_score([1] * len(higher) + [0] * len(lower), [*higher, *lower]))


def main() -> None:
    """Print one line a set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, default=300)
    options = parser.parse_args()
    settings = load_settings(embedding_model="packaged")
    embedder = open_embedder(settings)
    reader = open_reader(settings, embedder)
    if reader is None:
        raise SystemExit("the reader is off; unset SHAWAHID_READER")
    print(f"{'set':22} {'n':>5} {'reader':>7} {'cosine':>7} {'AUC':>7} {'AUC unanswerable':>7}")
    for source in (ARCD, TYDI, SQUAD, XQUAD):
        found = examples(options.data, source, held=True)[:: 7 if source == XQUAD else 1]
        found = found[:: max(1, len(found) // options.most)][: options.most]
        add_negatives(found, embedder)
        print(f"{source:22} {measure(found, embedder, reader)}", flush=True)


if __name__ == "__main__":
    main()

"""What a word vector owes to its language, and what makes it a name: `python -m eval.fit_words SET_DIR`.

SET_DIR holds `passages.jsonl` with `lang` and `text` (NTREX: news in parallel). Kept in
`rag/answering/words.json`: the mean vector of each language's content words, and a linear probe
(logistic regression on the encoder's layer 10) for names, taught by the capitals inside sentences of
English, Russian and French. Arabic has no capitals; the probe reads it without having been taught on it.
Prints how well names of Russian are told by a probe that was taught on English and French alone.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.answering.word_vectors import open_word_reader
from rag.embedding import open_embedder
from rag.errors import ModelError, UsageError
from rag.settings import load_settings
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.answering.word_vectors import WordReader, WordRow

LANGUAGES = ("ar", "en", "ru", "fr")
TAUGHT = ("en", "ru", "fr")
SENTENCES = 180  # of a language
STRENGTH = 0.1  # inverse of the penalty on the probe's weights
TARGET = Path("rag/answering/words.json")
Rows = dict[str, list["WordRow"]]


def read_rows(path: Path, reader: WordReader) -> Rows:
    """The first sentences of each language, read."""
    texts: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text("utf-8").split("\n"):
        if line:
            row = json.loads(line)
            spans = split_sentences(row["text"])
            texts[row["lang"]] += [row["text"][start:end] for start, end in spans]
    if missing := [code for code in LANGUAGES if not texts[code]]:
        raise UsageError(f"{path} has no passages in {missing[0]}; name a set with {LANGUAGES}")
    return {code: reader.read(texts[code][:SENTENCES]) for code in LANGUAGES}


def means(rows: Rows) -> dict[str, NDArray[np.float32]]:
    """The mean vector of each language, and of all of them under the empty name."""
    found = {code: np.concatenate([r.vectors for r in rows[code]]).mean(axis=0) for code in rows}
    return {**found, "": np.mean(list(found.values()), axis=0)}


def examples(
    rows: Rows, languages: tuple[str, ...], mean: dict[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """Vectors of words inside sentences (layer 10, centred), and whether they are capitalised."""
    vectors, names = [], []
    for code in languages:
        for row in rows[code]:
            for word, vector in zip(row.words, row.vectors, strict=True):
                before = row.text[: word.start].rstrip()
                if before and before[-1] not in '"«“.:' and not word.text[0].isdecimal():
                    vectors.append((vector - mean[code])[: len(vector) // 2])
                    names.append(int(row.text[word.start].isupper()))
    return np.array(vectors), np.array(names)


def main() -> None:
    """Fit, print the transfer between languages, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    reader = open_word_reader(open_embedder(load_settings()))
    if reader is None:
        raise ModelError("the word vectors are fitted on the packaged model; unset EMBEDDING_MODEL")
    rows = read_rows(parser.parse_args().data / "passages.jsonl", reader)
    mean = means(rows)
    trial = LogisticRegression(C=STRENGTH, max_iter=300).fit(*examples(rows, ("en", "fr"), mean))
    vectors, names = examples(rows, ("ru",), mean)
    print(f"names, en+fr to ru: AUC {roc_auc_score(names, trial.decision_function(vectors)):.3f}")
    probe = LogisticRegression(C=STRENGTH, max_iter=300).fit(*examples(rows, TAUGHT, mean))
    kept = {
        "means": {code: [round(float(x), 4) for x in values] for code, values in mean.items()},
        "probe": [round(float(x), 4) for x in probe.coef_[0]],
        "bias": round(float(probe.intercept_[0]), 4),
    }
    TARGET.write_text(json.dumps(kept) + "\n", "utf-8")


if __name__ == "__main__":
    main()

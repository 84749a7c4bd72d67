"""Does it know when the passages do not answer: `python -m eval.measure_abstention DATA_DIR [--work DIR]`.

NoMIRACL's questions, each over its own ten passages by the whole product. "False answers": the share of
questions without a relevant passage that get an answer; "wrong refusals": of those with one that get none
(Thakur et al., 2023). Questions that the reader was trained on (`eval/reader_data.py`) are left out. Reliability: mean
confidence against the share with a relevant passage, in tenths; ECE after Guo et al. (2017).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_auc_score

from eval.reader_data import NOMIRACL, is_held, rows
from eval.training import build, open_store
from rag.answering.lookup import Engine, look_up
from rag.answering.reader import open_reader
from rag.answering.understand import understand
from rag.records import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

REFUSALS = (0.05, 0.08, 0.112, 0.15, 0.2, 0.3)  # points of the curve, 0.112 being GPT-4's
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's language, whether a passage is relevant, and the product's confidence."""

    language: str
    answerable: bool
    confidence: float


def judge(data: Path, work: Path) -> tuple[list[Judged], float]:
    """Confidence for each held-out question, and the threshold in force."""
    folder = data / NOMIRACL
    settings, embedder = build(work / NOMIRACL, rows(folder / "passages.jsonl"))
    engine = Engine(
        settings, embedder, open_store(settings, embedder), open_reader(settings, embedder)
    )
    found = []
    for row in rows(folder / "questions.jsonl"):
        if not is_held(row["id"]):
            continue
        query = understand(row["question"], (), date(2023, 1, 1)).timeless()
        filters = Filters(articles=tuple(row["candidate_ids"]))
        work_done = look_up(query, engine, filters, settings.passages)
        found.append(Judged(row["lang"], row["answerable"], work_done.confidence))
    return found, engine.threshold


def report(found: Sequence[Judged], threshold: float) -> str:
    """The table by language."""
    lines = [f"threshold {threshold:.3f}", "lang     n   AUC  | at the threshold: false  refused | false answers at refusals of "
             + " ".join(f"{r:.3f}" for r in REFUSALS) + " | ECE"]  # fmt: skip
    for language in (*sorted({j.language for j in found}), "all"):
        part = [j for j in found if language in (j.language, "all")]
        yes = np.array([j.confidence for j in part if j.answerable])
        no = np.array([j.confidence for j in part if not j.answerable])
        auc = roc_auc_score([1] * len(yes) + [0] * len(no), [*yes, *no])
        curve = " ".join(f"{(no >= np.quantile(yes, r)).mean():5.3f}" for r in REFUSALS)
        lines.append(
            f"{language:4} {len(part):5} {auc:6.3f} | {(no >= threshold).mean():23.3f} "
            f"{(yes < threshold).mean():8.3f} | {curve:>50} | {_ece(part):.3f}"
        )
    return "\n".join(lines)


def _ece(part: Sequence[Judged]) -> float:
    confidence = np.array([j.confidence for j in part])
    right = np.array([j.answerable for j in part], float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def main() -> None:
    """Measure and print; with --out, keep every question's confidence as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, help="where the index is kept between runs")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found, threshold = judge(options.data, options.work or Path(scratch))
    print(report(found, threshold))
    if options.out:
        options.out.write_text(json.dumps([asdict(j) for j in found]) + "\n", "utf-8")


if __name__ == "__main__":
    main()

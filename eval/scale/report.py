"""The page and the plot of a scale benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eval.plots import Curve, curve_plot

if TYPE_CHECKING:
    from pathlib import Path

_STEPS = ("all", "embed", "store", "dense", "lexical")
_BLANK = ["", "", ""]


def write_report(found: dict[str, Any], folder: Path) -> None:
    """`scale.md` and `scale.svg` in `folder`."""
    sizes = {
        int(size): told for size, told in sorted(found["sizes"].items(), key=lambda p: int(p[0]))
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scale.svg").write_text(_plot(sizes), "utf-8")
    text = "\n\n".join(
        [_HEAD, _embedding(found), _costs(sizes), _searches(sizes), _filters(sizes), _parts(sizes)]
    )
    (folder / "scale.md").write_text(text + "\n", "utf-8")


_HEAD = """# From ten thousand chunks on

Written by `python -m eval.scale DATA`. Real passages with questions whose answers they hold, extended by made-up
articles (`eval/scale/generate.py`); two shared cores, one process. Milliseconds are by the wall clock.

![milliseconds a search against chunks](scale.svg)"""


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *(["--:"] * (len(head) - 1))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _embedding(found: dict[str, Any]) -> str:
    ingest, most = found["ingest"], found["limits"]
    rows = [
        ["plain stack (float32, chunks alone)", ingest["plain_chunks_s"], ingest["plain_tokens_s"]],
        ["this, chunks alone", ingest["chunks_only_s"], ingest["chunks_only_tokens_s"]],
        ["this, chunks and each sentence", ingest["chunks_s"], ingest["tokens_s"]],
    ]
    kinds = ("bfloat16_flops", "float32_flops")
    lines = [
        [name, f"{chunks:.1f}", f"{tokens:.0f}"]
        + [f"{tokens * ingest['flops_token'] / most[kind]:.2f}" for kind in kinds]
        for name, chunks, tokens in rows
    ]
    head = ["embedding", "chunks/s", "tokens/s", "of the bfloat16 limit", "of float32's"]
    table = _table(head, lines)
    return (
        f"{table}\n\nLimits measured in the run: products of matrices {most['float32_flops'] / 1e9:.0f} GFLOP/s in "
        f"float32, {most['bfloat16_flops'] / 1e9:.0f} in bfloat16; memory read by one thread {most['read_gb_s']:.1f} GB/s."
    )


def _costs(sizes: dict[int, Any]) -> str:
    rows = []
    for size, told in sizes.items():
        seconds, memory = told["grown"]["seconds"], told["probe"]["memory"]
        rate = seconds.get("chunks", 0) / max(seconds.get("write", 0), 1e-9)
        rows.append(
            [
                f"{size:,}",
                f"{rate:.0f}",
                f"{seconds.get('finish', 0):.1f}",
                f"{sum(told['parts'].values()):.0f}",
                f"{memory['VmRSS']:.0f} ({memory['RssFile']:.0f})",
                f"{told['probe']['opened_s']:.1f}",
                f"{told['probe']['first_answer_s']:.1f}",
                f"{told['added_s']:.1f}",
            ]
        )
    head = ["chunks", "written/s", "finish s", "disk MB", "resident MB (of files)", "cold start s", "first answer s", "100 articles s"]  # fmt: skip
    return _table(head, rows) + "\n\nWritten and added: without embedding, from vectors at hand."


def _searches(sizes: dict[int, Any]) -> str:
    rows = [row for size, told in sizes.items() for row in _steps(size, told)]
    head = ["chunks", "step, ms", "p50", "p95", "p99", "eight clients p50", "p95", "p99"]
    quality = [
        [f"{size:,}", f"{t['probe']['quality']['ndcg']:.3f}", f"{t['probe']['quality']['hit']:.3f}", f"{t['probe']['recall']:.3f}", f"{t['probe']['one']['per_s']:.1f}", f"{t['probe']['eight']['per_s']:.1f}"]
        for size, t in sizes.items()
    ]  # fmt: skip
    return (
        _table(head, rows)
        + "\n\n"
        + _table(
            ["chunks", "nDCG@10", "hit@10", "recall@10, dense leg", "searches/s", "by eight"],
            quality,
        )
    )


def _steps(size: int, told: dict[str, Any]) -> list[list[str]]:
    one, eight, plain = told["probe"]["one"], told["probe"]["eight"], told["flat"]
    rows = [
        [f"{size:,}", step, *_three(one[step]), *(_three(eight[step]) if step in eight else _BLANK)]
        for step in _STEPS
    ]
    alone = [f"{plain['p50']:.1f}", f"{plain['p95']:.1f}", ""]
    return [*rows, [f"{size:,}", "plain IndexFlatIP alone", *alone, *_BLANK]]


def _three(spread: dict[str, float]) -> list[str]:
    return [f"{spread[name]:.1f}" for name in ("p50", "p95", "p99")]


def _filters(sizes: dict[int, Any]) -> str:
    rows = [
        [f"{size:,}", name, f"{one['recall']:.3f}", *_three(one["all"]), f"{one['dense']['p50']:.1f}", f"{one['lexical']['p50']:.1f}"]
        for size, told in sizes.items()
        for name, one in told["probe"]["filters"].items()
    ]  # fmt: skip
    head = ["chunks", "days left by the filter", "recall@10", "p50", "p95", "p99", "dense p50", "lexical p50"]  # fmt: skip
    return _table(head, rows)


def _parts(sizes: dict[int, Any]) -> str:
    names = sorted({name for told in sizes.values() for name in told["parts"]})
    rows = [
        [name, *(f"{told['parts'].get(name, 0):.1f}" for told in sizes.values())] for name in names
    ]
    return _table(["MB of", *(f"{size:,}" for size in sizes)], rows)


def _plot(sizes: dict[int, Any]) -> str:
    most = max(sizes)
    curves = {
        "search, p50": [(s / most, t["probe"]["one"]["all"]["p50"]) for s, t in sizes.items()],
        "dense leg": [(s / most, t["probe"]["one"]["dense"]["p50"]) for s, t in sizes.items()],
        "lexical leg": [(s / most, t["probe"]["one"]["lexical"]["p50"]) for s, t in sizes.items()],
        "plain IndexFlatIP": [(s / most, t["flat"]["p50"]) for s, t in sizes.items()],
    }
    top = max(value for points in curves.values() for _, value in points)
    named = {
        name: Curve(points, dashed=name.startswith("plain")) for name, points in curves.items()
    }
    labels = (f"chunks, as a share of {most:,}", "ms")
    return curve_plot("Milliseconds a search against chunks", named, labels, top * 1.05)

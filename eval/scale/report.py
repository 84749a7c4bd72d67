"""The page and the plots of a scale benchmark; what is not measured yet is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eval.plots import Curve, curve_plot

if TYPE_CHECKING:
    from pathlib import Path

_STEPS = ("all", "embed", "store", "dense", "lexical")
_PERCENTILES = ("p50", "p95", "p99")
_BLANK = ["", "", ""]
_HEAD = """# From ten thousand chunks on

Real passages with questions whose answers they hold, extended by articles made up after them
(`eval/scale/generate.py`): text, days and outlets, and vectors drawn with the real ones' mean and spectrum, so that
nothing but the real passages is embedded. "ms" are by the wall, "CPU ms" of the processor, all threads of the process
together; where other work ran beside, the second is the one to compare.
"""


def write_report(found: dict[str, Any], folder: Path) -> None:
    """`scale.md` and `scale.svg` in `folder`."""
    sizes: dict[int, Any] = {}
    for size, told in sorted(found["sizes"].items(), key=lambda pair: int(pair[0])):
        probe = told.get("probe") or told.get("partly")
        if probe:
            sizes[int(size)] = told | {"probe": probe}
    folder.mkdir(parents=True, exist_ok=True)
    parts = [_HEAD + "\n" + _made(found)]
    if "ingest" in found:
        parts += [_ingest(found["ingest"], found["limits"])]
    if "precision" in found:
        parts += [_precision(found["precision"])]
    if sizes:
        (folder / "scale.svg").write_text(_plot(sizes), "utf-8")
        parts += [
            "## Search\n\n![CPU milliseconds a search against chunks](scale.svg)",
            _costs(sizes), _searches(sizes), _quality(sizes), _filters(sizes), _parts(sizes),
        ]  # fmt: skip
    (folder / "scale.md").write_text("\n\n".join([*parts, _NOT]) + "\n", "utf-8")


_NOT = """## Not measured

Relevance at size beyond "does the article that answers come among ten": made-up articles compete, but nobody judged
them. Embedding a whole corpus of that size. Discs slower than this one. Filters on outlet or language at these sizes;
a day's filter stands for all. Several processes over one index at once."""


def _made(found: dict[str, Any]) -> str:
    made = found.get("machine", {})
    told = (
        f"Written by `python -m eval.scale DATA --sizes {made.get('sizes', '?')}` on {made.get('date', '?')}; {made.get('cores', '?')} cores, "
        f"{made.get('load', 0):.1f} processes wanting them on average when it began."
    )
    return "\n\n".join([told, *found.get("notes", [])])


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *(["--:"] * (len(head) - 1))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ingest(told: dict[str, Any], most: dict[str, float]) -> str:
    steps = {name: own for name, (_, own) in told["seconds"].items()}
    total, plain, chunks = sum(steps.values()), told["plain"], told["chunks"]
    rows = [
        [name, f"{own:.2f}", f"{1000 * own / chunks:.1f}", f"{own / total:.0%}"]
        for name, own in steps.items()
    ]
    head = ["step", "CPU s", "CPU ms a chunk", "share"]
    whole = _table(head, [*rows, ["all", f"{total:.2f}", f"{1000 * total / chunks:.1f}", ""]])
    title = f"## Taking articles in\n\n{told['articles']} public articles of three languages, {chunks} chunks with {told['sentences']} sentences."
    return "\n\n".join(
        [title, whole, _against_plain(steps, told, plain), _limit(told, steps, most)]
    )


def _against_plain(steps: dict[str, float], told: dict[str, Any], plain: dict[str, float]) -> str:
    chunks, own = told["chunks"], told["tokens"]
    both = steps["embed chunks"] + steps["embed sentences"]
    theirs = plain["split"] + plain["embed"] + plain["write"]
    without = sum(steps.values()) - steps["embed sentences"]
    rows = [
        ["plain stack, chunks alone", plain["chunks"] / theirs, plain["tokens"] / plain["embed"]],
        ["this, chunks alone", chunks / without, own[0] / steps["embed chunks"]],
        ["this, chunks and each sentence", chunks / sum(steps.values()), sum(own) / both],
    ]
    table = _table(
        ["", "chunks a CPU s, all steps", "tokens embedded a CPU s"],
        [[name, f"{rate:.1f}", f"{tokens:.0f}"] for name, rate, tokens in rows],
    )
    times = [rows[n][1] / rows[0][1] for n in (1, 2)]
    return (
        f"{table}\n\nChunk for chunk this is {times[0]:.1f} times the plain stack where both embed chunks alone, and "
        f"{times[1]:.1f} times where it embeds each sentence too, which the plain stack does not."
    )


def _limit(told: dict[str, Any], steps: dict[str, float], most: dict[str, float]) -> str:
    share = sum(told["flops"]) / (steps["embed chunks"] + steps["embed sentences"])
    return (
        f"Products of matrices of {_SIDE} reach {most['float32_flops'] / 1e9:.0f} GFLOP a CPU second in float32 and "
        f"{most['bfloat16_flops'] / 1e9:.0f} in bfloat16; embedding ran at {share / 1e9:.0f}, "
        f"{share / most['bfloat16_flops']:.0%} of the latter. Memory was read at {most['read_gb_s']:.1f} GB a CPU second."
    )


_SIDE = 2048


def _precision(told: dict[str, dict[str, float]]) -> str:
    rows = [
        [name, f"{own['float32']:.4f}", f"{own['bfloat16']:.4f}", f"{own['bfloat16'] - own['float32']:+.4f}"]
        for name, own in told.items()
    ]  # fmt: skip
    head = ["nDCG@10, first 150 passages of", "float32", "bfloat16", "difference"]
    return _table(head, rows) + "\n\nPassages by the cosine of their chunks alone."


def _costs(sizes: dict[int, Any]) -> str:
    rows = []
    for size, told in sizes.items():
        seconds, memory = told["grown"]["seconds"], told["probe"].get("memory")
        write = seconds.get("write", [0, 0])[1] / max(1, told["grown"]["added"]) * 1e6
        added = told.get("added")
        rows.append(
            [
                f"{size:,}",
                f"{write:.0f}",
                f"{seconds.get('finish', [0, 0])[1]:.1f}",
                f"{sum(told['parts'].values()):.0f}" if "parts" in told else "",
                f"{memory['VmRSS']:.0f} = {memory['RssAnon']:.0f} + {memory['RssFile']:.0f}"
                if memory
                else "",
                f"{told['probe']['opened_s']:.1f}",
                f"{told['probe']['first_answer_s']:.1f} ({told['probe']['first_answer_cpu_s']:.1f})",
                _sums(added) if added else "",
            ]
        )
    head = ["chunks", "CPU µs to write one", "finish, CPU s", "disk MB", "resident MB = own + of files", "cold start to open, s", "to the first answer, s (CPU)", "100 articles more, s (CPU)"]  # fmt: skip
    return (
        _table(head, rows)
        + "\n\nWritten and added from vectors at hand, without embedding; signatures and stories are included. Memory after 260 searches by up to eight at once, "
        "before the exact scans below. Cold: a new process, the index's pages dropped from the cache."
    )


def _sums(seconds: dict[str, list[float]]) -> str:
    wall, own = (sum(times[n] for times in seconds.values()) for n in (0, 1))
    return f"{wall:.1f} ({own:.1f})"


def _searches(sizes: dict[int, Any]) -> str:
    head = ["chunks", "step", "ms p50", "p95", "p99", "CPU ms p50", "p95", "p99", "eight at once, ms p50", "p95", "p99"]  # fmt: skip
    rows = [row for size, told in sizes.items() for row in _steps(size, told)]
    return _table(head, rows)


def _steps(size: int, told: dict[str, Any]) -> list[list[str]]:
    probe = told["probe"]
    one, eight = probe.get("one", {}) | probe.get("legs", {}), probe.get("eight", {})
    rows = [
        [f"{size:,}", step, *_both(one[step]), *(_three(eight[step]) if step in eight else _BLANK)]
        for step in _STEPS
        if step in one
    ]
    if told.get("flat"):
        rows.append([f"{size:,}", "plain IndexFlatIP alone", *_both(told["flat"]), *_BLANK])
    return rows


def _three(spread: dict[str, float]) -> list[str]:
    return [f"{spread[name]:.1f}" for name in _PERCENTILES]


def _both(step: dict[str, dict[str, float]]) -> list[str]:
    return [*_three(step["wall"]), *_three(step["cpu"])]


def _quality(sizes: dict[int, Any]) -> str:
    rows = []
    for size, told in sizes.items():
        probe = told["probe"]
        if "recall" in probe:
            by_language = {k: v for k, v in probe["recall"]["none"].items() if k != "mean"}
            recall = ", ".join(f"{name} {value:.3f}" for name, value in by_language.items())
            rows.append([f"{size:,}", f"{probe['quality']['ndcg']:.3f}", f"{probe['quality']['hit']:.3f}", recall, f"{probe['eight']['per_s']:.1f}", f"{probe['eight']['cpu_ms']:.0f}"])  # fmt: skip
    head = ["chunks", "nDCG@10", "hit@10", "recall@10 of the dense leg", "searches a second by eight", "CPU ms each"]  # fmt: skip
    return _table(head, rows)


def _filters(sizes: dict[int, Any]) -> str:
    rows = []
    for size, told in sizes.items():
        for name, one in told["probe"].get("filters", {}).items():
            recall = told["probe"].get("recall", {}).get(name, {})
            least = f"{min(recall.values()):.3f}" if recall else ""
            legs = [f"{one[leg]['cpu']['p50']:.1f}" for leg in ("filter", "dense", "lexical")]
            rows.append([f"{size:,}", name, least, *_both(one["all"]), *legs])
    head = ["chunks", "days that pass", "least recall@10 of a language", "ms p50", "p95", "p99", "CPU ms p50", "p95", "p99", "of it the filter", "dense", "lexical"]  # fmt: skip
    return _table(head, rows)


def _parts(sizes: dict[int, Any]) -> str:
    told = {size: one["parts"] for size, one in sizes.items() if "parts" in one}
    names = sorted({name for own in told.values() for name in own})
    rows = [[name, *(f"{own.get(name, 0):.1f}" for own in told.values())] for name in names]
    return _table(["MB of", *(f"{size:,}" for size in told)], rows)


def _plot(sizes: dict[int, Any]) -> str:
    most = max(sizes)
    probes = {size / most: told["probe"] for size, told in sizes.items() if "legs" in told["probe"]}
    curves = {
        "search, embedding included": [(x, p["one"]["all"]["cpu"]["p50"]) for x, p in probes.items()],
        "dense leg": [(x, p["legs"]["dense"]["cpu"]["p50"]) for x, p in probes.items()],
        "lexical leg": [(x, p["legs"]["lexical"]["cpu"]["p50"]) for x, p in probes.items()],
        "plain IndexFlatIP": [(s / most, t["flat"]["cpu"]["p50"]) for s, t in sizes.items() if t.get("flat")],
    }  # fmt: skip
    top = max((value for points in curves.values() for _, value in points), default=1.0)
    named = {name: Curve(points, dashed=name.startswith("plain")) for name, points in curves.items() if points}  # fmt: skip
    labels = (f"chunks, as a share of {most:,}", "CPU ms, p50")
    return curve_plot("CPU milliseconds a search against chunks", named, labels, top * 1.05)

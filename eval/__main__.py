"""`python -m eval`: parses, calls, prints. Exit status 0 done, 2 wrong usage, 1 anything else."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval import gate
from eval.benchmark_records import Options
from eval.benchmark_report import render_benchmark, write_benchmark, write_page
from eval.page import comparison_page, report_page
from eval.report import render, render_comparison
from eval.rows import RESULTS, newest_result, read_result, write_result, write_text
from eval.run import QUESTIONS, run
from rag.errors import ShawahidError, UsageError
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; known errors become their text on stderr, here and nowhere else."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.command(chosen)
        sys.stdout.flush()
    except UsageError as error:
        _warn(str(error))
        return 2
    except ShawahidError as error:
        _warn(str(error))
        return 1
    except BrokenPipeError:  # the reader (`| head`) has seen enough; nothing is left to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _run(chosen: argparse.Namespace) -> None:
    result = run(chosen.corpus, chosen.index, chosen.questions, warn=_warn)
    path = chosen.out or RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"
    write_result(result, path)
    print(render(result))
    print(f"\nwritten to {path}")


def _report(chosen: argparse.Namespace) -> None:
    result = read_result(chosen.result or newest_result(RESULTS))
    if chosen.out:
        write_text(report_page(result), chosen.out)
        print(f"written to {chosen.out}")
    else:
        print(render(result))


def _compare(chosen: argparse.Namespace) -> None:
    before, after = read_result(chosen.before), read_result(chosen.after)
    if chosen.out:
        write_text(comparison_page(before, after), chosen.out)
        print(f"written to {chosen.out}")
    print(render_comparison(before, after))


def _gate(chosen: argparse.Namespace) -> None:
    if chosen.allow_regression and not chosen.update:
        raise UsageError("--allow-regression lowers floors, so it goes with --update; add that")
    corpus = load_settings(corpus=chosen.corpus).corpus
    pins = gate.pin(chosen.questions, corpus)
    if chosen.update:
        old = gate.read_floors(chosen.floors) if chosen.floors.exists() else None
        result = run(corpus, None, chosen.questions, warn=_warn)
        floors = gate.raised(old, result, pins, allow_regression=chosen.allow_regression)
        gate.write_floors(floors, chosen.floors)
        print(f"{len(floors.floors)} floors written to {chosen.floors}")
        return
    floors = gate.read_floors(chosen.floors)
    gate.check_pins(floors.pins, pins)
    result = run(corpus, None, chosen.questions, warn=_warn)
    print(render(result))
    gate.check_model(floors, result)
    gate.check_floors(floors.floors, gate.figures_of(result))
    print(f"\nall {len(floors.floors)} floors hold")


def _benchmark(chosen: argparse.Namespace) -> None:
    from eval.benchmark import benchmark  # brings the model's libraries

    options = Options(
        limit=chosen.limit,
        pairs=frozenset(chosen.pairs) if chosen.pairs else None,
        pools=tuple(chosen.pool),
        answers=not chosen.no_answers,
        work=chosen.work,
    )
    report = benchmark(chosen.sets, options, warn=_warn)
    if chosen.out:
        write_benchmark(report, chosen.out)
    if chosen.page:
        write_page(report, chosen.page, _benchmark_command(chosen))
    print(render_benchmark(report))


def _benchmark_command(chosen: argparse.Namespace) -> list[str]:
    """The command without the places of this machine, which say nothing to a reader."""
    command = ["python", "-m", "eval", "benchmark", *(path.resolve().name for path in chosen.sets)]
    command += [f"--pool={language}" for language in chosen.pool]
    if chosen.pairs:
        command.append("--pairs=" + ",".join("-".join(pair) for pair in chosen.pairs))
    command += [f"--limit={chosen.limit}"] if chosen.limit else []
    return command + (["--no-answers"] if chosen.no_answers else [])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description="Measure the answers.", allow_abbrev=False
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("--corpus", type=Path, help="folder of articles; default: the settings'")
    asking.add_argument(
        "--questions", type=Path, default=QUESTIONS, help="gold questions, JSON lines"
    )

    _add_results(commands, asking)
    _add_checks(commands, asking)
    return parser


def _add_results(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], asking: argparse.ArgumentParser
) -> None:
    one = commands.add_parser("run", parents=[asking], help="ask all questions and write a result")
    one.add_argument(
        "--index", type=Path, help="an index to ask; default: a fresh one of the corpus"
    )
    one.add_argument("--out", type=Path, help="result file; default: eval/results/<time>.json")
    one.set_defaults(command=_run)

    two = commands.add_parser("compare", help="what changed between two results")
    two.add_argument("before", type=Path)
    two.add_argument("after", type=Path)
    two.add_argument("-o", "--out", type=Path, help="write an HTML page too")
    two.set_defaults(command=_compare)

    three = commands.add_parser("report", help="a result again, as tables or as a page")
    three.add_argument("result", type=Path, nargs="?", help="default: the newest")
    three.add_argument("-o", "--out", type=Path, help="write an HTML page instead of printing")
    three.set_defaults(command=_report)


def _add_checks(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], asking: argparse.ArgumentParser
) -> None:
    four = commands.add_parser("gate", parents=[asking], help="hold every figure against its floor")
    four.add_argument("--floors", type=Path, default=gate.FLOORS)
    four.add_argument(
        "--update", action="store_true", help="measure, pin the data, raise the floors"
    )
    four.add_argument(
        "--allow-regression", action="store_true", help="with --update: lower floors too"
    )
    four.set_defaults(command=_gate)

    five = commands.add_parser(
        "benchmark", help="retrieval and one-sentence answers on public sets"
    )
    five.add_argument(
        "sets",
        type=Path,
        nargs="+",
        metavar="SET_DIR",
        help="holds passages.jsonl, questions.jsonl",
    )
    five.add_argument("--limit", type=_positive, help="most questions of each language")
    five.add_argument(
        "--pairs",
        type=_pairs,
        help="languages of question and passages, such as ar-ar,en-ar; default: all",
    )
    five.add_argument(
        "--pool",
        action="append",
        default=[],
        metavar="LANGUAGE",
        help="measure this language's passages of all sets as one corpus, too; may be repeated",
    )
    five.add_argument("--no-answers", action="store_true", help="measure retrieval alone")
    five.add_argument("--work", type=Path, help="keep indexes and vectors here for the next time")
    five.add_argument("--out", type=Path, help="write every figure as JSON")
    five.add_argument("--page", type=Path, help="write the tables as Markdown, the plot beside it")
    five.set_defaults(command=_benchmark)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is below 1")
    return number


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = [tuple(pair.split("-")) for pair in text.split(",")]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of pairs like ar-ar,en-ar")
    return [(pair[0], pair[1]) for pair in pairs]


def _warn(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

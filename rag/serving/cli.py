"""The command line: parses, hands over, prints. Known errors become one line here and nowhere else."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.errors import ShawahidError, UsageError
from rag.records import Filters
from rag.serving import corpus_commands
from rag.serving.printing import answer_text, say, search_text, warn
from rag.settings import Settings, load_settings

# typer carries a click of its own and exports only the child of its UsageError
_CommandLineError: type[Exception] = typer.BadParameter.__mro__[1]

cli = typer.Typer(
    name="shawahid", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None, help="Questions answered over news articles, each statement with a checked quotation.",
)  # fmt: skip


class WriterName(StrEnum):
    """Who may write an answer."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    OLLAMA = "ollama"


IndexFolder = Annotated[Path | None, typer.Option("--index", help="folder of the index")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON and nothing else")]
Since = Annotated[str | None, typer.Option(help="earliest publication date, YYYY-MM-DD")]
Until = Annotated[str | None, typer.Option(help="latest publication date, YYYY-MM-DD")]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="only this outlet; may be repeated")
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", help="only this language (ar, en); may be repeated"),
]
Questions = Annotated[
    Path | None,
    typer.Option("--questions", help='JSON lines with "question", maybe "id", "history"'),
]
Question = Annotated[str | None, typer.Argument(help="the question")]


@cli.command("index")
def index_command(
    corpus: Annotated[Path | None, typer.Argument(help="folder of articles")] = None,
    index: IndexFolder = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="start from nothing")] = False,
) -> None:
    """Bring the index in line with a folder of articles; only what changed is embedded."""
    from rag.indexing.sync import sync
    from rag.serving.progress import TerminalProgress

    with TerminalProgress() as progress:
        summary = sync(
            load_settings(corpus=corpus, index=index), rebuild=rebuild, progress=progress
        )
    for name, note in summary.notes:
        warn(f"note on {name}: {note}")
    for name, reason in summary.refused:
        warn(f"refused {name}: {reason}")
    say(
        f"added {summary.added}, changed {summary.changed}, removed {summary.removed}, "
        f"unchanged {summary.unchanged}, refused {len(summary.refused)}; "
        f"{summary.counts['articles']} articles in {summary.counts['chunks']} chunks"
    )


@cli.command()
def ask(
    question: Question = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
    questions: Questions = None,
    writer: Annotated[WriterName | None, typer.Option(help="who writes the answer")] = None,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    language: Languages = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=100, help="passages retrieved")] = None,
) -> None:
    """Answer a question, each statement with its quotation."""
    from rag.serving.batch import answers

    filters = _filters(since, until, source, language)
    settings = load_settings(index=index, writer=writer)
    _run(
        answers(settings, question, questions, filters, k),
        answer_text,
        as_json=as_json or questions is not None,
    )


@cli.command()
def search(
    question: Question = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
    questions: Questions = None,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    language: Languages = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="passages shown")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="show each leg's score, and what matches")
    ] = False,
) -> None:
    """Retrieve passages without writing an answer."""
    from rag.serving.batch import searches

    filters = _filters(since, until, source, language)
    settings = load_settings(index=index)
    _run(
        searches(settings, question, questions, filters, k, explain=explain),
        search_text,
        as_json=as_json or questions is not None,
    )


@cli.command("serve")
def serve_command(
    index: IndexFolder = None,
    host: Annotated[str | None, typer.Option(help="address to bind to")] = None,
    port: Annotated[int | None, typer.Option(help="port to bind to", min=1, max=65535)] = None,
) -> None:
    """Serve the page and the REST API."""
    from rag.serving.server import serve

    serve(load_settings(index=index, host=host, port=port))


@cli.command()
def doctor(index: IndexFolder = None, as_json: AsJson = False) -> None:
    """Check every part and name the remedy for what is wrong."""
    from rag.serving.doctor import examine

    checks = examine(load_settings(index=index))
    if as_json:
        say(json.dumps([check.to_dict() for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            say(check.line())
    if any(check.state == "error" for check in checks):
        raise typer.Exit(1)


corpus_commands.register(cli)


def main() -> None:
    """Entry point: exit status 0 success, 2 wrong usage, 1 anything else, one line on stderr."""
    _prepare()
    try:
        status = cli(standalone_mode=False)
    except _CommandLineError as error:
        status = _fail(f"{error.format_message()} (see `shawahid --help`)", 2)  # type: ignore[attr-defined]
    except UsageError as error:
        status = _fail(str(error), 2)
    except ShawahidError as error:
        status = _fail(str(error), 1)
    except (KeyboardInterrupt, typer.Abort):
        status = _fail("interrupted", 1)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader has left: nobody to tell
        status = 0
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        status = _fail(
            f"internal error ({type(error).__name__}: {error}); python -X dev -m rag shows where", 1
        )
    sys.exit(status or 0)


def _prepare() -> None:
    """Any text can be printed; a bare command shows the help."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if len(sys.argv) == 1:
        sys.argv.append("--help")


def _run(rows: Any, text: Any, *, as_json: bool) -> None:  # noqa: ANN401 - an iterator of rows and their printer
    refused = 0
    for row in rows:
        refused += "error" in row
        say(json.dumps(row, ensure_ascii=False) if as_json else text(row))
    if refused:
        raise UsageError(
            f'{refused} question{"s" if refused > 1 else ""} refused; the lines with "error" say why'
        )


def _filters(
    since: str | None, until: str | None, sources: list[str] | None, languages: list[str] | None
) -> Filters:
    first, last = _day("--since", since), _day("--until", until)
    if first and last and first > last:
        raise UsageError(f"--since {first} is after --until {last}; exchange them")
    return Filters(first, last, tuple(sources or ()), tuple(languages or ()))


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} is {text!r}, expected a date like 2020-03-23") from None


def _fail(message: str, status: int) -> int:
    warn("shawahid: " + " ".join(message.split()))
    return status


__all__ = ["Settings", "cli", "main"]

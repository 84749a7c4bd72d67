"""The commands that ask: `ask` and `search`."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import UsageError
from rag.records import Filters
from rag.serving.commands.options import AsJson, IndexFolder  # noqa: TC001 - typer reads them at run time
from rag.serving.commands.printing import answer_text, say, search_text
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rag.serving.commands.batch import Answerer
    from rag.settings import Settings


class WriterName(StrEnum):
    """Who may write an answer."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    OLLAMA = "ollama"


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
Server = Annotated[
    str | None, typer.Option(help="ask the Shawahid server at this address instead of loading one")
]
TokenFile = Annotated[
    Path | None, typer.Option(help="file that holds the server's token and nothing else")
]


def register(cli: typer.Typer) -> None:
    """Make both commands of `cli`."""
    cli.command("ask")(ask_command)
    cli.command("search")(search_command)


def ask_command(
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
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Answer a question, each statement with its quotation."""
    from rag.serving.commands.batch import Wanted, answers

    wanted = Wanted(_filters(since, until, source, language), k, str(writer) if writer else None)
    settings = load_settings(index=index, writer=writer)
    answerer = _answerer(settings, index, server, token_file)
    rows = answers(answerer, question, questions, wanted)
    _run(rows, answer_text, as_json=as_json or questions is not None)


def search_command(
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
    server: Server = None,
    token_file: TokenFile = None,
) -> None:
    """Retrieve passages without writing an answer."""
    from rag.serving.commands.batch import Wanted, searches

    wanted = Wanted(_filters(since, until, source, language), k, explain=explain)
    answerer = _answerer(load_settings(index=index), index, server, token_file)
    rows = searches(answerer, question, questions, wanted)
    _run(rows, search_text, as_json=as_json or questions is not None)


def _answerer(
    settings: Settings, index: Path | None, server: str | None, token_file: Path | None
) -> Answerer:
    """Who answers: a server where one is named, else the engine in this process."""
    if server is None:
        if token_file is not None:
            raise UsageError("--token-file is of use with --server URL only; leave it out")
        from rag.serving.commands.batch import LocalAnswerer

        return LocalAnswerer(settings)
    if index is not None:
        raise UsageError("--index and --server exclude each other; the server has its own index")
    from rag.serving.commands.remote import RemoteAnswerer
    from rag.serving.commands.remote_wire import read_token

    return RemoteAnswerer(server, read_token(token_file, settings), settings.client_timeout_s)


def _run(
    rows: Iterable[dict[str, Any]], text: Callable[[dict[str, Any]], str], *, as_json: bool
) -> None:
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

"""The command that turns answers into files: `export`."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from rag.errors import IndexMissingError, UsageError
from rag.serving.commands.printing import warn
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.records import Article
    from rag.settings import Settings

MOST_CHARACTERS = 50_000_000  # of the answers read


class FormatName(StrEnum):
    """What is written."""

    MARKDOWN = "md"
    HTML = "html"
    BIBTEX = "bibtex"
    CSL = "csl"


class LanguageName(StrEnum):
    """Language of the words around the answers."""

    ARABIC = "ar"
    ENGLISH = "en"


def register(cli: typer.Typer) -> None:
    """Make the command one of `cli`."""
    cli.command("export")(export_command)


def export_command(
    answers: Annotated[
        Path | None, typer.Argument(help="answers as `ask --json` prints them; default: stdin")
    ] = None,
    form: Annotated[
        FormatName, typer.Option("--format", help="Markdown, HTML, BibTeX or CSL-JSON")
    ] = FormatName.MARKDOWN,
    language: Annotated[
        LanguageName, typer.Option(help="of headings and notes")
    ] = LanguageName.ARABIC,
    index: Annotated[Path | None, typer.Option("--index", help="folder of the index")] = None,
) -> None:
    """Write answers with quotations and sources, as a file to keep or cite from.

    Each quotation is compared with its article in the index.
    """
    from rag.serving.ui.exporting.formats import exported
    from rag.serving.ui.exporting.records import read_turns

    if answers is None:
        rows = _rows(sys.stdin, "the input")
    else:
        with _opened(answers) as file:
            rows = _rows(file, str(answers))
    with _articles(load_settings(index=index)) as lookup:
        turns = read_turns(rows, lookup)
    sys.stdout.write(exported(turns, form, language, datetime.now(UTC).date()))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{path} can't be read: {(error.strerror or '').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{path} is no UTF-8 text; expected answers as `ask --json` prints them"
        ) from None


def _rows(file: TextIO, name: str) -> list[object]:
    """JSON lines, or one JSON value: an answer or an array of them."""
    text = file.read(MOST_CHARACTERS + 1)
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"{name} has more than {MOST_CHARACTERS} characters; export it in parts")
    with contextlib.suppress(ValueError, RecursionError):
        whole = json.loads(text)
        return whole if isinstance(whole, list) else [whole]
    rows: list[object] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except (ValueError, RecursionError):
                raise UsageError(
                    f"line {number} of {name} is no JSON; expected answers as `ask --json` prints them"
                ) from None
    return rows


@contextlib.contextmanager
def _articles(settings: Settings) -> Iterator[Callable[[str], Article | None] | None]:
    """The stored articles, read without loading the model; None where there is no index here."""
    from rag.store.opening import stored_articles

    with contextlib.ExitStack() as stack:
        try:
            lookup = stack.enter_context(stored_articles(settings)).article
        except IndexMissingError as error:
            warn(f"quotations are not checked: {error}")
            lookup = None
        yield lookup

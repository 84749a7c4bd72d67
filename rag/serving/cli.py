"""The command line: parses, hands over, prints. Known errors become one line here and nowhere else."""

from __future__ import annotations

import os
import sys

import typer

from rag.errors import ShawahidError, UsageError
from rag.serving.commands import ask as ask_commands
from rag.serving.commands import backup as backup_commands
from rag.serving.commands import corpus as corpus_commands
from rag.serving.commands import export as export_commands
from rag.serving.commands import feedback as feedback_commands
from rag.serving.commands import index as index_commands
from rag.serving.commands import migrate as migrate_commands
from rag.serving.commands import service as service_commands
from rag.serving.commands import token as token_commands
from rag.serving.commands.printing import warn

# typer carries a click of its own and exports only the child of its UsageError
_CommandLineError: type[Exception] = typer.BadParameter.__mro__[1]

cli = typer.Typer(
    name="shawahid", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None, help="Questions answered over news articles, each statement with a checked quotation.",
)  # fmt: skip


for commands in (
    index_commands,
    ask_commands,
    service_commands,
    corpus_commands,
    backup_commands,
    export_commands,
    feedback_commands,
    token_commands,
    migrate_commands,
):
    commands.register(cli)


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


def _fail(message: str, status: int) -> int:
    warn("shawahid: " + " ".join(message.split()))
    return status


__all__ = ["cli", "main"]

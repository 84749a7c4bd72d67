"""The command that makes tokens."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rag.errors import UsageError
from rag.serving.commands.printing import say, warn


class Scope(StrEnum):
    """What a token allows."""

    READ = "read"
    INGEST = "ingest"


def register(cli: typer.Typer) -> None:
    """Make `token` a command of `cli`."""
    tokens = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    tokens.command("new")(new_command)
    tokens.callback()(_about)
    cli.add_typer(tokens, name="token")


def _about() -> None:
    """Make tokens for a server."""


def new_command(
    scope: Annotated[
        list[Scope] | None, typer.Option(help="what it allows; may be repeated")
    ] = None,
    name: Annotated[str, typer.Option(help="whose it is, for your own memory")] = "",
) -> None:
    """Print a new token, and on the second line the entry for the server's file of tokens."""
    from rag.serving.tokens.keeping import new_token

    if len(name) > 100 or not name.isprintable():
        raise UsageError("the name has control characters or more than 100 characters; shorten it")
    token, entry = new_token([each.value for each in scope or [Scope.READ]], name)
    say(token)
    say(entry)
    warn(
        "the first line is the token, shown this once; put the second into the file of SHAWAHID_TOKENS_FILE"
    )

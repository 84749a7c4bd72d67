"""The command that moves an index to another store: `migrate`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rag.serving.commands.options import IndexFolder  # noqa: TC001 - typer reads it at run time
from rag.serving.commands.printing import say
from rag.settings import load_settings


class StoreName(StrEnum):
    """Where an index may be kept."""

    LOCAL = "local"
    MILVUS = "milvus"


def register(cli: typer.Typer) -> None:
    """Make it a command of `cli`."""
    cli.command("migrate")(migrate_command)


def migrate_command(
    to: Annotated[StoreName, typer.Option("--to", help="the store that gets the index")],
    index: IndexFolder = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="put it in the place of an index that is there already"),
    ] = False,
) -> None:
    """Copy an index from the local store to Milvus, or back, without embedding again."""
    from rag.indexing.migrate import migrate
    from rag.serving.commands.progress import TerminalProgress

    with TerminalProgress() as progress:
        manifest = migrate(
            load_settings(index=index), to.value, replace=replace, progress=progress.reading
        )
    counts = ", ".join(f"{number} {name}" for name, number in manifest.counts.items())
    say(f"copied to {to.value}: {counts}; set SHAWAHID_STORE={to.value} to use it")

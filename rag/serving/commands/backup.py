"""The commands that save corpus and index in one file, and bring them back: `backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import BackupError
from rag.serving.commands.options import IndexFolder  # noqa: TC001 - typer reads it at run time
from rag.serving.commands.printing import say, warn
from rag.settings import load_settings

if TYPE_CHECKING:
    from rag.settings import Settings
    from rag.store.manifest import Manifest

CorpusFolder = Annotated[Path | None, typer.Option("--corpus", help="folder of articles")]


def register(cli: typer.Typer) -> None:
    """Make them commands of `cli`."""
    cli.command("backup")(backup_command)
    cli.command("restore")(restore_command)


def backup_command(
    file: Annotated[Path, typer.Argument(help="file to write: .tar, .tar.gz or .tar.zst")],
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    force: Annotated[bool, typer.Option("--force", help="replace the file if it is there")] = False,
) -> None:
    """Save corpus and index in one file; a sync may run meanwhile."""
    from rag.store.backup import backup

    settings = _local(load_settings(corpus=corpus, index=index))
    saved = backup(file, settings.corpus, settings.index, force=force)
    say(
        f"saved {saved.files} files of {settings.corpus} and {_told(saved.manifest)} of {settings.index} "
        f"in {file}, {saved.size / 1e6:.1f} MB"
    )


def restore_command(
    file: Annotated[Path, typer.Argument(help="file that `backup` wrote")],
    corpus: CorpusFolder = None,
    index: IndexFolder = None,
    force: Annotated[
        bool, typer.Option("--force", help="put a corpus that is there aside; it is kept")
    ] = False,
) -> None:
    """Bring corpus and index back; nothing is put in place before all of it was verified."""
    from rag.embedding import identify_model
    from rag.store.restore import Places, restore

    settings = _local(load_settings(corpus=corpus, index=index))
    restored = restore(
        file,
        Places(settings.corpus, settings.index),
        identify_model(settings),
        limit=int(settings.restore_gigabytes * 1e9),
        force=force,
        wait_s=settings.sync_wait_s,
    )
    if restored.former is not None:
        warn(f"the former corpus is kept in {restored.former}")
    what = f"{restored.files} files to {settings.corpus}"
    if restored.manifest is not None:
        what += f" and {_told(restored.manifest)} to {settings.index}"
    say(f"restored {what} from the backup of {restored.created}")
    if restored.manifest is None:
        warn(f"the index was left out: {restored.left_out}; run `shawahid index` to make it")


def _local(settings: Settings) -> Settings:
    if settings.store != "local":
        raise BackupError(
            f"the index is kept by {settings.store}, whose own tools save it; SHAWAHID_STORE=local names a local one"
        )
    return settings


def _told(manifest: Manifest) -> str:
    counts = manifest.counts
    return f"the index of {counts['articles']} articles in {counts['chunks']} chunks"

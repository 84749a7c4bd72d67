"""The command that makes the index, follows its corpus, or checks its files: `index`."""

from __future__ import annotations

import signal
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from rag.serving.commands.options import IndexFolder  # noqa: TC001 - typer reads it at run time
from rag.serving.commands.printing import say, warn
from rag.serving.commands.sharing import share_work
from rag.settings import load_settings

if TYPE_CHECKING:
    from rag.indexing.plan import SyncSummary
    from rag.settings import Settings


def register(cli: typer.Typer) -> None:
    """Make it a command of `cli`."""
    cli.command("index")(index_command)


def index_command(
    corpus: Annotated[Path | None, typer.Argument(help="folder of articles")] = None,
    index: IndexFolder = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="start from nothing")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="go on, and sync after each change, until stopped")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="change nothing; compare all files with their checksums, in Milvus count rows",
        ),
    ] = False,
    wait: Annotated[
        float | None,
        typer.Option("--wait", help="seconds to wait for another sync to end", min=0, max=3600),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", help="processes that embed, into Milvus", min=1, max=256)
    ] = 1,
    share: Annotated[
        str | None,
        typer.Option("--share", help="do one of several shares, like 2/3: one on each machine"),
    ] = None,
) -> None:
    """Bring the index in line with a folder of articles; only what changed is embedded."""
    if workers > 1 or share is not None:
        if watch or verify:
            raise UsageError("--workers and --share exclude --watch and --verify")
        share_work(load_settings(corpus=corpus, index=index), workers, share, rebuild=rebuild)
        return
    if watch + verify + rebuild > 1:
        raise UsageError("--rebuild, --watch and --verify exclude each other; give one of them")
    settings = load_settings(corpus=corpus, index=index, sync_wait_s=wait)
    if verify:
        _verify(settings)
    elif watch:
        _watch(settings)
    else:
        _sync(settings, rebuild=rebuild)


def _sync(settings: Settings, *, rebuild: bool) -> None:
    from rag.indexing.sync import sync
    from rag.serving.commands.progress import TerminalProgress

    def waiting() -> None:
        warn(f"another process is writing {settings.index}; waiting {settings.sync_wait_s:g} s")

    with TerminalProgress() as progress:
        summary = sync(
            settings,
            rebuild=rebuild,
            progress=progress,
            wait_s=settings.sync_wait_s,
            waiting=waiting,
        )
    for name, note in summary.notes:
        warn(f"note on {name}: {note}")
    for name, reason in summary.refused:
        warn(f"refused {name}: {reason}")
    say(summary_line(summary))


def _watch(settings: Settings) -> None:
    """A line for each sync, until SIGTERM or SIGINT; either is a success."""
    from rag.indexing.watch import follow

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    told: set[tuple[str, str]] = set()
    try:
        say(f"following {settings.corpus}")
        for synced in follow(settings):
            if synced.summary is None:
                warn(f"failed: {synced.failure}; trying again")
                continue
            refused = set(synced.summary.refused)
            for name, reason in sorted(refused - told):
                warn(f"refused {name}: {reason}")
            told = refused
            say(f"{summary_line(synced.summary)}; {synced.seconds:.1f} s")
    except KeyboardInterrupt:
        say("stopped")


def _verify(settings: Settings) -> None:
    if settings.store == "milvus":
        _verify_rows(settings)
        return
    from rag.store.manifest import read_manifest, verify_files

    manifest = read_manifest(settings.index)
    verify_files(settings.index, manifest, full=True)
    megabytes = sum(f["bytes"] for f in manifest.files.values()) / 1e6
    say(
        f"{settings.index} is whole: generation {manifest.generation}, {len(manifest.files)} files, "
        f"{megabytes:.1f} MB, all as their checksums say"
    )


def _verify_rows(settings: Settings) -> None:
    from rag.store.opening import open_shelf

    shelf = open_shelf(settings)
    manifest = shelf.manifest()
    shelf.verify(manifest)
    counts = ", ".join(f"{number} {what}" for what, number in manifest.counts.items())
    say(
        f"the index {settings.milvus_prefix!r} in Milvus is whole: state {manifest.generation}, {counts}, "
        "as many rows as its record says"
    )


def summary_line(summary: SyncSummary) -> str:
    """What a sync did, in one line."""
    return (
        f"added {summary.added}, changed {summary.changed}, removed {summary.removed}, "
        f"unchanged {summary.unchanged}, refused {len(summary.refused)}; "
        f"{summary.counts['articles']} articles in {summary.counts['chunks']} chunks"
    )

"""The commands that fill and examine a corpus: `fetch` and `inspect`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.serving.commands.printing import say, warn
from rag.settings import load_settings

if TYPE_CHECKING:
    from rag.fetching.fetch import Fetched

_OUTCOMES = ("saved", "updated", "unchanged", "kept", "refused")
CorpusFolder = Annotated[Path | None, typer.Option(help="folder that the articles go to")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON and nothing else")]


def register(cli: typer.Typer) -> None:
    """Make both commands of `cli`."""
    cli.command("fetch")(fetch_command)
    cli.command("inspect")(inspect_command)


def fetch_command(
    urls: Annotated[
        list[str], typer.Argument(help="pages, or RSS or Atom feeds", metavar="URL...")
    ],
    corpus: CorpusFolder = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="most articles of one feed")] = 20,
    as_json: AsJson = False,
) -> None:
    """Save articles of the web in the corpus, as Markdown; then run `index`."""
    from rag.fetching.fetch import fetch

    settings = load_settings(corpus=corpus)
    counts: Counter[str] = Counter()
    for fetched in fetch(urls, settings, limit):
        counts[fetched.outcome] += 1
        if as_json:
            say(json.dumps(fetched.to_dict(), ensure_ascii=False))
        elif fetched.outcome != "refused":
            say(_fetched_line(fetched))
        if fetched.outcome == "refused":
            warn(f"refused {fetched.url}: {fetched.reason}")
    if not as_json and counts.total() > 1:
        say(", ".join(f"{outcome} {counts[outcome]}" for outcome in _OUTCOMES))
    if counts["refused"] == counts.total():
        raise typer.Exit(1)


def _fetched_line(fetched: Fetched) -> str:
    particulars = " · ".join(part for part in (fetched.title, fetched.published) if part)
    why = f" ({fetched.reason})" if fetched.reason else ""
    return f"{fetched.outcome} {fetched.file}: {particulars}{why}"


def inspect_command(
    file: Annotated[Path, typer.Argument(help="an article file")],
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="list all lines that were removed")] = False,
) -> None:
    """Show what is made of a file: what was removed, metadata, dates, sentences and chunks."""
    from rag.serving.inspecting.printing import print_report
    from rag.serving.inspecting.report import inspect

    report = inspect(file, load_settings())
    if as_json:
        say(json.dumps(report, ensure_ascii=False))
    else:
        print_report(report, every=every)
    if not report["articles"]:
        raise typer.Exit(1)

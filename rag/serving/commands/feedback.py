"""The commands about what readers said of answers: `feedback list` and `feedback export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rag.errors import UsageError
from rag.serving.commands.printing import say, warn
from rag.settings import load_settings

IndexFolder = Annotated[Path | None, typer.Option("--index", help="folder of the index")]
_COLUMN = 12  # characters of the longest verdict
_COMMENT_CHARACTERS = 120


def register(cli: typer.Typer) -> None:
    """Make the group `feedback` of `cli`."""
    group = typer.Typer(
        name="feedback",
        no_args_is_help=True,
        rich_markup_mode=None,
        help="What readers said of answers.",
    )
    group.command("list")(list_command)
    group.command("export")(export_command)
    cli.add_typer(group)


def list_command(
    index: IndexFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Show all ratings, oldest first."""
    from rag.serving.feedback.store import FeedbackStore, feedback_file

    path = feedback_file(load_settings(index=index))
    ratings = FeedbackStore(path).ratings()
    for rating in ratings:
        if as_json:
            shown = {name: getattr(rating, name) for name in ("id", "at", "verdict", "comment")}
            row = shown | {"question": rating.question, **rating.record}
            say(json.dumps(row, ensure_ascii=False))
        else:
            comment = " ".join(rating.comment.split())[:_COMMENT_CHARACTERS]
            said = f" · {comment}" if comment else ""
            say(f"{rating.id:>4} {rating.at} {rating.verdict:<{_COLUMN}} {rating.question}{said}")
    if not ratings:
        warn(f"no ratings in {path}")


def export_command(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines; default: standard output")
    ] = None,
    index: IndexFolder = None,
) -> None:
    """Write the ratings as evaluation questions for a person to review."""
    from rag.serving.feedback.export import question_row
    from rag.serving.feedback.store import FeedbackStore, feedback_file

    ratings = FeedbackStore(feedback_file(load_settings(index=index))).ratings()
    lines = [json.dumps(question_row(rating), ensure_ascii=False) for rating in ratings]
    if file is None:
        for line in lines:
            say(line)
        return
    try:
        with file.open("x", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in lines)
    except FileExistsError:
        raise UsageError(f"{file} exists; name another file, or remove it") from None
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}; name another file") from None
    say(f"wrote {len(lines)} questions to {file}")

"""The commands that serve and examine: `serve`, `mcp` and `doctor`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from rag.serving.commands.options import AsJson, IndexFolder  # noqa: TC001 - typer reads them at run time
from rag.serving.commands.printing import say
from rag.settings import load_settings


def register(cli: typer.Typer) -> None:
    """Make them commands of `cli`."""
    cli.command("serve")(serve_command)
    cli.command("mcp")(mcp_command)
    cli.command("doctor")(doctor_command)


def serve_command(
    index: IndexFolder = None,
    host: Annotated[str | None, typer.Option(help="address to bind to")] = None,
    port: Annotated[int | None, typer.Option(help="port to bind to", min=1, max=65535)] = None,
) -> None:
    """Serve the page and the REST API."""
    from rag.serving.server import serve

    serve(load_settings(index=index, host=host, port=port))


def mcp_command(index: IndexFolder = None) -> None:
    """Serve a language model's program by the Model Context Protocol, on stdin and stdout."""
    from rag.serving.mcp.mount import require_mcp
    from rag.serving.observing.logs import set_up_logging

    settings = load_settings(index=index)
    require_mcp()
    set_up_logging(settings)
    from rag.serving.mcp.server import serve_stdio

    serve_stdio(settings)


def doctor_command(index: IndexFolder = None, as_json: AsJson = False) -> None:
    """Check every part and name the remedy for what is wrong."""
    from rag.serving.commands.doctor import examine

    checks = examine(load_settings(index=index))
    if as_json:
        say(json.dumps([check.to_dict() for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            say(check.line())
    if any(check.state == "error" for check in checks):
        raise typer.Exit(1)

"""API and page in one application, and the process that serves it."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import uvicorn
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware

from rag.errors import ServerError
from rag.serving import problems
from rag.serving.api import api_router
from rag.serving.security import BodyLimit, Gatekeeper, Guard

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.serving.protocol import Assistant
    from rag.settings import Settings

_DESCRIPTION = (
    "Questions over news articles. Every statement of an answer carries a quotation, checked character "
    "for character against its article; offsets count Unicode code points of the article's text."
)
_GRACE_S = 1  # open event streams would hold a shutdown for as long as their page is open


def create_app(assistant: Assistant, settings: Settings) -> FastAPI:
    """The API, its documentation at /docs, and the page at /."""
    from rag.serving.ui import STATIC, Language, article_router, mount_page

    app = FastAPIOffline(
        title="Shawahid", description=_DESCRIPTION, redoc_url=None, static_url="/docs-assets"
    )
    problems.install(app)
    app.include_router(api_router(assistant, settings))
    app.include_router(article_router(assistant))
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    mount_page(app, assistant, settings)
    for layer in (Language, GZipMiddleware, BodyLimit, Gatekeeper, Guard):  # innermost first
        app.add_middleware(layer)
    return app


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; prints the address once it answers.

    The port is taken before the model is loaded, so that a port in use is told at once.

    Raises:
        ServerError: the address can't be bound.
        ShawahidError: the index or the model can't be used.
    """
    with bind(settings.host, settings.port) as listener:
        from rag import open_assistant

        app = create_app(open_assistant(settings), settings)
        _Server(_config(app)).run(sockets=[listener])


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address, not yet listening.

    Raises:
        ServerError: it is in use or not this machine's; the message tells the way out.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise ServerError(
            f"can't listen on {host} port {port}: {reason}; stop the program that uses it, or choose "
            "another with SHAWAHID_PORT or SHAWAHID_HOST"
        ) from None
    return listener


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=_GRACE_S, server_header=False
    )


class _Server(uvicorn.Server):
    """Says where it is as soon as it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"http://{name}:{port}\n")
        sys.stdout.flush()

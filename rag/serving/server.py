"""API and page in one application, and the process that serves it."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import uvicorn
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from rag.errors import ServerError
from rag.serving.http import openapi, problems
from rag.serving.http.api import Gate, api_router, fallback_routes
from rag.serving.http.bodies import BodyLimit
from rag.serving.http.heads import Heads
from rag.serving.http.health import health_router, metrics_router
from rag.serving.http.limits import RateLimit, Rates
from rag.serving.http.security import Gatekeeper, Guard
from rag.serving.ingesting.desk import Desk
from rag.serving.mcp.mount import McpMount
from rag.serving.observing.lifecycle import Draining, GracefulServer, Lifecycle
from rag.serving.observing.logs import set_up_logging
from rag.serving.observing.metrics import Metrics
from rag.serving.observing.observer import Observer, observed
from rag.serving.tokens.access import Access
from rag.serving.tokens.keeping import Tokens
from rag.serving.tokens.sign_in import sign_in_router

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.serving.protocol import Assistant
    from rag.settings import Settings

_DESCRIPTION = (
    "Questions over news articles. Every statement of an answer carries a quotation, checked character "
    "for character against its article; offsets count Unicode code points of the article's text."
)


def create_app(
    assistant: Assistant,
    settings: Settings,
    lifecycle: Lifecycle | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """The API, its documentation at /docs, and the page at /.

    Raises:
        SettingsError: the tokens that the settings name can't be read.
    """
    from rag.serving.ui import STATIC, mount_page, pages_router

    gate = Gate(settings.answers_at_once, settings.answers_waiting, settings.answer_seconds)
    lifecycle, metrics = lifecycle or Lifecycle(), Metrics(settings, assistant)
    tokens, rates = Tokens(settings), Rates(settings)
    metrics.watch_queue(lambda: gate.waiting)
    assistant = observed(assistant, metrics, lifecycle, settings)
    mcp = McpMount(assistant, settings, gate)
    app = FastAPIOffline(
        title="Shawahid",
        description=_DESCRIPTION,
        redoc_url=None,
        static_url="/docs-assets",
        lifespan=mcp.lifespan,
    )
    app.state.metrics = metrics
    problems.install(app)
    app.include_router(api_router(assistant, settings, gate, desk))
    app.include_router(health_router(assistant, lifecycle, gate))
    if settings.metrics:
        app.include_router(metrics_router(metrics))
    mcp.add_to(app)
    app.include_router(sign_in_router(tokens, rates, settings))
    app.router.routes.extend(fallback_routes())
    app.include_router(pages_router(assistant, settings, desk))
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    mount_page(app, assistant, settings)
    openapi.install(app, needs_token=tokens.are_on)
    _add_layers(app, settings, tokens, rates)
    app.add_middleware(Draining, lifecycle=lifecycle)
    app.add_middleware(Guard)
    app.add_middleware(Observer, metrics=metrics, settings=settings)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    return app


def _add_layers(app: FastAPI, settings: Settings, tokens: Tokens, rates: Rates) -> None:
    """What a request passes before a route answers it; innermost first."""
    from rag.serving.ui import Language

    app.add_middleware(Language)
    app.add_middleware(Heads)
    app.add_middleware(GZipMiddleware)
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(Access, tokens=tokens, rates=rates)
    app.add_middleware(RateLimit, rates=rates)
    app.add_middleware(Gatekeeper, settings=settings)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("Authorization", "Content-Type"),
            expose_headers=("X-Request-ID", "Retry-After"),
        )


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; prints the address once it answers.

    The port is taken before the model is loaded, so that a port in use is told at once. A new state
    of the index is taken up while it serves.

    Raises:
        ServerError: the address can't be bound.
        ShawahidError: the index or the model can't be used.
    """
    set_up_logging(settings)
    with bind(settings.host, settings.port) as listener:
        from rag.serving.live.assistant import LiveAssistant

        assistant = LiveAssistant.open(settings)
        try:
            lifecycle = Lifecycle()
            desk = Desk(settings, assistant, embedder=assistant.embedder)
            desk.recover()
            app = create_app(assistant, settings, lifecycle, desk)
            config = uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # believed of trusted_proxies alone, by create_app
            )
            with closing(app.state.metrics):
                GracefulServer(config, lifecycle, settings.shutdown_s).run(sockets=[listener])
        finally:
            assistant.stop()


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

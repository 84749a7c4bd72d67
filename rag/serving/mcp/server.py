"""The Model Context Protocol, over HTTP at /mcp and over stdin and stdout. Needs the extra `mcp`."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ListToolsResult

from rag import __version__
from rag.errors import ShawahidError
from rag.serving.http.problems import ProblemResponse, problem
from rag.serving.mcp.tools import INSTRUCTIONS, Tools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, CallToolResult, PaginatedRequestParams
    from starlette.types import Receive, Scope, Send

    from rag.serving.http.gate import Gate
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

logger = logging.getLogger(__name__)

_HERE = ("127.0.0.1", "localhost", "[::1]")
_ANY = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not bound


def make_server(assistant: Assistant, settings: Settings, gate: Gate) -> Server[Any]:
    """The three tools, for either transport."""
    tools = Tools(assistant, settings, gate)

    async def listed(
        context: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        del context, params
        return ListToolsResult(tools=tools.described())

    async def called(
        context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        del context
        return await tools.call(params.name, params.arguments or {})

    return Server(
        "shawahid",
        version=__version__,
        title="Shawahid · شواهد",
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


class McpEndpoint:
    """The ASGI application at /mcp: streamable HTTP without sessions, each reply one JSON object."""

    def __init__(self, assistant: Assistant, settings: Settings, gate: Gate) -> None:
        self._server = make_server(assistant, settings, gate)
        self._security = _security(settings)
        self._manager: StreamableHTTPSessionManager | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve while the block runs: the application's lifespan."""
        self._manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, security_settings=self._security
        )
        async with self._manager.run():
            yield
        self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["method"] != "POST" or self._manager is None:
            body = problem(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "the Model Context Protocol is spoken here by POST alone",
                scope.get("state", {}).get("request_id"),
            )
            reply = ProblemResponse(body, body["status"], {"Allow": "POST"})
            await reply(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)


def serve_stdio(settings: Settings) -> None:
    """Speak the protocol on stdin and stdout until stdin ends; the log goes to stderr.

    The model is loaded meanwhile, so that the client is answered at once; a call waits for it. What is
    wrong with the index or the model is told by each call until it is mended.
    """
    anyio.run(_serve_stdio, settings)


async def _serve_stdio(settings: Settings) -> None:
    from rag.serving.http.gate import Gate

    late = _Late(settings)
    gate = Gate(settings.answers_at_once, settings.answers_waiting, settings.answer_seconds)
    server = make_server(cast("Assistant", late), settings, gate)
    async with stdio_server() as (incoming, outgoing):
        sys.stdout = sys.stderr  # for good: what is still in its buffer at the end must not get out
        threading.Thread(target=late.prepare, name="opening", daemon=True).start()
        await server.run(incoming, outgoing, server.create_initialization_options())
    late.stop()


class _Late:
    """An assistant that is opened by the first that needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._assistant: Any = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the assistant has
        with self._lock:
            if self._assistant is None:
                from rag.serving.live.assistant import LiveAssistant

                self._assistant = LiveAssistant.open(self._settings)
        return getattr(self._assistant, name)

    def prepare(self) -> None:
        """Open it now; what goes wrong is told again by the first call."""
        try:
            _ = self.generation
        except ShawahidError as error:
            logger.error("%s", error)  # noqa: TRY400 - one line tells all

    def stop(self) -> None:
        """Follow the index no longer."""
        if self._assistant is not None:
            self._assistant.stop()


def _security(settings: Settings) -> TransportSecuritySettings:
    """Which names the endpoint may be called by: a page that bends its own name to this machine is refused."""
    own = () if settings.host in _ANY else (settings.host,)
    names = [name for name in (*_HERE, *own, *settings.allowed_hosts) if name]
    hosts = [form for name in names for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    origins += settings.cors_origins
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=hosts, allowed_origins=origins
    )

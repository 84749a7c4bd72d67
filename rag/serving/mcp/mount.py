"""Whether the Model Context Protocol can be served: its package is an extra."""

from __future__ import annotations

from contextlib import nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.routing import Route

from rag.errors import ServerError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from fastapi import FastAPI

    from rag.serving.http.gate import Gate
    from rag.serving.mcp.server import McpEndpoint
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

INSTALL = "pip install 'shawahid[mcp]'"
PATH = "/mcp"


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("mcp") is not None


def require_mcp() -> None:
    """Raise ServerError where the extra is missing; it says how to install it."""
    if not is_installed():
        raise ServerError(f"the Model Context Protocol needs one more package: {INSTALL}")


class McpMount:
    """The endpoint in an application, where it is installed and not switched off; else nothing."""

    def __init__(self, assistant: Assistant, settings: Settings, gate: Gate) -> None:
        self._endpoint: McpEndpoint | None = None
        if settings.mcp and is_installed():
            from rag.serving.mcp.server import McpEndpoint

            self._endpoint = McpEndpoint(assistant, settings, gate)

    def lifespan(self, app: FastAPI) -> AbstractAsyncContextManager[None]:
        """What the application runs within."""
        del app
        return self._endpoint.running() if self._endpoint else nullcontext()

    def add_to(self, app: FastAPI) -> None:
        """Serve it at /mcp."""
        if self._endpoint:
            app.router.routes.append(Route(PATH, self._endpoint, include_in_schema=False))

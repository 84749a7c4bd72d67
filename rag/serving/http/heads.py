"""HEAD wherever GET is: the same reply without its body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page's own routes know HEAD, but for its event streams, which never end.
_OWN: Final = ("/api/", "/article/", "/healthz", "/readyz", "/metrics", "/docs")


class Heads:
    """Asks our own routes as GET does, and keeps the body back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if not is_head or not scope["path"].startswith(_OWN):
            await self._app(scope, receive, send)
            return

        async def bare(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        asked = {**scope, "method": "GET"}  # the layers outside go on seeing HEAD
        try:
            await self._app(asked, receive, bare)
        finally:
            scope["route"] = asked.get("route")

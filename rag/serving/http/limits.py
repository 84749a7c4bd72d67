"""How often one client may ask, and where it is: the ASGI layer in front of API, page and MCP alike."""

from __future__ import annotations

import math
import time
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from rag.serving.http.problems import ProblemResponse, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.settings import Settings

ATTEMPTS_PER_MINUTE: Final = 20  # with a wrong token; one has 256 bits, this only spares the log
_READS: Final = ("GET", "HEAD", "OPTIONS")
# Files that a page is made of, and what machines ask every few seconds.
_UNCOUNTED: Final = ("/ui/", "/assets/", "/docs-assets/", "/static/", "/theme.css", "/gradio_api/startup-events",
                     "/gradio_api/heartbeat/", "/gradio_api/queue/data")  # fmt: skip
_PROBES: Final = ("/healthz", "/readyz")
_MOST_CLIENTS: Final = 100_000  # about 30 MB
_IPV6_SITE_BITS: Final = 64  # what one customer gets; he chooses any of its addresses


class Rates:
    """Counts of one process. A moving window of a minute for each client and kind of request."""

    def __init__(self, settings: Settings) -> None:
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._most = {
            "question": settings.questions_per_minute,
            "read": settings.reads_per_minute,
            "attempt": ATTEMPTS_PER_MINUTE,
        }

    def hit(self, kind: str, client: str) -> int:
        """Count one; 0 where it is allowed, else the seconds until the next one is."""
        most = self._most[kind]
        if most == 0:
            return 0
        if len(self._storage.events) > _MOST_CLIENTS:  # the storage itself forgets no client
            self._storage.reset()
        item = RateLimitItemPerMinute(most)
        return 0 if self._window.hit(item, kind, client) else self._wait(item, kind, client)

    def wait(self, kind: str, client: str) -> int:
        """As `hit`, counting nothing."""
        item = RateLimitItemPerMinute(self._most[kind])
        return 0 if self._window.test(item, kind, client) else self._wait(item, kind, client)

    def _wait(self, item: RateLimitItemPerMinute, kind: str, client: str) -> int:
        reset = self._window.get_window_stats(item, kind, client).reset_time
        return max(1, math.ceil(reset - time.time()))


def client_of(scope: Scope) -> str:
    """The client's address; of IPv6 the network of its site."""
    host = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(host)
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> (128 - _IPV6_SITE_BITS))
    return str(getattr(address, "ipv4_mapped", None) or address)


def kind_of(method: str, path: str) -> str | None:
    """Which limit a request counts to; None for files of the page and for probes."""
    if path in _PROBES or (method in _READS and path.startswith(_UNCOUNTED)):
        return None
    return "read" if method in _READS and not path.startswith("/mcp") else "question"


def too_often(scope: Scope, seconds: int) -> ProblemResponse:
    """The refusal, which tells when to come back."""
    detail = f"this client sent more requests than are taken in a minute; try again in {seconds} s"
    status = HTTPStatus.TOO_MANY_REQUESTS
    body = problem(status, detail, scope["state"]["request_id"])
    return ProblemResponse(body, status, {"Retry-After": str(seconds)})


class RateLimit:
    """Refuses what one client sends too often."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and (kind := kind_of(scope["method"], scope["path"])):
            seconds = self._rates.hit(kind, client_of(scope))
            if seconds:
                await too_often(scope, seconds)(scope, receive, send)
                return
        await self._app(scope, receive, send)

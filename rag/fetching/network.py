"""Connections to checked addresses alone, each of its reads within one deadline.

The name is resolved here, once, and the connection made to an address that was checked: what the name
leads to a moment later plays no part. Certificates are checked against the name all the same.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import httpcore
import httpx

from rag.fetching.addresses import checked, resolve

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

    from rag.fetching.addresses import Resolve

_ADDRESSES_TRIED: Final = 3  # of a name that has several


class Deadline:
    """A moment that the streams of one request share; httpx limits each wait, not their sum."""

    def __init__(self) -> None:
        self._at = float("inf")

    def start(self, seconds: float) -> None:
        """From now on, `seconds` are left."""
        self._at = time.monotonic() + seconds

    def limit(self, timeout: float | None) -> float:
        """`timeout`, or what is left where that is less.

        Raises:
            httpcore.ReadTimeout: nothing is left.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A stream that is not waited for beyond the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.limit(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        limit = self._deadline.limit(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - signature given by httpcore
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Resolves, checks, and connects to what was checked."""

    def __init__(self, deadline: Deadline, resolve_name: Resolve, *, private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._resolve = resolve_name
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = checked(host, port, self._resolve, private=self._private)[:_ADDRESSES_TRIED]
        for number, address in enumerate(addresses, 1):
            limit = self._deadline.limit(timeout)
            try:
                stream = self._inner.connect_tcp(
                    address, port, limit, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _Stream(stream, self._deadline)
        raise httpcore.ConnectError("no address")


class GuardedTransport(httpx.BaseTransport):
    """HTTP/1.1 to checked addresses, without proxies and cookies, within `deadline`."""

    def __init__(self, *, private: bool, resolve_name: Resolve = resolve) -> None:
        self.deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(),
            network_backend=_Backend(self.deadline, resolve_name, private=private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response, its body not read yet. Raises errors of httpcore, and FetchError."""
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """End the connections."""
        self._pool.close()


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()

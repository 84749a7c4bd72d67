"""Where a name of the web leads: its addresses, none of them inside the network that asks."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

import httpx

from rag.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Resolve = Callable[[str, int], list[str]]

MAX_URL = 2048  # characters; what an article's `url` may have
# RFC 6052: the last 32 bits are the IPv4 address that a gateway goes to.
_NAT64 = IPv6Network("64:ff9b::/96")


def parse_url(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """The address, joined to `base`, without its fragment.

    Raises:
        FetchError: it is none that is fetched: not http or https, malformed, or with a password.
    """
    try:
        parsed = (base.join(url) if base else httpx.URL(url)).copy_with(fragment=None)
        host = parsed.host  # decodes it, which fails for some
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"is no address ({error}); correct it") from None
    if parsed.scheme not in ("http", "https") or not host:
        raise FetchError("is no web address; write it with http:// or https:// in front")
    if parsed.userinfo:
        raise FetchError("has a user name or password in it; leave them out")
    if len(str(parsed)) > MAX_URL or not 0 < (parsed.port or 80) < 1 << 16:
        raise FetchError(f"is no address (over {MAX_URL} characters, or a wrong port); correct it")
    return parsed


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine resolves it; decimal and octal spellings too.

    Raises:
        OSError: the name has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def checked(host: str, port: int, resolve_name: Resolve, *, private: bool) -> list[str]:
    """The addresses of `host`, all of which may be connected to; with `private`, whatever they are.

    Raises:
        FetchError: the name is unknown, or one of its addresses is not public.
    """
    try:
        addresses = resolve_name(host, port)
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise FetchError(f"{host} is unknown; correct the address, or check the connection")
    closed = next((a for a in addresses if not is_public(a)), None)
    if closed and not private:
        raise FetchError(
            f"{host} is at {closed}, no public address; set SHAWAHID_FETCH_PRIVATE=true to allow it"
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether the address, and any IPv4 address it carries, is one of the public internet."""
    return all(
        found.is_global
        and not (found.is_multicast or found.is_reserved or getattr(found, "is_site_local", False))
        for found in _carried(ip_address(address))
    )


def _carried(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The IPv4 addresses that a mapped, 6to4, Teredo or NAT64 address leads to, else itself."""
    if isinstance(address, IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address
        yield from filter(None, (address.sixtofour, *(address.teredo or ())))

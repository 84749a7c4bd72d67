"""What a host's robots.txt allows, read once a host (RFC 9309)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.robotparser import RobotFileParser

from rag.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from rag.fetching.client import Reply

_MAX_BYTES: Final = 512 * 1024  # what is read of a robots.txt; RFC 9309 asks for 500 KiB


class Robots:
    """Rules of the hosts asked so far. `fetch` gets a robots.txt and raises FetchError."""

    def __init__(self, fetch: Callable[[httpx.URL], Reply], agent: str) -> None:
        self._fetch = fetch
        self._agent = agent
        self._rules: dict[str, RobotFileParser] = {}

    def check(self, url: httpx.URL) -> None:
        """Raises FetchError where the host does not want `url` fetched, or its rules can't be had."""
        place = _place(url)
        if place not in self._rules:
            self._rules[place] = self._read(url)
        if not self._rules[place].can_fetch(self._agent, str(url)):
            raise FetchError(
                f"the robots.txt of {url.host} asks programs not to fetch it; save it by hand"
            )

    def delay(self, url: httpx.URL) -> float:
        """Seconds between requests that the host asks for; 0 where it does not, or is not known yet."""
        rules = self._rules.get(_place(url))
        return float(rules.crawl_delay(self._agent) or 0) if rules else 0.0

    def _read(self, url: httpx.URL) -> RobotFileParser:
        reply = self._fetch(url.copy_with(raw_path=b"/robots.txt"))
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise FetchError(
                f"the robots.txt of {url.host} is answered with {reply.status}; try again later"
            )
        rules = RobotFileParser()
        # RFC 9309: a robots.txt that is not there (404, 403) forbids nothing.
        text = reply.data[:_MAX_BYTES].decode("utf-8-sig", "replace")
        rules.parse(text.splitlines() if reply.status == HTTPStatus.OK else [])
        return rules


def _place(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"

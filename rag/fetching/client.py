"""A polite, bounded client: one page at a time, robots.txt obeyed, hosts spared, redirects followed by hand."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Self

import httpcore
import httpx

from rag import __version__
from rag.errors import FetchError
from rag.fetching.addresses import parse_url, resolve
from rag.fetching.body import ACCEPTED, read_body
from rag.fetching.network import GuardedTransport
from rag.fetching.robots import Robots

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rag.fetching.addresses import Resolve
    from rag.settings import Settings

AGENT: Final = f"shawahid/{__version__}"
CONNECT_S: Final = 10.0
READ_S: Final = 20.0  # the longest silence; SHAWAHID_FETCH_TIMEOUT_S limits the whole
_TIMEOUTS: Final = {"timeout": httpx.Timeout(READ_S, connect=CONNECT_S).as_dict()}
MAX_REDIRECTS: Final = 5
_MAX_WAIT_S: Final = 60.0  # before a request, whatever a robots.txt or a host asks for
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({429, 503})
# What pages and feeds are sent as; "" where the host does not tell.
_KINDS: Final = re.compile(r"|text/(?:html|xml|plain)|application/(?:(?:xhtml|rss|atom|rdf)\+)?xml")
_HEADERS: Final = {
    "User-Agent": AGENT,
    "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/xml;q=0.9, text/plain;q=0.8",
    "Accept-Encoding": ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request brought. `kind` is the media type, "" where none is named."""

    url: str
    status: int
    kind: str
    charset: str | None
    data: bytes
    location: str | None = None


class Client:
    """Fetches; not for several threads at once. Use as a context manager, or `close` it."""

    def __init__(
        self,
        settings: Settings,
        resolve_name: Resolve = resolve,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = GuardedTransport(
            private=settings.fetch_private, resolve_name=resolve_name
        )
        self._seconds = settings.fetch_timeout_s
        self._limit = int(settings.fetch_megabytes * 1024**2)
        self._delay = settings.fetch_delay_s
        self._sleep = sleep
        self._free: dict[str, float] = {}  # when a host may be asked again
        self._robots = Robots(self._robots_file, AGENT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._transport.close()

    def get(self, url: str) -> Reply:
        """The page or feed at `url`; `url` of the reply is where redirects led.

        Raises:
            FetchError: it can't be had; one line, reason and remedy.
        """
        reply = self._follow(parse_url(url))
        if reply.status != HTTPStatus.OK:
            raise FetchError(_status_line(reply.status))
        return reply

    def _follow(self, url: httpx.URL, *, is_robots: bool = False) -> Reply:
        seen = [url]
        while True:
            if not is_robots:
                self._robots.check(url)
            reply = self._request(url, is_robots=is_robots)
            if reply.status not in _REDIRECTS or not reply.location:
                return reply
            target = _hop(reply.location, url)
            if target in seen or len(seen) > MAX_REDIRECTS:
                how = "in a circle" if target in seen else f"over {MAX_REDIRECTS} times"
                raise FetchError(f"redirects {how}, lastly to {target}; name the page itself")
            seen.append(target)
            url = target

    def _robots_file(self, url: httpx.URL) -> Reply:
        return self._follow(url, is_robots=True)

    def _request(self, url: httpx.URL, *, is_robots: bool) -> Reply:
        self._wait(url)
        self._transport.deadline.start(self._seconds)
        try:
            # Without httpx.Client, which keeps cookies and reads redirects of its own accord.
            request = httpx.Request("GET", url, headers=_HEADERS, extensions=_TIMEOUTS)
            with closing(self._transport.handle_request(request)) as response:
                return self._reply(url, response, is_robots=is_robots)
        except httpcore.TimeoutException:
            raise FetchError(
                f"does not arrive in time ({READ_S:g} s of silence, {self._seconds:g} s in all); "
                "try again later, or raise SHAWAHID_FETCH_TIMEOUT_S"
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            what = " ".join(str(error).split())[:120] or type(error).__name__
            raise FetchError(f"can't be reached ({what}); check the address") from None
        finally:
            self._free[_host(url)] = max(
                time.monotonic() + self._pause(url), self._free.get(_host(url), 0.0)
            )

    def _reply(self, url: httpx.URL, response: httpx.Response, *, is_robots: bool) -> Reply:
        headers = response.headers
        if response.status_code in _BUSY:
            self._refuse_busy(url, response)
        content = Message()
        content["Content-Type"] = declared = headers.get("Content-Type", "")
        kind = content.get_content_type() if declared else ""
        data = b""
        if response.status_code == HTTPStatus.OK:
            if not (is_robots or _KINDS.fullmatch(kind)):
                raise FetchError(f"is {kind[:60]!a}, expected a web page, a feed or plain text")
            data = read_body(response.iter_raw(), headers.get("Content-Encoding", ""), self._limit)
        return Reply(
            url=str(url),
            status=response.status_code,
            kind=kind,
            charset=content.get_content_charset(),
            data=data,
            location=headers.get("Location"),
        )

    def _refuse_busy(self, url: httpx.URL, response: httpx.Response) -> None:
        seconds = _seconds(response.headers.get("Retry-After"))
        asked = f"; it asks to wait {seconds:.0f} s" if seconds else ""
        if seconds:
            self._free[_host(url)] = time.monotonic() + seconds
        raise FetchError(f"{_status_line(response.status_code)}{asked}")

    def _wait(self, url: httpx.URL) -> None:
        left = self._free.get(_host(url), 0.0) - time.monotonic()
        if left > _MAX_WAIT_S:
            raise FetchError(f"{url.host} asks to wait {left:.0f} s more; try again after that")
        if left > 0:
            self._sleep(left)

    def _pause(self, url: httpx.URL) -> float:
        return max(self._delay, min(self._robots.delay(url), _MAX_WAIT_S))


def _hop(location: str, base: httpx.URL) -> httpx.URL:
    try:
        return parse_url(location, base)
    except FetchError as error:
        raise FetchError(f"redirects to what {error}") from None


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _status_line(status: int) -> str:
    try:
        phrase = HTTPStatus(status).phrase.lower()
    except ValueError:
        phrase = "no status known"
    temporary = status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    remedy = "try again later" if temporary else "check the address"
    return f"is answered with {status} ({phrase}); {remedy}"


def _seconds(retry_after: str | None) -> float:
    """What a Retry-After header asks for, in seconds or by a date; 0 where it asks for nothing."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdecimal():
        return float(retry_after.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0

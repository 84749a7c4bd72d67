"""What goes over the wire to a server that is asked: addresses, tokens, replies, and what can go wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.errors import ServerError, UsageError
from rag.serving.commands.printing import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from rag.settings import Settings

CONNECT_S = 10.0
_MOST_BYTES = 64 * 2**20  # of one reply
_LAST_PORT = 65535
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_token(file: Path | None, settings: Settings) -> str | None:
    """The token out of `file`, else of the settings; None where there is none.

    Raises:
        UsageError: the file can't be read, or holds no single word of ASCII; its text is never shown.
    """
    if file is None:
        token = settings.client_token.get_secret_value() if settings.client_token else None
        place = "SHAWAHID_CLIENT_TOKEN"
    else:
        place = str(file)
        try:
            token = file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            kind = getattr(error, "strerror", None) or "it is no text"
            raise UsageError(f"{file} can't be read: {kind}; name the token's file") from None
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise UsageError(f"{place} holds no token; expected one word of ASCII characters")
    return token


def checked_address(address: str) -> str:
    """An address that can be asked, without a slash at its end.

    Raises:
        UsageError: it is none; names and passwords in it are neither taken nor shown.
    """
    import httpx

    fine = re.fullmatch(r"https?://[^/\s?#@]+(/[^\s?#]*)?", address) is not None
    try:
        url = httpx.URL(address)
        fine = fine and bool(url.host) and (url.port or 1) <= _LAST_PORT
    except httpx.InvalidURL:
        fine = False
    if not fine:
        shown = address.rpartition("@")[2]
        raise UsageError(f"--server is {shown!r}, expected an address like http://127.0.0.1:7860")
    return address.rstrip("/")


def travels_open(address: str) -> bool:
    """Whether what is sent there can be read on its way: unencrypted, to another machine."""
    import httpx

    url = httpx.URL(address)
    return url.scheme == "http" and url.host not in _LOOPBACK


def body_of(reply: httpx.Response) -> bytes:
    """The whole body.

    Raises:
        ServerError: it is larger than any answer.
    """
    return b"".join(_limited(reply))


def events_of(reply: httpx.Response) -> Iterator[tuple[str, str]]:
    """Server-sent events as (name, data). Lines end with LF alone: a text may hold any other separator.

    Raises:
        ServerError: they are more than any answer needs.
    """
    event, data = "", []
    for line in _lines(reply):
        name, _, value = line.partition(":")
        if name == "event":
            event = value.removeprefix(" ")
        elif name == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield event, "\n".join(data)
            event, data = "", []


def seconds(retry_after: str | None) -> float | None:
    """The seconds of a Retry-After header; None for none, and for a date."""
    return float(retry_after) if re.fullmatch(r"[0-9]{1,6}", retry_after or "") else None  # type: ignore[arg-type]


def trouble(error: httpx.HTTPError, address: str, timeout_s: float) -> str:
    """What went wrong between here and `address`, and the remedy, in one line."""
    import ssl

    import httpx

    reason = plain(str(error))[:200]
    if isinstance(error, httpx.ConnectTimeout):
        return f"{address} can't be reached within {min(CONNECT_S, timeout_s):g} s; is it running?"
    if isinstance(error, httpx.TimeoutException):
        return f"{address} was silent for {timeout_s:g} s; ask again, or raise SHAWAHID_CLIENT_TIMEOUT_S"
    if any(isinstance(cause, ssl.SSLError) or "[SSL" in str(cause) for cause in _causes(error)):
        return (
            f"{address} can't be spoken to by TLS ({reason}); correct http or https, or name its "
            "certificate's authority with SSL_CERT_FILE"
        )
    if isinstance(error, httpx.ConnectError):
        return f"{address} can't be reached ({reason}); is it running? shawahid serve starts one"
    return f"{address} broke off ({type(error).__name__}); ask again"


def _limited(reply: httpx.Response) -> Iterator[bytes]:
    size = 0
    for part in reply.iter_bytes():
        size += len(part)
        if size > _MOST_BYTES:
            raise ServerError(
                f"{reply.url.host} sends more than {_MOST_BYTES} bytes, which is no answer"
            )
        yield part


def _lines(reply: httpx.Response) -> Iterator[str]:
    rest = b""
    for part in _limited(reply):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode("utf-8", "replace")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

"""Talking to an Ollama server: the client, where it may connect, and its failures in plain words."""

from __future__ import annotations

import functools
import ipaddress
import urllib.parse
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx
import ollama

from rag.answering.writers.ollama_wire import OverdueError, Wire
from rag.errors import SettingsError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

# What the client raises: built-in errors of connecting outside streams, httpx errors inside them;
# ValueError (JSON, pydantic), TypeError and AttributeError where something else listens on the port;
# OSError and ImportError where certificates or a proxy named in the environment can't be used.
FAILURES = (
    OSError,
    httpx.HTTPError,
    httpx.InvalidURL,
    ollama.ResponseError,
    ValueError,
    TypeError,
    AttributeError,
    ImportError,
)

_HOST_SETTING = "SHAWAHID_OLLAMA_HOST"
_MODEL_SETTING = "SHAWAHID_OLLAMA_MODEL"
_TIMEOUT_SETTING = "SHAWAHID_OLLAMA_TIMEOUT_S"
_BUSY = frozenset({429, 502, 503})
_DETAIL_CHARACTERS = 160
_LISTED_MODELS = 5


def open_client(host: str, timeout: httpx.Timeout, wire: Wire) -> ollama.Client:
    """A client for `host`, whose connections `wire` can cut.

    Redirects are refused, and proxies of the environment don't apply to this machine, so that what is
    sent goes where the setting says.

    Raises:
        SettingsError: `host` is no http(s) URL.
    """
    trust_env = not _is_this_machine(check_host(host))
    return ollama.Client(
        host,
        timeout=timeout,
        follow_redirects=False,
        trust_env=trust_env,
        verify=_certificates(trust_env=trust_env),
        event_hooks={"request": [wire.watch]},
    )


@functools.cache
def _certificates(*, trust_env: bool) -> ssl.SSLContext:
    """Read once: the certificates take some 20 ms, which would delay the first word of each answer."""
    return httpx.create_ssl_context(trust_env=trust_env)


def check_host(host: str) -> str:
    """The host name in an `http://` or `https://` URL.

    Raises:
        SettingsError: it is anything else.
    """
    try:
        parts = urllib.parse.urlsplit(host)
        name, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError:
        name = None
    if not name or parts.scheme not in {"http", "https"} or "@" in host:
        found = "a URL with a user name" if "@" in host else repr(_one_line(host))
        raise SettingsError(
            f"ollama_host is {found}, expected one such as http://127.0.0.1:11434; correct {_HOST_SETTING}"
        )
    return name


def is_passing(error: BaseException) -> bool:
    """Whether asking once more at once may do: the connection failed, or the server was busy."""
    if isinstance(error, ollama.ResponseError):
        return error.status_code in _BUSY
    return isinstance(error, ConnectionError | httpx.NetworkError | httpx.RemoteProtocolError)


def is_lasting(error: BaseException) -> bool:
    """Whether the next question would likely fare the same: too slow, or an error of the server's own."""
    if isinstance(error, ollama.ResponseError):
        return error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status_code < 0
    return isinstance(error, OverdueError | httpx.ReadTimeout)


def explain(error: BaseException, host: str, model: str) -> str:
    """One line about a failure of the client: what was found, and the command or setting that helps."""
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | ConnectionError():
            return (
                f"no Ollama answers at {host}; start it with `ollama serve`, fetch the model once with "
                f"`ollama pull {model}`, or correct {_HOST_SETTING}"
            )
        case OverdueError():
            return (
                f"Ollama at {host} came to no end in time ({_one_line(error)}); name a smaller model with "
                f"{_MODEL_SETTING}, or raise {_TIMEOUT_SETTING}"
            )
        case httpx.TimeoutException():
            return (
                f"Ollama at {host} stayed silent too long; name a smaller model with {_MODEL_SETTING}, "
                f"or raise {_TIMEOUT_SETTING}"
            )
        case httpx.TransportError():
            return (
                f"Ollama at {host} broke off in the middle of its answer ({_one_line(error)}); "
                "see the output of `ollama serve`, and ask again"
            )
        case ollama.ResponseError():
            return _refusal(error, host, model)
    return (
        f"what listens at {host} doesn't answer as Ollama does ({type(error).__name__}: "
        f"{_one_line(error)}); correct {_HOST_SETTING}, or start `ollama serve` there"
    )


def _refusal(error: ollama.ResponseError, host: str, model: str) -> str:
    status, detail = error.status_code, _one_line(error.error)
    if status == HTTPStatus.NOT_FOUND and "not found" in error.error and model in error.error:
        return missing(host, model, ())
    if "memory" in detail.lower():
        return (
            f"Ollama at {host} has too little memory for {model} ({detail}); name a smaller model with "
            f"{_MODEL_SETTING}, or see the output of `ollama serve`"
        )
    kind = f"HTTP {status}" if status > 0 else "an error while writing"
    return (
        f"{host} answered with {kind} ({detail}); see the output of "
        f"`ollama serve`, and check {_HOST_SETTING} and {_MODEL_SETTING}"
    )


def missing(host: str, model: str, names: Sequence[str]) -> str:
    """One line about a model that the server doesn't have, among `names` that it has."""
    listed = ", ".join(map(_one_line, names[:_LISTED_MODELS])) or "none"
    more = ", ..." if len(names) > _LISTED_MODELS else ""
    found = f" (it has: {listed}{more})" if names else ""
    return f"Ollama at {host} has no model {model!r}{found}; run `ollama pull {model}`, or set {_MODEL_SETTING}"


def _is_this_machine(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"


def _one_line(text: object) -> str:
    printable = "".join(c if c.isprintable() else " " for c in str(text))
    return " ".join(printable.split())[:_DETAIL_CHARACTERS]

"""Whether Ollama can write answers, found out quickly and remembered for a while."""

from __future__ import annotations

import functools
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from rag.answering.writers.ollama_client import FAILURES, explain, missing, open_client
from rag.answering.writers.ollama_wire import Wire
from rag.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    import ollama

    from rag.settings import Settings

_CONNECT_TIMEOUT_S = 1.0
_PROBE_TIMEOUT_S = 3.0  # of silence
_PROBE_LIMIT_S = 4.0  # altogether: something that drips bytes is no Ollama
_REMEMBERED_S = 30.0


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether Ollama can write answers; `reason` is one line: what is there, or what is wrong and the remedy.

    `thinks`: the model can think before it answers, which has to be switched off.
    `context_tokens`: the longest context the model takes; None if the server doesn't say.
    """

    ok: bool
    reason: str
    thinks: bool = False
    context_tokens: int | None = None


def available(settings: Settings) -> Availability:
    """Whether the server is there and has the model; at most 30 s old, shared by the process. Never raises."""
    return shared_probe(settings).check()


class OllamaProbe:
    """Asks one server about one model, and remembers the answer for 30 s. Safe under threads."""

    def __init__(self, host: str, model: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._host, self._model, self._clock = host, model, clock
        self._lock = threading.Lock()
        self._known: tuple[float, Availability] | None = None

    def check(self) -> Availability:
        """The present state; a caller during another's check waits for that one."""
        with self._lock:
            if self._known is None or self._clock() - self._known[0] >= _REMEMBERED_S:
                state = _ask(self._host, self._model)
                self._known = (self._clock(), state)
            return self._known[1]

    def forget(self) -> None:
        """Ask anew next time, as after a broken connection."""
        with self._lock:
            self._known = None

    def blame(self, reason: str) -> None:
        """Hold for 30 s that the model can't write, though it is listed: it just failed, for `reason`."""
        with self._lock:
            self._known = (self._clock(), Availability(ok=False, reason=reason))


def shared_probe(settings: Settings) -> OllamaProbe:
    """The process's probe for the server and model of the settings."""
    return _probe(settings.ollama_host, settings.ollama_model)


@functools.lru_cache(maxsize=16)
def _probe(host: str, model: str) -> OllamaProbe:
    return OllamaProbe(host, model)


def _ask(host: str, model: str) -> Availability:
    timeout = httpx.Timeout(_PROBE_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
    wire = Wire()
    alarm = threading.Timer(_PROBE_LIMIT_S, wire.cut)
    alarm.daemon = True
    alarm.start()
    try:
        with open_client(host, timeout, wire) as client:
            return _looked_up(client, host, model)
    except SettingsError as error:
        return Availability(ok=False, reason=str(error))
    except FAILURES as error:
        late = TimeoutError(f"no end after {_PROBE_LIMIT_S:.0f} s") if wire.is_cut else error
        return Availability(ok=False, reason=explain(late, host, model))
    finally:
        alarm.cancel()


def _looked_up(client: ollama.Client, host: str, model: str) -> Availability:
    names = [m.model for m in client.list().models if m.model]
    if _tagged(model) not in map(_tagged, names):
        return Availability(ok=False, reason=missing(host, model, names))
    thinks, context_tokens = _abilities(client, model)
    return Availability(
        ok=True,
        reason=f"{model} on Ollama at {host}",
        thinks=thinks,
        context_tokens=context_tokens,
    )


def _abilities(client: ollama.Client, model: str) -> tuple[bool, int | None]:
    """Whether the model thinks, and its longest context; older servers tell neither."""
    try:
        shown = client.show(model)
    except FAILURES:
        return False, None
    lengths = [
        value for key, value in (shown.modelinfo or {}).items()
        if key.endswith(".context_length") and isinstance(value, int) and value > 0
    ]  # fmt: skip
    return "thinking" in (shown.capabilities or []), max(lengths, default=None)


def _tagged(name: str) -> str:
    """Ollama's full name of a model; ":latest" is understood where no tag is given."""
    return (name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest").lower()

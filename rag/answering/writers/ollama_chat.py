"""One model on one server: chat requests, their stream, and what becomes of a failure."""

from __future__ import annotations

import functools
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import httpx

from rag.answering.writers.ollama_client import (
    FAILURES,
    explain,
    is_lasting,
    is_passing,
    open_client,
)
from rag.answering.writers.ollama_context import ContextSize
from rag.answering.writers.ollama_probe import OllamaProbe, shared_probe
from rag.answering.writers.ollama_wire import Wire, pumped
from rag.errors import WriterError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from ollama import ChatResponse

    from rag.answering.prompts import CountTokens
    from rag.answering.writers.ollama_probe import Availability
    from rag.settings import Settings

_CONNECT_TIMEOUT_S = 5.0
_ATTEMPTS = 2  # only while nothing has come, and only where it may help
_PAUSE_S = 0.3
_SEED = 20
_KEEP_ALIVE = "15m"


class OllamaChat:
    """Asks the model of the settings. Safe under threads; each stream has a connection of its own."""

    def __init__(
        self, settings: Settings, count_tokens: CountTokens, probe: OllamaProbe | None = None
    ) -> None:
        """Contact no one yet; `count_tokens` is the embedder's."""
        self.host, self.model = settings.ollama_host, settings.ollama_model
        self.context = ContextSize(count_tokens)
        self._timeout_s = settings.ollama_timeout_s
        self._probe = probe or shared_probe(settings)

    def state(self) -> Availability:
        """Whether the model can write, at most 30 s old.

        Raises:
            WriterError: it can't.
        """
        state = self._probe.check()
        if not state.ok:
            raise WriterError(state.reason)
        return state

    def stream(
        self, messages: list[dict[str, str]], state: Availability, tokens: int, limit_s: float
    ) -> Generator[ChatResponse | None, None, None]:
        """The parts of an answer of at most `tokens`, and None for each second without one.

        Closing it, at whatever point, ends the connection and so the server's work.

        Raises:
            one of `FAILURES`: the server failed, or was not done after `limit_s`.
            WriterError: messages or answer outgrew the context, as the last part tells.
        """
        counted = sum(self.context.count_tokens([m["content"] for m in messages]))
        size = self.context.size(counted, tokens, state.context_tokens)
        request = self._request(messages, state, tokens, size)
        wire = Wire()
        parts = pumped(functools.partial(self._parts, request, wire, limit_s), wire.cut, limit_s)
        with closing(parts):
            for part in parts:
                if part and part.done:
                    self._learn(part, counted, size)
                yield part

    def failed(self, error: Exception) -> WriterError:
        """One line about one of `FAILURES`; the next question asks the server anew, or not so soon."""
        reason = explain(error, self.host, self.model)
        if is_lasting(error):
            self._probe.blame(reason)
        else:
            self._probe.forget()
        return WriterError(reason)

    def _request(
        self, messages: list[dict[str, str]], state: Availability, tokens: int, size: int
    ) -> dict[str, Any]:
        # Thinking is switched off where there is any; other models may refuse to hear of it.
        return {
            "model": self.model,
            "messages": messages,
            "think": False if state.thinks else None,
            "keep_alive": _KEEP_ALIVE,
            "options": {
                "temperature": 0,
                "seed": _SEED,
                "num_predict": tokens,
                "num_ctx": size,
            },
        }

    def _parts(
        self, request: Mapping[str, Any], wire: Wire, limit_s: float
    ) -> Generator[ChatResponse, None, None]:
        """The server's stream; asked for once more when it failed in passing before anything came."""
        silence = min(self._timeout_s, limit_s)
        timeout = httpx.Timeout(silence, connect=min(_CONNECT_TIMEOUT_S, silence))
        for attempt in range(1, _ATTEMPTS + 1):
            begun = False
            try:
                with (
                    open_client(self.host, timeout, wire) as client,
                    closing(_generator(client.chat(**request, stream=True))) as stream,
                ):
                    for part in stream:
                        begun = True
                        yield part
            except FAILURES as error:
                if begun or attempt == _ATTEMPTS or wire.is_cut or not is_passing(error):
                    raise
            else:
                return
            time.sleep(_PAUSE_S)

    def _learn(self, part: ChatResponse, counted: int, size: int) -> None:
        reported = part.prompt_eval_count or 0
        if not self.context.learn(counted, size, reported, part.eval_count or 0):
            raise WriterError(
                f"{self.model} was shown only a part of the passages (its context of {size} tokens was full); "
                "ask again for a larger one, or name a model of longer context with SHAWAHID_OLLAMA_MODEL"
            )


def _generator(stream: Iterator[ChatResponse]) -> Generator[ChatResponse, None, None]:
    """What the client declares as an iterator and makes as a generator."""
    return cast("Generator[ChatResponse, None, None]", stream)

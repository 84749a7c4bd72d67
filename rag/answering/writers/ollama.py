"""The writer that lets a language model behind Ollama write, streaming; every failure is a WriterError."""

from __future__ import annotations

import math
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import httpx

from rag.answering.prompts import NOT_FOUND, Excerpt, build_messages, fit, not_found
from rag.answering.writers import Brief, Draft, Evidence
from rag.answering.writers.ollama_client import FAILURES, explain, open_client
from rag.answering.writers.ollama_probe import Availability, OllamaProbe, available, shared_probe
from rag.answering.writers.ollama_reply import presentable
from rag.errors import WriterError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from ollama import ChatResponse

    from rag.answering.prompts import CountTokens
    from rag.settings import Settings

__all__ = ["Availability", "OllamaProbe", "OllamaWriter", "available", "not_found"]

# Tokens below are the embedding model's. A language model may need more of its own for the same text:
# over the 123 news articles of NTREX in each of eight languages, Qwen's vocabulary needs 0.9 (en) to
# 1.9 (fa) times as many, at most 2.2 in any article; those of Llama 3 and Mistral NeMo at most 1.4.
_SAFETY = 2.5
_PASSAGE_TOKENS = 2400
_CONTEXT_STEP = 2048  # a changed context makes Ollama load the model anew, so it changes rarely
_ANSWER_TOKENS = 512  # three long sentences in Arabic take about 250
_CONNECT_TIMEOUT_S = 5.0
_SEED = 20
_KEEP_ALIVE = "15m"


class OllamaWriter:
    """Meets `Writer`. Safe under threads; each draft has a connection of its own."""

    name = "ollama"

    def __init__(
        self, settings: Settings, count_tokens: CountTokens, probe: OllamaProbe | None = None
    ) -> None:
        """Contact no one yet; `count_tokens` is the embedder's."""
        self._host, self._model = settings.ollama_host, settings.ollama_model
        self._timeout = httpx.Timeout(
            settings.ollama_timeout_s, connect=min(_CONNECT_TIMEOUT_S, settings.ollama_timeout_s)
        )
        self._count_tokens = count_tokens
        self._probe = probe or shared_probe(settings)
        self._context_tokens = 0

    def write(self, brief: Brief) -> Draft:
        """The draft; the model starts at the first piece, and stops when the pieces are closed.

        Source n is the whole passage n of the prompt. The first piece is long enough for `not_found`
        to tell the sentinel. A marker may name no source: that is for the verifier.

        Raises:
            WriterError: the server or the model is not there; from the pieces, all that fails later.
        """
        if not brief.passages:
            return Draft(iter([NOT_FOUND]), ())
        state = self._probe.check()
        if not state.ok:
            raise WriterError(state.reason)
        excerpts = fit(brief, self._count_tokens, _passage_tokens(state.context_tokens))
        messages = build_messages(brief, excerpts)
        request = self._request(messages, state)
        return Draft(self._pieces(request), [_source(e, brief.evidence) for e in excerpts])

    def _request(self, messages: list[dict[str, str]], state: Availability) -> dict[str, Any]:
        # Thinking is switched off where there is any; other models may refuse to hear of it.
        return {
            "model": self._model,
            "messages": messages,
            "think": False if state.thinks else None,
            "keep_alive": _KEEP_ALIVE,
            "options": {
                "temperature": 0,
                "seed": _SEED,
                "num_predict": _ANSWER_TOKENS,
                "num_ctx": self._context(messages, state.context_tokens),
            },
        }

    def _pieces(self, request: Mapping[str, Any]) -> Iterator[str]:
        with closing(self._parts(request)) as parts:
            yield from presentable(parts, self._model)

    def _parts(self, request: Mapping[str, Any]) -> Generator[ChatResponse, None, None]:
        """The server's stream. Closing it, at whatever point, ends the connection and so the model's work."""
        try:
            with (
                open_client(self._host, self._timeout) as client,
                closing(_generator(client.chat(**request, stream=True))) as stream,
            ):
                yield from stream
        except FAILURES as error:
            self._probe.forget()
            raise WriterError(explain(error, self._host, self._model)) from error

    def _context(self, messages: list[dict[str, str]], most: int | None) -> int:
        """Tokens of context that hold messages and answer; Ollama cuts what is over, without a word.

        It never shrinks during the writer's life, so that the model is seldom loaded anew.
        """
        counted = sum(self._count_tokens([message["content"] for message in messages]))
        needed = math.ceil(counted * _SAFETY) + _ANSWER_TOKENS
        rounded = math.ceil(needed / _CONTEXT_STEP) * _CONTEXT_STEP
        self._context_tokens = max(self._context_tokens, rounded)
        return min(self._context_tokens, most or self._context_tokens)


def _passage_tokens(context_tokens: int | None) -> int:
    """Budget of the passages; a model of short context gets half of what its context holds besides the answer."""
    if context_tokens is None:
        return _PASSAGE_TOKENS
    room = (context_tokens - _ANSWER_TOKENS) / _SAFETY
    return max(1, min(_PASSAGE_TOKENS, int(room / 2)))


def _source(excerpt: Excerpt, evidence: Sequence[Evidence]) -> Evidence:
    chunk = excerpt.passage.chunk
    own = [e.probability for e in evidence if e.passage.chunk.id == chunk.id]
    return Evidence(excerpt.passage, chunk.start, chunk.end, max(own, default=0.0))


def _generator(stream: Iterator[ChatResponse]) -> Generator[ChatResponse, None, None]:
    """What the client declares as an iterator and makes as a generator."""
    return cast("Generator[ChatResponse, None, None]", stream)

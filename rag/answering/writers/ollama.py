"""The writer that lets a language model behind Ollama write, streaming; every failure is a WriterError."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from rag.answering.prompts import NOT_FOUND, Excerpt, build_messages, fit, not_found
from rag.answering.writers import Brief, Draft, Evidence, Tally
from rag.answering.writers.ollama_client import FAILURES
from rag.answering.writers.ollama_probe import Availability, OllamaProbe, available
from rag.answering.writers.ollama_reply import presentable
from rag.errors import WriterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.answering.writers.ollama_chat import OllamaChat
    from rag.settings import Settings

__all__ = ["Availability", "OllamaProbe", "OllamaWriter", "available", "not_found"]

_PASSAGE_TOKENS = 2400  # of the embedding model, as in `ollama_context`
_FEWEST_TOKENS = 64  # of passages, for an answer to be worth asking for
_ANSWER_TOKENS = 512  # three long sentences in Arabic take about 250
_SILENCES = 5  # an answer may take so many times the longest silence, loading the model included


class OllamaWriter:
    """Meets `Writer`. Safe under threads; each draft has a connection of its own."""

    name = "ollama"

    def __init__(self, settings: Settings, chat: OllamaChat) -> None:
        """Contact no one yet."""
        self._chat = chat
        self._limit_s = _SILENCES * settings.ollama_timeout_s

    def write(self, brief: Brief) -> Draft:
        """The draft; the model starts at the first piece, and stops when the pieces are closed.

        Source n is the whole passage n of the prompt. The first piece of text is long enough for
        `not_found` to tell the sentinel. Markers that name no source are left out, and counted.

        Raises:
            WriterError: the server or the model is not there, or the question leaves no room for
                passages; from the pieces, all that fails later.
        """
        if not brief.passages:
            return Draft(iter([NOT_FOUND]), ())
        state = self._chat.state()
        excerpts = fit(brief, self._chat.context.count_tokens, self._passage_tokens(brief, state))
        if not excerpts:
            return Draft(iter([NOT_FOUND]), ())
        messages = build_messages(brief, excerpts)
        sources = [_source(e, brief) for e in excerpts]
        tally = Tally()
        return Draft(self._pieces(messages, state, len(sources), tally), sources, tally)

    def _pieces(
        self, messages: list[dict[str, str]], state: Availability, sources: int, tally: Tally
    ) -> Iterator[str]:
        try:
            with closing(
                self._chat.stream(messages, state, _ANSWER_TOKENS, self._limit_s)
            ) as parts:
                yield from presentable(parts, self._chat.model, sources, tally)
        except FAILURES as error:
            raise self._chat.failed(error) from error

    def _passage_tokens(self, brief: Brief, state: Availability) -> int:
        """Budget of the passages: what the context holds besides rules, question and answer."""
        besides = [m["content"] for m in build_messages(brief, ())]
        room = self._chat.context.room(besides, _ANSWER_TOKENS, state.context_tokens)
        if room is not None and room < _FEWEST_TOKENS:
            raise WriterError(
                f"the context of {self._chat.model}, {state.context_tokens} tokens, leaves no room for passages "
                "beside this question; shorten it, or name another model with SHAWAHID_OLLAMA_MODEL"
            )
        return _PASSAGE_TOKENS if room is None else min(_PASSAGE_TOKENS, room)


def _source(excerpt: Excerpt, brief: Brief) -> Evidence:
    chunk = excerpt.passage.chunk
    own = [e.probability for e in brief.evidence if e.passage.chunk.id == chunk.id]
    hidden = tuple(brief.hidden.get(chunk.id, ()))
    return Evidence(excerpt.passage, chunk.start, chunk.end, max(own, default=0.0), hidden)

"""From a server's stream to the pieces of a draft: what is no answer is refused with a WriterError."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.prompts import NOT_FOUND, not_found
from rag.answering.writers.ollama_stream import LoopGuard, ThinkingAloudError, without_thinking
from rag.errors import WriterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ollama import ChatResponse

FIRST_PIECE_CHARACTERS = len(NOT_FOUND) + 4
_ANSWER_CHARACTERS = 8000  # a server that heeds no limit of tokens is cut off here


def presentable(parts: Iterator[ChatResponse], model: str) -> Iterator[str]:
    """The answer in the server's stream, the first piece not too short.

    Raises:
        WriterError: there is no answer in it.
    """
    reply, guard, text, waiting = _Reply(parts), LoopGuard(), "", ""
    try:
        for piece in without_thinking(reply.pieces()):
            waiting += guard.feed(piece)
            waiting = waiting if text else waiting.lstrip()
            if waiting and (text or len(waiting) >= FIRST_PIECE_CHARACTERS):
                text += waiting
                yield waiting
                waiting = ""
            if guard.looped:
                break
    except ThinkingAloudError:
        raise WriterError(_thinks_aloud(model)) from None
    if rest := (waiting + guard.finish() if text else (waiting + guard.finish()).strip()):
        text += rest
        yield rest
    _check_end(text, reply, guard, model)


class _Reply:
    """Contents of the parts of a stream, and how it ended."""

    def __init__(self, parts: Iterator[ChatResponse]) -> None:
        self._parts = parts
        self.ended: str | None = None

    def pieces(self) -> Iterator[str]:
        received = 0
        for part in self._parts:
            content = part.message.content or ""
            received += len(content)
            yield content
            if part.done or received > _ANSWER_CHARACTERS:
                self.ended = part.done_reason or "stop" if part.done else "length"
                return


def _check_end(text: str, reply: _Reply, guard: LoopGuard, model: str) -> None:
    """Refuse an end without an answer: nothing written, broken off, or cut before anything was cited."""
    if reply.ended is None and not guard.looped:
        raise WriterError(
            f"Ollama's answer broke off before its end; see the output of `ollama serve` ({model}), and ask again"
        )
    if not text.strip():
        raise WriterError(
            f"{model} wrote nothing; name another model with SHAWAHID_OLLAMA_MODEL, or `ollama pull {model}` again"
        )
    stopped = guard.looped or reply.ended == "length"
    if stopped and "[" not in text and not not_found(text):
        raise WriterError(_thinks_aloud(model))


def _thinks_aloud(model: str) -> str:
    return (
        f"{model} talked on without a cited answer (thinking aloud, or in circles); name an instruct model "
        "with SHAWAHID_OLLAMA_MODEL, for example after `ollama pull qwen3:4b-instruct`"
    )

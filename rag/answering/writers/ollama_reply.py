"""From a server's stream to the pieces of a draft: what is no answer is refused with a WriterError."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rag.answering.prompts import NOT_FOUND, not_found
from rag.answering.writers.ollama_markers import MarkerFilter
from rag.answering.writers.ollama_stream import LoopGuard, ThinkingAloudError, without_thinking
from rag.answering.writers.ollama_wire import BEAT_S
from rag.errors import WriterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ollama import ChatResponse

    from rag.answering.writers import Tally

FIRST_PIECE_CHARACTERS = len(NOT_FOUND) + 4
_ANSWER_CHARACTERS = 8000  # a server that heeds no limit of tokens is cut off here


def presentable(
    parts: Iterator[ChatResponse | None], model: str, sources: int, tally: Tally
) -> Iterator[str]:
    """The answer in the server's stream, the first piece of text not too short.

    Now and then an empty piece, while there is nothing to show: None in `parts`, or a model that thinks.
    Markers over `sources` are removed, and counted in `tally`.

    Raises:
        WriterError: there is no answer in it.
    """
    reply, screen = _Reply(parts), _Screen(sources)
    try:
        for piece in without_thinking(reply.pieces()):
            if (ready := screen.feed(piece)) is not None:
                yield ready
            if screen.looped:
                break
    except ThinkingAloudError:
        raise WriterError(_thinks_aloud(model)) from None
    finally:
        tally.stray_markers = screen.removed
    if rest := screen.finish():
        yield rest
    tally.stray_markers = screen.removed
    _check_end(screen.text, reply, looped=screen.looped, model=model)


class _Screen:
    """What of a text is shown and when; `text` is all that was."""

    def __init__(self, sources: int) -> None:
        self.text = ""
        self._guard, self._markers = LoopGuard(), MarkerFilter(sources)
        self._waiting = ""
        self._last = time.monotonic()

    @property
    def looped(self) -> bool:
        return self._guard.looped

    @property
    def removed(self) -> int:
        return self._markers.removed

    def feed(self, piece: str) -> str | None:
        """The piece to show now, empty when nothing was for a while, else None."""
        self._take(self._markers.feed(self._guard.feed(piece)))
        if self._waiting and (self.text or len(self._waiting) >= FIRST_PIECE_CHARACTERS):
            return self._shown()
        if time.monotonic() - self._last < BEAT_S:
            return None
        self._last = time.monotonic()
        return ""

    def finish(self) -> str:
        self._take(self._markers.feed(self._guard.finish()) + self._markers.finish())
        if not self.text:
            self._waiting = self._waiting.strip()
        return self._shown()

    def _take(self, piece: str) -> None:
        self._waiting += piece
        if not self.text:
            self._waiting = self._waiting.lstrip()

    def _shown(self) -> str:
        ready, self._waiting = self._waiting, ""
        self.text += ready
        self._last = time.monotonic()
        return ready


class _Reply:
    """Contents of the parts of a stream, and how it ended."""

    def __init__(self, parts: Iterator[ChatResponse | None]) -> None:
        self._parts = parts
        self.ended: str | None = None

    def pieces(self) -> Iterator[str]:
        received = 0
        for part in self._parts:
            content = (part.message.content or "") if part else ""
            received += len(content)
            yield content
            if part and (part.done or received > _ANSWER_CHARACTERS):
                self.ended = part.done_reason or "stop" if part.done else "length"
                return


def _check_end(text: str, reply: _Reply, *, looped: bool, model: str) -> None:
    """Refuse an end without an answer: nothing written, broken off, or cut before anything was cited."""
    if reply.ended is None and not looped:
        raise WriterError(
            f"Ollama's answer broke off before its end; see the output of `ollama serve` ({model}), and ask again"
        )
    if not text.strip():
        raise WriterError(
            f"{model} wrote nothing; name another model with SHAWAHID_OLLAMA_MODEL, or `ollama pull {model}` again"
        )
    stopped = looped or reply.ended == "length"
    if stopped and "[" not in text and not not_found(text):
        raise WriterError(_thinks_aloud(model))


def _thinks_aloud(model: str) -> str:
    return (
        f"{model} talked on without a cited answer (thinking aloud, or in circles); name an instruct model "
        "with SHAWAHID_OLLAMA_MODEL, for example after `ollama pull qwen3:4b-instruct`"
    )

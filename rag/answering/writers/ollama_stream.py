"""A model's stream of text made presentable: no thinking aloud, no going round in circles."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN, _CLOSE = "<think>", "</think>"

# A sentence ends after its mark, closing quotes, markers and white space, once the next has begun.
_END = re.compile(r"[.!?؟۔。！？।]+[\"'”’»)]*(?:\s*\[[^\]\n]*\])*\s+(?=[^\s\[])|\n+(?=[^\n])")
_MARKERS = re.compile(r"\s*\[[^\]\n]*\]")
_SENTENCE_CHARACTERS = 20  # shorter pieces between full stops are initials and abbreviations
_TIMES = 3  # a sentence said so often is a loop
_TAIL_CHARACTERS = 240
_PERIOD_CHARACTERS = 60  # so four times the same words in a row, or a line of one sign


class ThinkingAloudError(Exception):
    """Thinking was shown as answer: its closing tag came without an opening one."""


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without `<think>...</think>` blocks, whose tags may be spread over pieces.

    For every piece at least one comes, if an empty one, so that who reads stays in control.

    Raises:
        ThinkingAloudError: a block closes that never opened, after other text.
    """
    buffer, inside, shown = "", False, False
    for piece in pieces:
        buffer += piece
        while match := re.search(_CLOSE if inside else f"{_OPEN}|{_CLOSE}", buffer):
            before, buffer = buffer[: match.start()], buffer[match.end() :]
            shown = shown or bool(not inside and before.strip())
            if match[0] == _CLOSE and not inside and shown:
                raise ThinkingAloudError
            if not inside and before:
                yield before
            inside = match[0] == _OPEN
        held = _possible_tag(buffer)
        ready, buffer = buffer[: len(buffer) - held], buffer[len(buffer) - held :]
        shown = shown or bool(not inside and ready.strip())
        yield "" if inside else ready
    if buffer and not inside:
        yield buffer


class LoopGuard:
    """Lets text through piece by piece; drops sentences said before, and notices loops.

    A sentence that so far equals the beginning of an earlier one is held until it differs. `looped`
    becomes true when a sentence, its markers aside, comes the third time, or when the same few words
    fill the last 240 characters; the text then should be taken no further.
    """

    def __init__(self) -> None:
        self.looped = False
        self._said: set[str] = set()
        self._times: Counter[str] = Counter()
        self._current = ""  # the sentence being written
        self._shown = 0  # characters of it that were let through
        self._tail = ""

    def feed(self, piece: str) -> str:
        """The text to show now that `piece` has come; it may be empty."""
        self._tail = (self._tail + piece)[-_TAIL_CHARACTERS:]
        self._current += piece
        ready = ""
        while not self.looped and (match := _END.search(self._current)):
            rest = self._current[match.end() :]
            self._current = self._current[: match.end()]
            ready += self._complete()
            self._current = rest
        self.looped = self.looped or _is_periodic(self._tail)
        return ready if self.looped or self._is_old(partial=True) else ready + self._show()

    def finish(self) -> str:
        """The rest of the text at its end."""
        return "" if self.looped or self._is_old(partial=True) else self._show()

    def _complete(self) -> str:
        """Take the finished sentence in `_current` into account; what of it is still to be shown."""
        said = _plain(self._current)
        bare = _MARKERS.sub("", said)
        if len(bare) >= _SENTENCE_CHARACTERS:
            self._times[bare] += 1
            self.looped = self._times[bare] >= _TIMES
        ready = "" if self.looped or self._is_old(partial=False) else self._show()
        if len(bare) >= _SENTENCE_CHARACTERS:
            self._said.add(said)
        self._current, self._shown = "", 0
        return ready

    def _show(self) -> str:
        ready = self._current[self._shown :]
        self._shown = len(self._current)
        return ready

    def _is_old(self, *, partial: bool) -> bool:
        said = _plain(self._current)
        if self._shown:
            return False
        return any(old.startswith(said) if partial else old == said for old in self._said)


def _possible_tag(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of a tag."""
    for length in range(min(len(_CLOSE) - 1, len(text)), 0, -1):
        if _OPEN.startswith(text[-length:]) or _CLOSE.startswith(text[-length:]):
            return length
    return 0


def _is_periodic(tail: str) -> bool:
    """Whether a full tail is one short stretch of text over and over."""
    if len(tail) < _TAIL_CHARACTERS:
        return False
    return any(tail[n:] == tail[:-n] for n in range(1, _PERIOD_CHARACTERS + 1))


def _plain(text: str) -> str:
    return " ".join(text.split())

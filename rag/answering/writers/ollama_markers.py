"""Markers of a model's text, as it streams: those that name no passage are taken out and counted."""

from __future__ import annotations

import re

_OPEN, _CLOSE = r"[\[［]", r"[\]］]"
_MARKER = re.compile(rf"\s*{_OPEN}\s*(\d{{1,3}}(?:\s*[,،;]\s*\d{{1,3}})*)\s*{_CLOSE}")
_ELISION = re.compile(rf"\s*{_OPEN}\s*(?:\.\.\.|…)\s*{_CLOSE}")  # copied from what was shown
_NUMBER = re.compile(r"\d+")
# The end of a text that may be the beginning of a marker; a longer one is none.
_BEGUN = re.compile(rf"\s*{_OPEN}[\d\s,،;.…]{{0,40}}\Z|\s+\Z")


class MarkerFilter:
    """Lets text through piece by piece, without markers over `sources`; `removed` counts those."""

    def __init__(self, sources: int) -> None:
        self.removed = 0
        self._sources = sources
        self._held = ""

    def feed(self, piece: str) -> str:
        """The text to show now that `piece` has come; it may be empty."""
        text = self._held + piece
        begun = _BEGUN.search(text)
        at = begun.start() if begun else len(text)
        self._held = text[at:]
        return self._cleared(text[:at])

    def finish(self) -> str:
        """The rest of the text at its end."""
        rest, self._held = self._held, ""
        return self._cleared(rest)

    def _cleared(self, text: str) -> str:
        return _ELISION.sub("", _MARKER.sub(self._known, text))

    def _known(self, match: re.Match[str]) -> str:
        numbers = [int(n) for n in _NUMBER.findall(match[1])]
        known = [n for n in numbers if 0 < n <= self._sources]
        self.removed += len(numbers) - len(known)
        if len(known) == len(numbers):
            return match[0]
        return " " + "".join(f"[{n}]" for n in known) if known else ""

"""Bearer tokens: made here, kept as SHA-256, compared in constant time.

An entry is `SCOPES:HASH[:NAME]`, scopes joined by "+". Tokens have 256 random bits, so that a plain hash
tells nothing of them; a browser's session is signed with a key made of the entry and ends with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rag.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.settings import Settings

SCOPES: Final = ("read", "ingest")  # ingest: add, remove, undo; and read
ALL: Final = frozenset(SCOPES)
PREFIX: Final = "shw_"
_ENTRY: Final = re.compile(
    r"((?:read|ingest)(?:\+(?:read|ingest))*):([0-9a-f]{64})(?::(.{0,100}))?"
)
_LONGEST: Final = 512  # characters of a token that is looked at


@dataclass(frozen=True, slots=True)
class Entry:
    """A token as it is kept."""

    scopes: frozenset[str]
    digest: str
    name: str = ""

    @property
    def key(self) -> bytes:
        """What the sessions of this token are signed with."""
        return hashlib.sha256(b"shawahid session\0" + self.digest.encode()).digest()


def new_token(scopes: Sequence[str], name: str = "") -> tuple[str, str]:
    """`(token, entry)`: the token is shown once and kept nowhere, the entry is what the server is given."""
    token = PREFIX + secrets.token_urlsafe(32)
    entry = f"{'+'.join(dict.fromkeys(scopes))}:{_digest(token)}"
    return token, f"{entry}:{name}" if name else entry


def parse_entry(line: str, place: str) -> Entry:
    """The entry that a line holds.

    Raises:
        SettingsError: it holds none; the message names the place, never the line.
    """
    found = _ENTRY.fullmatch(line.strip())
    if found is None:
        raise SettingsError(
            f"{place} is no entry of the form SCOPES:SHA-256[:NAME]; make one with `shawahid token new`"
        )
    scopes = frozenset(found[1].split("+"))
    return Entry(scopes | {"read"}, found[2], found[3] or "")


class Tokens:
    """The entries in force. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError where an entry is wrong, or the file is missing or holds none."""
        self._fixed = tuple(
            parse_entry(line, f"entry {number} of SHAWAHID_TOKENS")
            for number, line in enumerate(settings.tokens, 1)
        )
        self._file = settings.tokens_file
        self._read: tuple[tuple[int, int], tuple[Entry, ...]] | None = None
        self._session_s = settings.session_hours * 3600
        self.entries()

    @property
    def are_on(self) -> bool:
        """Whether nothing answers without a token."""
        return bool(self._fixed) or self._file is not None

    def entries(self) -> tuple[Entry, ...]:
        """All of them, the file's read anew if it has changed.

        Raises:
            SettingsError: the file can't be read, or a line of it is no entry: then nobody is let in.
        """
        if self._file is None:
            return self._fixed
        try:
            about = self._file.stat()
            stamp = (about.st_mtime_ns, about.st_size)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, _entries(self._file))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"the file of SHAWAHID_TOKENS_FILE can't be read ({error}); correct or unset it"
            ) from None
        return self._fixed + self._read[1]

    def scopes_of(self, token: str) -> frozenset[str]:
        """What a token allows; nothing where it is unknown. Takes as long for any token."""
        entry = self._matching(token)
        return entry.scopes if entry else frozenset()

    def open_session(self, token: str) -> str | None:
        """What a browser is given for a token; None for an unknown one."""
        entry = self._matching(token)
        if entry is None:
            return None
        until = str(int(time.time() + self._session_s))
        return f"{until}.{_signature(entry, until)}"

    def scopes_of_session(self, session: str) -> frozenset[str]:
        """What a browser's session allows; nothing where it is made up, over, or its token is gone."""
        until, _, signature = session[:_LONGEST].partition(".")
        given, found = signature.encode("utf-8", "replace"), frozenset[str]()
        for entry in self.entries():
            if hmac.compare_digest(_signature(entry, until).encode(), given):
                found = entry.scopes
        is_valid = until.isascii() and until.isdecimal() and int(until) > time.time()
        return found if is_valid else frozenset()

    def _matching(self, token: str) -> Entry | None:
        digest, found = _digest(token[:_LONGEST]), None
        for entry in self.entries():
            if hmac.compare_digest(entry.digest, digest):
                found = entry
        return found


def _entries(file: Path) -> tuple[Entry, ...]:
    lines = file.read_text("utf-8").splitlines()
    entries = tuple(
        parse_entry(line, f"line {number} of {file}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    )
    if not entries:
        raise SettingsError(f"{file} holds no entry; add one with `shawahid token new`")
    return entries


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _signature(entry: Entry, until: str) -> str:
    return hmac.new(entry.key, until.encode("utf-8", "replace"), "sha256").hexdigest()

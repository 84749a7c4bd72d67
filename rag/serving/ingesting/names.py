"""Names of files that strangers chose, made safe for the corpus folder; names for articles that came without one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rag.indexing.lines import WORD

_MOST_BYTES: Final = 150  # file systems allow 255, with a number and the mark of a temporary file
_RESERVED: Final = re.compile(r'[<>:"|?*]+')
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,10}")
_NAMELESS: Final = "article"


def safe_name(given: str) -> str:
    """A plain file name: no folder, nothing unprintable, not hidden, none that readers pass over.

    Letters of every script stay; the ending is kept, in small letters.
    """
    last = unicodedata.normalize("NFC", given.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1])
    plain = "".join(c if c.isprintable() else "" for c in last)
    stem, dot, ending = _RESERVED.sub("-", plain).rpartition(".")
    ending = dot + ending
    if not _ENDING.fullmatch(ending):
        stem, ending = stem + ending, ""
    stem = stem.strip(" .")
    if not any(map(str.isalnum, stem)) or stem.lower() == "readme":
        stem = _NAMELESS
    return cut(stem) + ending.lower()


def name_of_title(title: str) -> str:
    """A file's name, without ending, for an article of that title."""
    bare = "".join(
        c for c in unicodedata.normalize("NFC", title) if unicodedata.category(c) != "Mn"
    )
    return cut("-".join(WORD.findall(bare.casefold().replace("ـ", "")))) or _NAMELESS


def cut(name: str) -> str:
    """At most so many bytes of the name, cut between characters."""
    encoded = name.encode("utf-8", "replace")[:_MOST_BYTES]
    return encoded.decode("utf-8", "ignore").rstrip(" .-")

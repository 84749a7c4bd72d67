"""Title and author out of the properties of office files, where people may have left anything."""

from __future__ import annotations

from rag.indexing.lines import key, words

_HEAD = 2000  # characters of the text among which its title must stand
_MIN_TITLE_WORDS = 3
_MAX_AUTHOR = 100


def read_properties(title: str, author: str, text: str) -> dict[str, str]:
    """Values as front matter names them; what does not fit is left out.

    A title fits where the text begins with it or with a part of it: programs put names of files and of
    templates there, browsers "headline - site". An author has a first and a last name: others are
    names of accounts.
    """
    values: dict[str, str] = {}
    if found := _title(title.strip(), text[:_HEAD]):
        values["title"] = found
    author = author.strip()
    if len(author) <= _MAX_AUTHOR and len(author.split()) > 1:
        values["author"] = author
    return values


def _title(told: str, head: str) -> str:
    folded = key(told)
    if len(folded.split()) >= _MIN_TITLE_WORDS and folded in key(head):
        return told
    lines = [line for line in head.split("\n") if len(words(line)) >= _MIN_TITLE_WORDS]
    return next((line for line in lines if key(line) in folded), "")

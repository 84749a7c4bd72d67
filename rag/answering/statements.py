"""A written answer taken apart: statements, each with the markers that follow it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.folding import fold_text
from rag.text.sentences import split_sentences

# One or more markers in a row: [1], [1][2], [1, 2], ［١］ with Arabic-Indic digits, and the stop after them.
_MARKERS = re.compile(r"(?:\s*[\[［]\s*\d{1,3}(?:\s*[,،;]\s*\d{1,3})*\s*[\]］])+\s*[.。؟?!]?")
_NUMBER = re.compile(r"\d{1,3}")

# How a question opens, folded; Arabic «من» and «ما» open statements too, so they need company.
_ASKING = re.compile(
    r"(?:who|whom|whose|what|which|when|where|why|how|did|does|is it|was it)\b(?!\s*,)"
    r"|(?:متي|اين|كيف|كم|هل|لماذا|ماذا|من هو|من هي|من الذي|ما هو|ما هي|ما اسم)\b"
    r"|(?:кто|что такое|когда|где|куда|откуда|почему|зачем|сколько|как(?:ой|ая|ое|ие)|чей)\b"
    r"|(?:qui|quand|ou|pourquoi|comment|combien|quel(?:le)?s?|est-ce)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of the answer that claims something; `markers` as written, empty when it has none."""

    text: str
    markers: tuple[int, ...]
    line: int


def statements(text: str) -> list[Statement]:
    """Statements in order: what stands before a group of markers, line by line."""
    found: list[Statement] = []
    for number, line in enumerate(text.splitlines()):
        at = 0
        for match in _MARKERS.finditer(line):
            markers = tuple(dict.fromkeys(int(n) for n in _NUMBER.findall(match.group())))
            found += _piece(line[at : match.start()], markers, number)
            at = match.end()
        found += _piece(line[at:], (), number)
    return found


def sentences_of(statement: Statement) -> list[Statement]:
    """The statement's sentences, each with all of its markers."""
    return [
        Statement(statement.text[start:end], statement.markers, statement.line)
        for start, end in split_sentences(statement.text)
    ]


def _piece(text: str, markers: tuple[int, ...], line: int) -> list[Statement]:
    text = text.strip().lstrip("،,;؛.").strip()
    return [Statement(text, markers, line)] if re.search(r"\w", text) else []


def asks(text: str) -> bool:
    """Whether the text is a question and states nothing: by its mark, or by how it opens."""
    bare = fold_text(text).strip(" \"'.*-")
    return bare.endswith("?") or _ASKING.match(bare) is not None


def bare(claim: str) -> str:
    """The claim without the quotation marks and stops round it."""
    return claim.strip(" \"'.:;,!?-()…")


def whole_words(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)` cuts no word in two."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )

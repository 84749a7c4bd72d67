"""Statements about articles, faithful ones and altered ones, as verification is measured on them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

STATEMENTS = Path(__file__).with_name("altered.jsonl")


@dataclass(frozen=True, slots=True)
class Case:
    """A statement, the article that it cites, and the sentence that it was made from, if one."""

    statement: str
    language: str
    article: str
    quote: str | None
    kind: str
    faithful: bool
    split: str = ""

    @property
    def part(self) -> str:
        """`tune`, or what nothing is tuned on: `held out` (of the same articles), `fresh` (of others)."""
        digest = hashlib.sha256(f"{self.article}\n{self.statement}".encode()).digest()
        return self.split or ("held out" if digest[0] % 2 else "tune")


def load_cases(path: Path = STATEMENTS) -> list[Case]:
    """All cases of a file, one JSON object a line."""
    return [Case(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]

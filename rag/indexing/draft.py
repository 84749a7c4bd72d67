"""What a parser found in a file, before it is cleaned and dated like any other article."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """Text and what the file's own metadata tell; "" or None where they tell nothing.

    `values` has the names of front matter (title, published, source, url, language, author), checked
    later as front matter is. `stamps` are lines left out of `text` that tell when it was published.
    `gently`: the text holds a story and little else; only unambiguous furniture is removed from it.
    """

    text: str
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    stamps: tuple[str, ...] = ()
    gently: bool = False

    def to_json(self) -> str:
        """One line; `from_json` gives an equal draft back, whatever the text holds."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Draft:
        """The draft that `to_json` wrote."""
        row: dict[str, Any] = json.loads(line)
        return cls(row["text"], row["values"], tuple(row["stamps"]), row["gently"])

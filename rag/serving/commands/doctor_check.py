"""One finding of the doctor."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warning", "error"]
_SIGNS: dict[State, str] = {"ok": "✓", "warning": "!", "error": "✗"}


@dataclass(frozen=True, slots=True)
class Check:
    """One part. `remedy` is empty when there is nothing to do."""

    name: str
    state: State
    detail: str
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For `doctor --json`."""
        return asdict(self)

    def line(self) -> str:
        """For the terminal."""
        return f"{_SIGNS[self.state]} {self.name}: {self.detail}" + (
            f" → {self.remedy}" if self.remedy else ""
        )

"""What one part of the reliability harness reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of one part. A fault counts once, under the first of the four that names it.

    `tried` is the number of faults, requests or inputs given; `wrong` answers or refusals that are
    not right; `lost` articles that a completed sync had and that are gone; `half` indexes that are
    neither the old nor the new one; `tracebacks` that reached a client or the server's log.
    `details` are lines for the page: figures, and one reproducible line for each fault found.
    """

    name: str
    tried: int
    wrong: int
    lost: int
    half: int
    tracebacks: int
    details: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether something was tried and nothing went wrong."""
        return self.tried > 0 and not (self.wrong or self.lost or self.half or self.tracebacks)
